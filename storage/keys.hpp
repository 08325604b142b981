#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/store.hpp"

namespace barometer {

// The keys of every column family. Byte order is the order wanted; tests pin the bytes.
//
//   posts    time id_hash                   →  post record (codec.hpp)
//   ids      id_hash                        →  id record (codec.hpp)
//   series   grain:u8 tag source time       →  counts (series.hpp) of a day, time is its begin; grain := 3 by the minute,
//                                              4 by the hour, 5 as one; tag, source := name
//   cursors  source, as it is               →  version:u8 bytes
//   alerts   alert id, as it is             →  alert record (codec.hpp)
//   outbox   time alert_id                  →  nothing; only alerts that wait, time is when raised
//   gaps     source time                    →  gap record (source_codec.hpp); time is when it began; source := name
//   sources  source 00                      →  source record (source_codec.hpp)
//            source 01 slot:u8              →  hour tally (source_codec.hpp); slot := hours since 1970, modulo 192
//   natives  platform source native id_hash →  version:u8 time; of each post that is kept, time is when it was made;
//                                              platform, source, native := name
//   settled  as series, by the minute only  →  counts; of posts whose time was over, which stay in the series
//   erasures (erasures.hpp)
//   deletions time kind:u8                  →  deletion (codec.hpp); time is when it was asked for, or the pass began
//   utterances time id_hash                 →  what the tracker remembers of a post (issue_codec.hpp); time is when it was heard
//   issues   issue id, as it is             →  issue record (issue_codec.hpp)
//   members  'i' issue id, time id_hash     →  member record (issue_codec.hpp); a post of an issue, time is when it was made
//            'p' id_hash, issue id          →  nothing; the same, by post
//   words    part:u8 time                   →  postings (words.hpp); time is when the day began
//   reviews  'i' issue:name number:u32      →  what somebody did with an issue (review_codec.hpp); number counts from 0
//            'p' id_hash number:u32         →  likewise, with a post
//   default  "schema"                       →  version:u8 schema:varint
//            "alive"                        →  version:u8 time; when the daemon last said that it was at work
//            "issues_began"               →  version:u8 time; when the tracker of issues heard its first post
//            "issue_order" time hash:8    →  order about issues (issue_codec.hpp); time is when it was given
//            "tone " place tag : name day:u32 →  how many posts of a day, and how many negative (issue_codec.hpp)
//            "words"                        →  version:u8 scheme:varint state:u8 bytes; how far the index of words is (word_index.cpp)
//            "backups"                      →  version:u8, then each folder that backups were made in, as text
//
//   time     := milliseconds since 1970 as u64 big-endian, highest bit flipped (so times before 1970 sort first)
//   id_hash  := the first 16 bytes of SHA-256 of Post::id. An id can name its author; what outlives a deleted post does not.
//   name     := any bytes, each 00 written 00 FF, then the end 00 01: no name is the beginning of another,
//               and order is that of the names
using IdHash = std::array<char, 16>;
inline constexpr std::size_t time_bytes = 8;

IdHash hash_id(std::string_view post_id);

// A name at the end of a key; and from the beginning of one, which loses it: false if it is none.
void append_name(std::string& key, std::string_view name);
bool take_name(std::string_view& key, std::string& name);

std::string time_key(UtcTime time);
UtcTime time_of(std::string_view eight_bytes);

std::string post_key(UtcTime made_at, const IdHash& id);
struct PostKey {
  UtcTime made_at = {};
  IdHash id = {};
};
std::optional<PostKey> parse_post_key(std::string_view key);

// Of all series of a resolution, of one tag, of one tag and source; and of one day.
std::string series_prefix(Resolution resolution);
std::string series_prefix(Resolution resolution, std::string_view tag);
std::string series_prefix(Resolution resolution, std::string_view tag, std::string_view source);
std::string series_key(Resolution resolution, std::string_view tag, std::string_view source, UtcTime day);
struct SeriesKey {
  Resolution resolution = Resolution::minute;
  std::string tag = {};
  std::string source = {};
  UtcTime day = {};
};
std::optional<SeriesKey> parse_series_key(std::string_view key);
// The least key that comes after every key with this (not empty) prefix.
std::string after_prefix(std::string prefix);

// Of all posts of an issue, and of one; of all issues of a post, and of one.
std::string members_prefix(std::string_view issue);
std::string member_key(std::string_view issue, UtcTime made_at, const IdHash& post);
std::string memberships_prefix(const IdHash& post);
std::string membership_key(const IdHash& post, std::string_view issue);

// Of all orders about issues, and of one; its record tells apart those of one moment.
inline constexpr std::string_view issue_orders_prefix = "issue_order";
std::string issue_order_key(UtcTime at, std::string_view record);
std::optional<UtcTime> time_of_issue_order(std::string_view key);

std::string outbox_key(UtcTime raised_at, std::string_view alert_id);

std::string gaps_prefix(std::string_view source);
std::string gap_key(std::string_view source, UtcTime from);
struct GapKey {
  std::string source = {};
  UtcTime from = {};
};
std::optional<GapKey> parse_gap_key(std::string_view key);

std::string source_prefix(std::string_view source);
std::string source_key(std::string_view source);
std::string tally_key(std::string_view source, UtcTime hour);
struct SourceKey {
  std::string source = {};
  std::optional<std::uint8_t> slot = {};  // of a tally; empty: of the record
};
std::optional<SourceKey> parse_source_key(std::string_view key);

// Of all kept posts of a source, of those that it calls by that native id, and of one.
std::string natives_prefix(std::string_view platform, std::string_view source);
std::string natives_prefix(std::string_view platform, std::string_view source, std::string_view native_id);
std::string native_key(const Post& post, const IdHash& id);
struct NativeKey {
  std::string platform = {};
  std::string source = {};
  std::string native_id = {};
  IdHash id = {};
};
std::optional<NativeKey> parse_native_key(std::string_view key);

std::string deletion_key(UtcTime at, DeletionKind kind);
struct DeletionKey {
  UtcTime at = {};
  DeletionKind kind = DeletionKind::retention;
};
std::optional<DeletionKey> parse_deletion_key(std::string_view key);

}  // namespace barometer
