#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/post.hpp"
#include "storage/keys.hpp"
#include "storage/open_db.hpp"
#include "storage/upkeep.hpp"

namespace barometer {

// What was erased, so that it can be recognised and not be read: 16 bytes of HMAC-SHA-256 (RFC 2104) under a key of the
// store's own. Whoever holds the store can test a guess; nobody can list what was erased.
//
//   erasures  kind:u8 digest:16  →  01 at:time; when it was asked for
//   default   "erasure_key"      →  01 32 random bytes; made with the first erasure, kept for ever
struct Erased {
  ErasureKind kind = ErasureKind::author;
  std::array<char, 16> digest = {};

  auto operator<=>(const Erased&) const = default;
};

// A value: replaced whole when something is erased, so that whoever reads it needs no lock.
class ErasureSet {
 public:
  bool empty() const { return erased_.empty(); }
  const std::string& key() const { return key_; }
  const std::map<Erased, UtcTime>& all() const { return erased_; }

  // Throws std::runtime_error if the system gives no random bytes.
  void make_key();
  void use_key(std::string key) { key_ = std::move(key); }
  void add(const Erased& erased, UtcTime at);
  Erased digest_of(ErasureKind kind, std::string_view what) const;
  // Of an address by its hash, which is all that is left of the id of a post without a name.
  Erased digest_of(const IdHash& address) const;
  // When the source was erased last.
  std::optional<UtcTime> source_erased_at(std::string_view source) const;
  // Whether a post may not be kept: of an erased author or address, or heard from a source before that was erased.
  bool bars(const Post& post, const IdHash& id) const;

 private:
  bool has(ErasureKind kind, std::string_view what) const;

  std::string key_;
  std::map<Erased, UtcTime> erased_;
  std::array<bool, 4> kinds_{};  // which of them there are
};

Result<ErasureSet> read_erasures(const OpenDb& db, const std::string& path);
void write_erasures(const OpenDb& db, const ErasureSet& set, rocksdb::WriteBatch& out);

// What is told to backups, so that they forget again when they are restored. One line "key HEX", then "KIND HEX TIME" each.
std::string ledger_text(const ErasureSet& set);
Result<ErasureSet> read_ledger(std::string_view text);
// Empty if there is none.
Result<ErasureSet> ledger_of(const std::filesystem::path& folder);
// Replaces the ledger in the folder of backups, whole or not at all; false if that cannot be done, or the one that is there
// is another store's.
bool tell_backups(const std::filesystem::path& folder, const ErasureSet& set);
inline constexpr const char* ledger_file = "erasures";

}  // namespace barometer
