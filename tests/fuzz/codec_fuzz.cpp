// Any bytes as stored values and keys: a failure or a record, never more than the bytes hold. What was read as a record is
// written again and read as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "storage/codec.hpp"
#include "storage/issue_codec.hpp"
#include "storage/keys.hpp"
#include "storage/review_codec.hpp"
#include "storage/series.hpp"
#include "storage/source_codec.hpp"
#include "storage/words.hpp"

using namespace barometer;

namespace {

void require(bool held) {
  if (!held) std::abort();
}

std::string written(const PostRecord& record) {
  std::string bytes;
  encode_post(bytes, record);
  return bytes;
}

void values(std::string_view bytes) {
  if (const auto post = decode_post(bytes)) {
    const auto again = decode_post(written(*post));
    require(again.has_value() && written(*again) == written(*post));
  }
  if (const auto alert = decode_alert(bytes)) {
    const auto again = decode_alert(encode_alert(*alert));
    require(again.has_value() && encode_alert(*again) == encode_alert(*alert));
  }
  if (const auto issue = decode_issue(bytes)) {
    const auto again = decode_issue(encode_issue(*issue));
    require(again.has_value() && encode_issue(*again) == encode_issue(*issue));
  }
  const auto key = post_key(UtcTime{}, IdHash{});
  if (const auto utterance = decode_utterance(key, bytes)) {
    const auto again = decode_utterance(key, encode_utterance(*utterance));
    require(again.has_value() && encode_utterance(*again) == encode_utterance(*utterance));
  }
  if (const auto order = decode_issue_order(UtcTime{}, bytes))
    require(encode_issue_order(*decode_issue_order(UtcTime{}, encode_issue_order(*order))) ==
            encode_issue_order(*order));
  const auto tone_of_day = tone_key({.place = "p", .day = 20'000});
  if (const auto tone = decode_tone(tone_of_day, bytes))
    require(encode_tone(*decode_tone(tone_of_day, encode_tone(*tone))) == encode_tone(*tone));
  decode_tone(bytes, encode_tone({}));
  if (const auto member = decode_member(bytes)) require(decode_member(encode_member(*member))->voice == member->voice);
  if (const auto action = decode_review(bytes)) {
    const auto again = decode_review(encode_review(*action));
    require(again.has_value() && encode_review(*again) == encode_review(*action));
  }
  if (const auto id = decode_id(bytes)) require(encode_id(*id) == bytes);
  if (const auto cursor = decode_cursor(bytes)) require(encode_cursor(*cursor) == bytes);
  const UtcTime from{std::chrono::milliseconds{1'000}};
  if (const auto gap = decode_gap("s", from, bytes)) require(*decode_gap("s", from, encode_gap(*gap)) == *gap);
  if (const auto source = decode_source(bytes))
    require(encode_source(*decode_source(encode_source(*source))) == encode_source(*source));
  if (const auto tally = decode_tally(bytes)) require(*decode_tally(encode_tally(*tally)) == *tally);
  if (const auto moment = decode_moment(bytes)) require(encode_moment(*moment) == bytes);
  Counts counts;
  add_encoded(counts, bytes);
  Counts again;
  require(add_encoded(again, encode_counts(counts)) && again == counts);
  for (const auto resolution : {Resolution::minute, Resolution::hour, Resolution::day})
    for (const auto& bucket : buckets_of(resolution, UtcTime::max() - std::chrono::hours{2}, counts)) {
      SeriesPoint point;
      fill(point, bucket.counts);
    }
}

// Postings read from any bytes are written in one form, and adding them to what takes them away leaves none.
void words(std::string_view bytes) {
  Postings postings;
  postings.read(0, bytes);
  const auto written = postings.encoded();
  Postings again;
  require(again.read(0, written) && again.encoded() == written);
  Postings none;
  for (const auto& posting : again.added_up()) none.add(posting.at, posting.count), none.end_run();
  for (const auto& posting : again.added_up())
    none.add(posting.at, static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(posting.count))), none.end_run();
  require(none.added_up().empty());
  std::vector<std::uint32_t> seconds;
  for (const auto& posting : again.added_up())
    if (const auto list = list_in(written, posting.at >> 26)) require(!list->empty() && read_seconds(*list, seconds));
  if (const auto list = list_in(bytes, 1)) read_seconds(*list, seconds);
}

void keys(std::string_view bytes) {
  if (const auto key = parse_series_key(bytes))
    require(series_key(key->resolution, key->tag, key->source, key->day) == bytes);
  if (const auto key = parse_words_key(bytes)) require(words_key(key->part, key->day) == bytes);
  if (const auto key = parse_post_key(bytes)) require(post_key(key->made_at, key->id) == bytes);
  if (const auto key = parse_gap_key(bytes)) require(gap_key(key->source, key->from) == bytes);
  if (const auto key = parse_review_key(bytes)) require(review_key(key->subject, key->number) == bytes);
  if (const auto key = parse_source_key(bytes)) {
    const auto tally = key->slot ? tally_key(key->source, UtcTime{std::chrono::hours{*key->slot}}) : std::string{};
    require((key->slot ? tally : source_key(key->source)) == bytes);
  }
  if (const auto key = parse_native_key(bytes)) {
    Post post;
    post.platform = key->platform;
    post.source = key->source;
    post.native_id = key->native_id;
    require(native_key(post, key->id) == bytes);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  values(bytes);
  words(bytes);
  keys(bytes);
  return 0;
}
