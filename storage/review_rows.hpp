#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <rocksdb/write_batch.h>

#include "storage/open_db.hpp"
#include "storage/review_codec.hpp"

namespace barometer {

// The rows of one subject's steps, for those in this room who read, take away and check them.

// In the order they were done.
Result<std::vector<ReviewAction>> read_review(const OpenDb& db, const std::string& path, const ReviewSubject& subject);

// Takes away all of its steps, of which there are so many; gives how many went.
std::uint64_t drop_review(const OpenDb& db, const ReviewSubject& subject, std::size_t steps, rocksdb::WriteBatch& out);

// Each row must read well, and the steps of each subject be numbered without a gap; `differ` is told what is not so.
Result<void> check_reviews(const OpenDb& db, const rocksdb::ReadOptions& options, const std::string& path,
                           const std::function<void(std::string)>& differ);

}  // namespace barometer
