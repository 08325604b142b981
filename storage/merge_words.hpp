#pragma once

#include <rocksdb/merge_operator.h>

namespace barometer {

// Adds up postings (words.hpp). As with counts, bytes that are no postings add what was readable of them, and verify() finds the
// difference.
class MergeWords : public rocksdb::MergeOperator {
 public:
  bool FullMergeV2(const MergeOperationInput& in, MergeOperationOutput* out) const override;
  bool PartialMergeMulti(const rocksdb::Slice& key, const std::deque<rocksdb::Slice>& operands, std::string* sum,
                         rocksdb::Logger* logger) const override;
  bool PartialMerge(const rocksdb::Slice& key, const rocksdb::Slice& left, const rocksdb::Slice& right,
                    std::string* sum, rocksdb::Logger* logger) const override;
  const char* Name() const override { return "barometer.words.1"; }  // on disk
};

}  // namespace barometer
