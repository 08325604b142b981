#include "storage/erasures.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include <openssl/rand.h>
#include <rocksdb/write_batch.h>

#include "connectors/digest.hpp"
#include "storage/codec_parts.hpp"
#include "storage/keys.hpp"
#include "storage/source_codec.hpp"

namespace barometer {

namespace {

constexpr std::size_t key_bytes = 32;

std::optional<std::string> from_hex(std::string_view hex) {
  const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
  std::string bytes;
  if (hex.size() % 2 != 0) return std::nullopt;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    if (digit(hex[i]) < 0 || digit(hex[i + 1]) < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1])));
  }
  return bytes;
}

bool known_kind(int kind) {
  return kind >= static_cast<int>(ErasureKind::author) && kind <= static_cast<int>(ErasureKind::source);
}

std::optional<Erased> erased_of(int kind, std::string_view digest) {
  Erased erased{.kind = static_cast<ErasureKind>(kind)};
  if (!known_kind(kind) || digest.size() != erased.digest.size()) return std::nullopt;
  std::copy(digest.begin(), digest.end(), erased.digest.begin());
  return erased;
}

std::string_view bytes_of(const Erased& erased) { return {erased.digest.data(), erased.digest.size()}; }

Erased keyed_digest(const std::string& key, ErasureKind kind, std::string_view what) {
  std::string message{static_cast<char>(kind)};
  message += what;
  const auto digest = hmac_sha256(key, message);
  Erased erased{.kind = kind};
  std::copy_n(digest.begin(), erased.digest.size(), erased.digest.begin());
  return erased;
}

}  // namespace

void ErasureSet::make_key() {
  std::string key(key_bytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), key_bytes) != 1)
    throw std::runtime_error("the system gave no random bytes for the key of erasures");
  key_ = std::move(key);
}

void ErasureSet::add(const Erased& erased, UtcTime at) {
  auto& latest = erased_.try_emplace(erased, at).first->second;
  latest = std::max(latest, at);
  kinds_.at(static_cast<std::size_t>(erased.kind)) = true;
}

Erased ErasureSet::digest_of(const IdHash& address) const {
  return keyed_digest(key_, ErasureKind::url, {address.data(), address.size()});
}

Erased ErasureSet::digest_of(ErasureKind kind, std::string_view what) const {
  return kind == ErasureKind::url ? digest_of(hash_id(what)) : keyed_digest(key_, kind, what);
}

bool ErasureSet::has(ErasureKind kind, std::string_view what) const {
  return kinds_.at(static_cast<std::size_t>(kind)) && !what.empty() && erased_.contains(digest_of(kind, what));
}

std::optional<UtcTime> ErasureSet::source_erased_at(std::string_view source) const {
  if (!kinds_.at(static_cast<std::size_t>(ErasureKind::source))) return std::nullopt;
  const auto found = erased_.find(digest_of(ErasureKind::source, source));
  return found == erased_.end() ? std::nullopt : std::optional{found->second};
}

bool ErasureSet::bars(const Post& post, const IdHash& id) const {
  if (has(ErasureKind::author, post.author) || has(ErasureKind::url, post.url)) return true;
  if (kinds_.at(static_cast<std::size_t>(ErasureKind::url)) && erased_.contains(digest_of(id))) return true;
  const auto at = source_erased_at(post.source);
  return at && post.seen_at <= *at;
}

Result<ErasureSet> read_erasures(const OpenDb& db, const std::string& path) {
  ErasureSet set;
  std::string key;
  const auto found = db.get(Family::meta, "erasure_key", &key);
  if (!found.ok() && !found.IsNotFound()) return disk_failure(found, path);
  if (found.ok()) {
    if (key.size() != 1 + key_bytes || key.front() != record_version) return unreadable("key of erasures");
    set.use_key(key.substr(1));
  }
  const std::unique_ptr<rocksdb::Iterator> row{db->NewIterator({}, db.of(Family::erasures))};
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    const auto bytes = row->key().ToStringView();
    const auto erased = bytes.empty() ? std::nullopt : erased_of(bytes.front(), bytes.substr(1));
    const auto at = decode_moment(row->value().ToStringView());
    if (!erased || !at) return unreadable("erasure");
    set.add(*erased, *at);
  }
  if (!row->status().ok()) return disk_failure(row->status(), path);
  return set;
}

void write_erasures(const OpenDb& db, const ErasureSet& set, rocksdb::WriteBatch& out) {
  out.Put(db.of(Family::meta), "erasure_key", record_version + set.key());
  for (const auto& [erased, at] : set.all())
    out.Put(db.of(Family::erasures), static_cast<char>(erased.kind) + std::string(bytes_of(erased)), encode_moment(at));
}

std::string ledger_text(const ErasureSet& set) {
  std::string text = "key " + to_hex(set.key()) + '\n';
  for (const auto& [erased, at] : set.all())
    text += std::to_string(static_cast<int>(erased.kind)) + ' ' + to_hex(bytes_of(erased)) + ' ' +
            std::to_string(since_1970(at)) + '\n';
  return text;
}

Result<ErasureSet> read_ledger(std::string_view text) {
  const Failure bad{
      Remedy::ask_operator,
      "the list of what was forgotten since the backup was made (the file 'erasures' beside it) is damaged: "
      "bring back the file as it was; without it the backup would bring back what was erased"};
  std::istringstream lines{std::string(text)};
  ErasureSet set;
  std::string word;
  std::string hex;
  if (!(lines >> word >> hex) || word != "key") return bad;
  const auto key = from_hex(hex);
  if (!key || key->size() != key_bytes) return bad;
  set.use_key(*key);
  int kind = 0;
  std::int64_t at = 0;
  while (lines >> kind >> hex >> at) {
    const auto erased = erased_of(kind, from_hex(hex).value_or(""));
    if (!erased) return bad;
    set.add(*erased, at_since_1970(at));
  }
  if (!lines.eof()) return bad;
  return set;
}

Result<ErasureSet> ledger_of(const std::filesystem::path& folder) {
  std::ifstream file{folder / ledger_file, std::ios::binary};
  if (!file) return ErasureSet{};
  return read_ledger(std::string(std::istreambuf_iterator<char>(file), {}));
}

bool tell_backups(const std::filesystem::path& folder, const ErasureSet& set) {
  if (set.key().empty()) return true;  // nothing was ever erased
  std::error_code odd;
  if (!std::filesystem::is_directory(folder, odd)) return false;
  const auto there = ledger_of(folder);
  if (there && !there->empty() && there->key() != set.key()) return false;
  const auto draft = folder / (std::string(ledger_file) + ".new");
  {
    std::ofstream file{draft, std::ios::binary | std::ios::trunc};
    file << ledger_text(set);
    if (!file.flush()) return false;
  }
  std::filesystem::permissions(draft, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, odd);
  if (!odd) std::filesystem::rename(draft, folder / ledger_file, odd);
  return !odd;
}

}  // namespace barometer
