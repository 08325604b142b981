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

// Empty if it is not a line as line_of() makes it.
std::optional<Line> parsed(const std::string& line) {
  boost::system::error_code odd;
  const auto value = boost::json::parse(line, odd);
  if (odd || !value.is_object()) return std::nullopt;
  const auto& object = value.as_object();
  const auto text = [&object](const char* key) {
    const auto* found = object.if_contains(key);
    return found && found->is_string() ? std::string(found->as_string()) : std::string();
  };
  const auto at = parse_iso(text("at"));
  const auto* number = object.if_contains("n");
  if (!at || !number || !number->is_int64()) return std::nullopt;
  Line out{{static_cast<std::uint64_t>(number->as_int64()), *at, text("who"), text("did"), text("about")},
           text("before"),
           text("hash")};
  if (line_of(out.entry, out.before) != line + "\n") return std::nullopt;
  return out;
}

}  // namespace

AuditLog::AuditLog(std::filesystem::path file) : file_(std::move(file)), hash_(no_hash) {
  std::ifstream in(file_);
  std::string line;
  while (std::getline(in, line)) {
    ++number_;
    if (const auto known = parsed(line)) hash_ = known->hash;
  }
}

Result<void> AuditLog::note(const std::string& who, const std::string& did, const std::string& about, UtcTime now) {
  const std::lock_guard lock(mutex_);
  const AuditEntry entry{number_ + 1, now, who, did, about};
  const auto line = line_of(entry, hash_);
  const int out = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (out < 0) return cannot(file_, "opened");
  const bool written =
      ::write(out, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && ::fdatasync(out) == 0;
  ::close(out);
  if (!written) return cannot(file_, "written");
  number_ = entry.number;
  hash_ = line.substr(line.size() - 67, 64);
  return {};
}

Result<AuditRead> AuditLog::read(std::size_t last) const {
  const std::lock_guard lock(mutex_);
  AuditRead out;
  std::ifstream in(file_);
  std::deque<AuditEntry> kept;
  std::string before = no_hash;
  std::string line;
  while (std::getline(in, line)) {
    ++out.all;
    const auto known = parsed(line);
    const bool follows = known && known->before == before && known->entry.number == out.all;
    if (!follows && !out.broken_at) out.broken_at = out.all;
    if (!known) continue;
    before = known->hash;
    kept.push_front(known->entry);
    if (kept.size() > last) kept.pop_back();
  }
  if (in.bad()) return cannot(file_, "read");
  out.entries.assign(kept.begin(), kept.end());
  return out;
}

}  // namespace barometer
