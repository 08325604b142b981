#include <string_view>

#include "storage/open_db.hpp"

namespace barometer {

namespace {

bool says(const std::string& message, std::string_view words) { return message.find(words) != std::string::npos; }

bool in_use(const rocksdb::Status& status, const std::string& message) {
  return status.IsIOError() && (says(message, "While lock file") || says(message, "lock hold by current process"));
}

bool full(const rocksdb::Status& status, const std::string& message) {
  return status.IsNoSpace() || says(message, "No space left") || says(message, "Disk quota exceeded");
}

std::string explained(const rocksdb::Status& status, const std::string& path) {
  const auto message = status.ToString();
  if (in_use(status, message))
    return "another barometer is running on the store " + path +
           ": stop it, or give this one a store of its own (queries can read beside it)";
  if (full(status, message))
    return "the disk of the store " + path +
           " is full: free some space; nothing is lost meanwhile, posts are asked for again";
  if (status.IsCorruption())
    return "the store " + path + " is damaged (" + message +
           "): stop barometer and restore a backup, or move the folder away to begin an empty store; nothing was "
           "changed";
  if (says(message, "Permission denied"))
    return "the store " + path + " may not be opened by this user (" + message +
           "): run as its owner, or change the owner";
  return "the store " + path + " cannot be read or written (" + message + "): check the disk and the folder";
}

}  // namespace

Failure disk_failure(const rocksdb::Status& status, const std::string& path) {
  return {Remedy::ask_operator, explained(status, path)};
}

}  // namespace barometer
