#include "storage/merge_counts.hpp"

#include "storage/series.hpp"

namespace barometer {

bool MergeCounts::FullMergeV2(const MergeOperationInput& in, MergeOperationOutput* out) const {
  Counts sum;
  if (in.existing_value != nullptr) add_encoded(sum, in.existing_value->ToStringView());
  for (const auto& operand : in.operand_list) add_encoded(sum, operand.ToStringView());
  out->new_value = encode_counts(sum);
  return true;
}

bool MergeCounts::PartialMergeMulti(const rocksdb::Slice&, const std::deque<rocksdb::Slice>& operands, std::string* sum,
                                    rocksdb::Logger*) const {
  Counts counts;
  for (const auto& operand : operands) add_encoded(counts, operand.ToStringView());
  *sum = encode_counts(counts);
  return true;
}

bool MergeCounts::PartialMerge(const rocksdb::Slice& key, const rocksdb::Slice& left, const rocksdb::Slice& right,
                               std::string* sum, rocksdb::Logger* logger) const {
  return PartialMergeMulti(key, {left, right}, sum, logger);
}

}  // namespace barometer
