#include "daemon/web/audit.hpp"

#include <cerrno>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <fstream>
#include <unistd.h>

#include <boost/json.hpp>

#include "connectors/digest.hpp"
#include "connectors/json_text.hpp"
#include "connectors/time.hpp"

namespace barometer {

namespace {

const std::string no_hash(64, '0');

Failure cannot(const std::filesystem::path& file, const char* what) {
  return Failure{
      Remedy::ask_operator,
      file.string() + ": cannot be " + what + " (" + std::strerror(errno) + "): check the disk and who may write it",
      {}};
}

std::string line_of(const AuditEntry& entry, const std::string& before) {
  std::string out = "{\"n\":" + std::to_string(entry.number);
  const auto text = [&out](const char* key, std::string_view value) {
    out.append(",\"").append(key).append("\":");
    append_json_string(out, value);
  };
  text("at", to_iso(entry.at));
  text("who", entry.who);
  text("did", entry.did);
  text("about", entry.about);
  text("before", before);
  const auto hash = sha256_hex(before + out);
  text("hash", hash);
  return out += "}\n";
}

struct Line {
  AuditEntry entry = {};
  std::string before = {};
  std::string hash = {};
};

std::optional<boost::json::object> object_in(const std::string& line) {
  boost::system::error_code odd;
  auto value = boost::json::parse(line, odd);
  if (odd || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

std::string text_in(const boost::json::object& object, const char* key) {
  const auto* found = object.if_contains(key);
  return found && found->is_string() ? std::string(found->as_string()) : std::string();
}

std::optional<std::uint64_t> number_in(const boost::json::object& object, const char* key) {
  const auto* found = object.if_contains(key);
  if (!found || !found->is_int64() || found->as_int64() < 0) return std::nullopt;
  return static_cast<std::uint64_t>(found->as_int64());
}

// Empty if it is not a line as line_of() makes it.
std::optional<Line> parsed(const std::string& line) {
  const auto object = object_in(line);
  if (!object) return std::nullopt;
  const auto at = parse_iso(text_in(*object, "at"));
  const auto number = number_in(*object, "n");
  if (!at || !number) return std::nullopt;
  Line out{{*number, *at, text_in(*object, "who"), text_in(*object, "did"), text_in(*object, "about")},
           text_in(*object, "before"),
           text_in(*object, "hash")};
  if (line_of(out.entry, out.before) != line + "\n") return std::nullopt;
  return out;
}

// How far the record goes that was removed.
struct Seal {
  std::uint64_t removed = 0;
  std::string hash = {};  // of its last line
};

std::string line_of(const Seal& seal, UtcTime until) {
  return "{\"removed\":" + std::to_string(seal.removed) + ",\"until\":\"" + to_iso(until) + "\",\"hash\":\"" +
         seal.hash + "\"}\n";
}

std::optional<Seal> seal_in(const std::string& line) {
  const auto object = object_in(line);
  const auto removed = object ? number_in(*object, "removed") : std::nullopt;
  if (!removed) return std::nullopt;
  return Seal{*removed, text_in(*object, "hash")};
}

// Reads a record from its begin: how far it is, and where it breaks.
class Walk {
 public:
  explicit Walk(std::istream& in) : in_(in) {}

  // The next entry that can be read; empty at the end.
  std::optional<Line> next() {
    std::string line;
    while (std::getline(in_, line)) {
      if (const auto seal = all_ == 0 ? seal_in(line) : std::nullopt) {
        all_ = removed_ = seal->removed;
        hash_ = seal->hash;
        continue;
      }
      ++all_;
      auto known = parsed(line);
      const bool follows = known && known->before == hash_ && known->entry.number == all_;
      if (!follows && !broken_at_) broken_at_ = all_;
      if (!known) continue;
      hash_ = known->hash;
      return known;
    }
    return std::nullopt;
  }

  std::uint64_t all() const { return all_; }
  std::uint64_t removed() const { return removed_; }
  const std::string& hash() const { return hash_; }
  std::optional<std::uint64_t> broken_at() const { return broken_at_; }

 private:
  std::istream& in_;
  std::uint64_t all_ = 0;
  std::uint64_t removed_ = 0;
  std::string hash_ = no_hash;
  std::optional<std::uint64_t> broken_at_ = {};
};

// Written whole, and on the disk.
bool write_all(int file, std::string_view bytes) {
  return ::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && ::fdatasync(file) == 0;
}

}  // namespace

AuditLog::AuditLog(std::filesystem::path file) : file_(std::move(file)) {
  std::ifstream in(file_);
  Walk walk{in};
  while (walk.next()) {
  }
  number_ = walk.all();
  hash_ = walk.hash();
}

Result<void> AuditLog::note(const std::string& who, const std::string& did, const std::string& about, UtcTime now) {
  const std::lock_guard lock(mutex_);
  const AuditEntry entry{number_ + 1, now, who, did, about};
  const auto line = line_of(entry, hash_);
  const int out = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (out < 0) return cannot(file_, "opened");
  const bool written = write_all(out, line);
  ::close(out);
  if (!written) return cannot(file_, "written");
  number_ = entry.number;
  hash_ = line.substr(line.size() - 67, 64);
  return {};
}

Result<std::uint64_t> AuditLog::remove_older(UtcTime until) {
  const std::lock_guard lock(mutex_);
  std::ifstream in(file_);
  Walk walk{in};
  std::uint64_t removed = 0;
  Seal seal{0, no_hash};
  std::string rest;
  while (const auto line = walk.next()) {
    if (rest.empty() && line->entry.at < until) {
      ++removed;
      seal = {line->entry.number, line->hash};
    } else {
      rest += line_of(line->entry, line->before);
    }
  }
  if (in.bad()) return cannot(file_, "read");
  if (removed == 0 || walk.broken_at()) return std::uint64_t{0};
  auto fresh = file_;
  fresh += ".new";
  const int out = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (out < 0) return cannot(fresh, "opened");
  const bool written = write_all(out, line_of(seal, until) + rest);
  ::close(out);
  if (!written || ::rename(fresh.c_str(), file_.c_str()) != 0) return cannot(fresh, "written");
  return removed;
}

Result<AuditRead> AuditLog::read(std::size_t last) const {
  const std::lock_guard lock(mutex_);
  std::ifstream in(file_);
  Walk walk{in};
  std::deque<AuditEntry> kept;
  while (auto line = walk.next()) {
    kept.push_front(std::move(line->entry));
    if (kept.size() > last) kept.pop_back();
  }
  if (in.bad()) return cannot(file_, "read");
  return AuditRead{.entries = {kept.begin(), kept.end()},
                   .all = walk.all(),
                   .removed = walk.removed(),
                   .broken_at = walk.broken_at()};
}

}  // namespace barometer
