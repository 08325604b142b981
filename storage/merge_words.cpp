#include "storage/merge_words.hpp"

#include "storage/words.hpp"

namespace barometer {

bool MergeWords::FullMergeV2(const MergeOperationInput& in, MergeOperationOutput* out) const {
  Postings sum;
  if (in.existing_value != nullptr) sum.read(0, in.existing_value->ToStringView());
  for (const auto& operand : in.operand_list) sum.read(0, operand.ToStringView());
  out->new_value = sum.encoded();
  return true;
}

bool MergeWords::PartialMergeMulti(const rocksdb::Slice&, const std::deque<rocksdb::Slice>& operands, std::string* sum,
                                   rocksdb::Logger*) const {
  Postings postings;
  for (const auto& operand : operands) postings.read(0, operand.ToStringView());
  *sum = postings.encoded();
  return true;
}

bool MergeWords::PartialMerge(const rocksdb::Slice& key, const rocksdb::Slice& left, const rocksdb::Slice& right,
                              std::string* sum, rocksdb::Logger* logger) const {
  return PartialMergeMulti(key, {left, right}, sum, logger);
}

}  // namespace barometer
