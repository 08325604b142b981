#include "storage/source_codec.hpp"

#include "storage/codec_parts.hpp"
#include "storage/keys.hpp"

namespace barometer {

namespace {

constexpr char version = record_version;
constexpr std::uint8_t reasons = 5;
constexpr std::uint8_t remedies = 4;
constexpr std::uint8_t open = 0;
constexpr std::uint8_t unknown = 1;
constexpr std::uint8_t caught_up = 2;
constexpr std::uint8_t lost = 3;

void put_optional_number(std::string& out, const std::optional<std::int64_t>& number) {
  out.push_back(number ? 1 : 0);
  if (number) put_signed(out, *number);
}

void put_failure(std::string& out, const Failure& failure) {
  out.push_back(static_cast<char>(failure.remedy));
  out.push_back(failure.capped ? 1 : 0);
  put_text(out, failure.detail);
  put_optional_time(out, failure.not_before);
}

Failure read_failure(ByteReader& in) {
  Failure failure;
  failure.remedy = static_cast<Remedy>(in.byte_below(remedies));
  failure.capped = in.byte_below(2) == 1;
  failure.detail = in.text();
  failure.not_before = read_optional_time(in);
  return failure;
}

}  // namespace

std::string encode_gap(const Gap& gap) {
  std::string out{version, static_cast<char>(gap.reason)};
  if (!gap.to) {
    out.push_back(open);
    return out;
  }
  out.push_back(static_cast<char>(!gap.caught_up ? unknown : *gap.caught_up ? caught_up : lost));
  put_varint(out, static_cast<std::uint64_t>(since_1970(*gap.to)) - static_cast<std::uint64_t>(since_1970(gap.from)));
  return out;
}

Result<Gap> decode_gap(std::string_view source, UtcTime from, std::string_view bytes) {
  ByteReader in{bytes};
  if (in.byte() != version) return unreadable("gap");
  Gap gap{.source = std::string(source), .from = from};
  gap.reason = static_cast<GapReason>(in.byte_below(reasons));
  const auto end = in.byte_below(lost + 1);
  if (end != open) {
    gap.to = at_since_1970(static_cast<std::int64_t>(static_cast<std::uint64_t>(since_1970(from)) + in.varint()));
    if (*gap.to <= from) in.fail();
  }
  if (end > unknown) gap.caught_up = end == caught_up;
  if (!complete(in)) return unreadable("gap");
  return gap;
}

std::string encode_source(const SourceRecord& record) {
  std::string out{version};
  put_text(out, record.platform);
  put_text(out, record.host);
  put_signed(out, since_1970(record.written_at));
  out.push_back(record.retired ? 1 : 0);
  for (const auto& time : {record.last_success, record.last_post, record.next_ask, record.failing_since})
    put_optional_time(out, time);
  put_varint(out, static_cast<std::uint64_t>(record.interval.count()));
  put_varint(out, record.failures_in_a_row);
  out.push_back(record.failure ? 1 : 0);
  if (record.failure) put_failure(out, *record.failure);
  put_optional_number(out, record.limit_left);
  put_optional_time(out, record.limit_resets_at);
  out.push_back(record.sweep ? 1 : 0);
  if (record.sweep) {
    put_text(out, record.sweep->after);
    put_signed(out, since_1970(record.sweep->began));
  }
  if (record.began) put_optional_time(out, record.began);
  return out;
}

Result<SourceRecord> decode_source(std::string_view bytes) {
  ByteReader in{bytes};
  if (in.byte() != version) return unreadable("state of a source");
  SourceRecord record;
  record.platform = in.text();
  record.host = in.text();
  record.written_at = at_since_1970(in.signed_number());
  record.retired = in.byte_below(2) == 1;
  for (auto* time : {&record.last_success, &record.last_post, &record.next_ask, &record.failing_since})
    *time = read_optional_time(in);
  record.interval = std::chrono::milliseconds{static_cast<std::int64_t>(in.varint())};
  record.failures_in_a_row = in.varint32();
  if (in.byte_below(2) == 1) record.failure = read_failure(in);
  if (in.byte_below(2) == 1) record.limit_left = in.signed_number();
  record.limit_resets_at = read_optional_time(in);
  if (in.byte_below(2) == 1) {
    record.sweep = SweepPlace{.after = in.text()};
    record.sweep->began = at_since_1970(in.signed_number());
  }
  if (!in.at_end()) record.began = read_optional_time(in);  // not there before it was noted
  if (!complete(in)) return unreadable("state of a source");
  return record;
}

std::string encode_tally(const HourTally& tally) {
  std::string out{version};
  put_signed(out, std::chrono::floor<std::chrono::hours>(tally.hour).time_since_epoch().count());
  for (const auto number : {tally.heard, tally.stored, tally.edited, tally.deleted}) put_varint(out, number);
  put_varint(out, tally.dropped.size());
  for (const auto& [reason, posts] : tally.dropped) {
    put_text(out, reason);
    put_varint(out, posts);
  }
  return out;
}

Result<HourTally> decode_tally(std::string_view bytes) {
  ByteReader in{bytes};
  if (in.byte() != version) return unreadable("tally of a source");
  HourTally tally;
  constexpr std::int64_t most_hours = 1'000'000'000;  // what milliseconds can tell, and far beyond any clock
  const auto hours = in.signed_number();
  if (hours > most_hours || hours < -most_hours) in.fail();
  if (in.good()) tally.hour = UtcTime{std::chrono::hours{hours}};
  for (auto* number : {&tally.heard, &tally.stored, &tally.edited, &tally.deleted}) *number = in.varint();
  for (auto left = in.varint(); left > 0 && in.good(); --left) {
    auto reason = in.text();
    tally.dropped.emplace_back(std::move(reason), in.varint());
  }
  if (!complete(in)) return unreadable("tally of a source");
  return tally;
}

std::string encode_moment(UtcTime time) { return version + time_key(time); }

Result<UtcTime> decode_moment(std::string_view bytes) {
  if (bytes.size() != 1 + time_bytes || bytes.front() != version) return unreadable("moment");
  return time_of(bytes.substr(1));
}

}  // namespace barometer
