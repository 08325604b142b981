#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/result.hpp"
#include "storage/bytes.hpp"
#include "storage/keys.hpp"
#include "storage/store.hpp"

namespace barometer {

// The values of posts, ids and alerts. Each begins with a version byte; numbers and texts are those of bytes.hpp,
// lists are a count:varint and so many items, times are signed milliseconds since 1970 unless said otherwise.
//
//   post record  := 04 | 05 gone:u8, then flags:u8 visibility:u8 platform source id native_id url author author_name text : text
//                   made_at, seen_at - made_at, [edited_at - made_at] : signed
//                   [title] [lang] [reply_to] [repost_of] [quote_of] : text   tags: list of text
//                   likes reposts replies : signed
//                   sentiment:u8 voice:u8 severity:u8 judged:u8 score:f64 confidence:f64 assessed_lang:text
//                   concerns: list of (theme:u8 severity:u8 rule:text begin:varint length:varint)
//                   identifiers: list of text   why: list of (begin:varint length:varint weight:f32)
//                   themes:varint (one bit a label; not in records that begin with 01)
//                   watched: list of text   alerts: list of text   place:text
//                   (02 and 03 are the same without a place)
//   flags        := 01 edited_at, 02 title, 04 lang, 08 reply_to, 10 repost_of, 20 quote_of, 40 opted_out, 80 undated
//   judged       := 01 abusive, and twice the level of sentiment (0 to 5)
//   gone         := 01 text, 02 author (Retention); a record from which nothing is gone begins with 04
//   id record    := 01 state:u8 [made_at:time fingerprint:u64, when 1] [heard:time, when 3]
//   state        := 1 kept, 2 deleted, 3 deleted and last heard of then, 4 erased: never to be kept again
//   alert record := 03 kind:u8 id recipient thread post : text   about: 00 | 01 issue (issue_codec.hpp)   raised_at from to : signed
//                   sent withdrawn acknowledged : 00 | 01 signed   withheld:text   attempts:varint last_error:text   tail of the issue, if any
//                 | 02, likewise without a tail (read, no longer written)
//                 | 01, of one post (read, no longer written): id recipient post source url : text   severity:u8
//                   themes rules : lists of text   made_at raised_at : signed   sent withdrawn : 00 | 01 signed
//                   attempts:varint last_error:text
//   deletion     := 01 finished:u8, then the counts of TakenAway in their order : varint (the fifth schema had none of reviews)
//
// Reading returns a failure for any bytes that are not exactly such a record, and never more than the bytes hold.
struct PostRecord {
  StoredPost kept = {};
  std::vector<std::string> alerts = {};  // ids of those it raised
};

void encode_post(std::string& out, const Post& post, const Assessment& assessment,
                 const std::vector<std::string>& watched, const std::vector<std::string>& alerts,
                 std::string_view place);
void encode_post(std::string& out, const PostRecord& record);
Result<PostRecord> decode_post(std::string_view bytes);

struct IdRecord {
  bool deleted = false;
  UtcTime made_at = {};           // of a post that is kept: the first part of its key
  std::uint64_t fingerprint = 0;  // likewise: of its content, as it was when it was whole
  std::optional<UtcTime> heard_at =
      {};               // of one that is deleted: when it, or a copy, was heard of last; empty: unknown
  bool erased = false;  // deleted for good
};

std::string encode_id(const IdRecord& record);
Result<IdRecord> decode_id(std::string_view bytes);

std::string encode_alert(const Alert& alert);
Result<Alert> decode_alert(std::string_view bytes);

// Without `at` and `kind`, which are its key.
std::string encode_deletion(const Deletion& deletion);
Result<Deletion> decode_deletion(const DeletionKey& key, std::string_view bytes);

std::string encode_cursor(const Cursor& cursor);
Result<Cursor> decode_cursor(std::string_view bytes);

// XXH3 (64 bits) over title, text, language, tags and visibility: what makes an edit. Likes and replies, links, the source
// that heard it and the time of an edit do not.
std::uint64_t fingerprint_of(const Post& post);

}  // namespace barometer
