#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "daemon/config.hpp"
#include "storage/store.hpp"

namespace barometer {

// What changes a store as a whole, whoever has it open: the daemon on behalf of a command, or the command itself.
struct Order {
  enum class Does { forget, backup, rotate_key, destroy_keys, merge_issues, split_issue };
  Does does = Does::forget;
  std::vector<Erasure> erase = {};      // forget
  std::filesystem::path to = {};        // backup: absolute
  std::size_t keep = 7;                 // backup
  std::string issue = {};               // merge_issues, split_issue: id of the issue that stays
  std::string other = {};               // merge_issues: id of that which goes into it
  std::vector<std::string> posts = {};  // split_issue: Post::id of those that leave it
};

// Names of the files in the store's folder that a backup takes along: the pseudonym keys, and the record of who read what.
std::vector<std::string> files_beside_store();

std::string order_text(const Order& order);
Result<Order> read_order(const std::string& text);

// Does it; gives one JSON object about what came of it. Any thread but that which commits.
Result<std::string> carry_out(const Order& order, Store& store, const Config& config, UtcTime now);

}  // namespace barometer
