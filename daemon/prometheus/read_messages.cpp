#include "daemon/prometheus/read_messages.hpp"

#include <algorithm>
#include <exception>
#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>
#include <snappy.h>
#include <utility>

#include <boost/crc.hpp>

#include "daemon/prometheus/xor_chunk.hpp"

namespace barometer {

namespace {

using protozero::pbf_reader;
using protozero::pbf_writer;

constexpr std::size_t most_request_bytes = 1'000'000;  // unpacked; a request is some hundred bytes
constexpr std::size_t most_queries = 64;
constexpr std::size_t frame_bytes = 50'000;  // a little more is in a frame, as Prometheus cuts them

UtcTime time_of(std::int64_t milliseconds) {
  // Prometheus writes its earliest and latest time for "all"; what we keep lies well within these.
  constexpr std::int64_t most = 253'402'300'799'000;  // the end of the year 9999
  return UtcTime{std::chrono::milliseconds{std::clamp(milliseconds, -most, most)}};
}

// A field counts only with the wire type that it should have; a newer Prometheus's others are passed over.
constexpr auto varint = protozero::pbf_wire_type::varint;
constexpr auto bytes = protozero::pbf_wire_type::length_delimited;
constexpr std::uint32_t field(std::uint32_t tag, protozero::pbf_wire_type type) {
  return protozero::tag_and_type(tag, type);
}

MatchType match_type(std::int32_t number) {
  if (number < 0 || number > 3) throw std::invalid_argument("a matcher is of an unknown type");
  return static_cast<MatchType>(number);
}

LabelMatcher read_matcher(pbf_reader in) {
  LabelMatcher matcher;
  while (in.next()) {
    switch (in.tag_and_type()) {
      case field(1, varint): matcher.type = match_type(in.get_enum()); break;
      case field(2, bytes): matcher.name = in.get_string(); break;
      case field(3, bytes): matcher.value = in.get_string(); break;
      default: in.skip();
    }
  }
  return matcher;
}

std::chrono::milliseconds read_range(pbf_reader hints) {
  std::chrono::milliseconds range{0};
  while (hints.next(7, varint)) range = std::chrono::milliseconds{std::max<std::int64_t>(0, hints.get_int64())};
  return range;
}

ReadQuery read_query(pbf_reader in) {
  ReadQuery query;
  while (in.next()) {
    switch (in.tag_and_type()) {
      case field(1, varint): query.from = time_of(in.get_int64()); break;
      case field(2, varint): query.to = time_of(in.get_int64()); break;
      case field(3, bytes): query.matchers.push_back(read_matcher(in.get_message())); break;
      case field(4, bytes):
        query.hinted = true;
        query.range = read_range(in.get_message());
        break;
      default: in.skip();
    }
  }
  return query;
}

ReadRequest read_request(pbf_reader in) {
  constexpr int streamed_chunks = 1;
  ReadRequest request;
  while (in.next()) {
    switch (in.tag_and_type()) {
      case field(1, bytes):
        if (request.queries.size() == most_queries) throw std::invalid_argument("it asks too much at once");
        request.queries.push_back(read_query(in.get_message()));
        break;
      case field(2, varint): request.streamed |= in.get_enum() == streamed_chunks; break;
      case field(2, bytes):
        for (const auto type : in.get_packed_enum()) request.streamed |= type == streamed_chunks;
        break;
      default: in.skip();
    }
  }
  return request;
}

void put_labels(pbf_writer& out, const Labels& labels) {
  for (const auto& [name, value] : labels) {
    pbf_writer label{out, 1};
    label.add_string(1, name);
    label.add_string(2, value);
  }
}

// Castagnoli's (RFC 3720, appendix B.4).
using Crc32c = boost::crc_optimal<32, 0x1edc6f41, 0xffffffff, 0xffffffff, true, true>;

// length:uvarint crc32c:u32 big-endian message
void put_frame(std::string& out, std::string_view message) {
  protozero::add_varint_to_buffer(&out, message.size());
  Crc32c crc;
  crc.process_bytes(message.data(), message.size());
  const std::uint32_t sum = crc.checksum();
  for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<char>((sum >> shift) & 0xff));
  out += message;
}

void put_chunk(pbf_writer& series, const XorChunk& chunk) {
  pbf_writer out{series, 2};
  out.add_int64(1, chunk.first());
  out.add_int64(2, chunk.last());
  out.add_enum(3, 1);  // XOR
  out.add_bytes(4, chunk.bytes());
}

}  // namespace

Result<ReadRequest> parse_read_request(std::string_view body) {
  const auto refuse = [](std::string why) {
    return Failure{Remedy::skip, "the body is no read request of Prometheus: " + std::move(why), {}};
  };
  std::size_t size = 0;
  if (!snappy::GetUncompressedLength(body.data(), body.size(), &size))
    return refuse("it is not compressed with snappy");
  if (size > most_request_bytes) return refuse("it is too large");
  std::string message;
  if (!snappy::Uncompress(body.data(), body.size(), &message)) return refuse("it is not compressed with snappy");
  try {
    return read_request(pbf_reader{message});
  } catch (const std::exception& trouble) {
    return refuse(trouble.what());
  }
}

void SampledAnswer::begin_query() { result_.clear(); }

void SampledAnswer::add(const EventCounter& counter, const SampleGrid& grid) {
  pbf_writer result{result_};
  pbf_writer series{result, 1};
  put_labels(series, counter.labels);
  each_sample(counter, grid, [&](UtcTime at, std::int64_t value) {
    pbf_writer sample{series, 2};
    sample.add_double(1, static_cast<double>(value));
    sample.add_int64(2, at.time_since_epoch().count());
  });
}

void SampledAnswer::end_query() {
  pbf_writer answer{answer_};
  answer.add_message(1, result_);
}

std::string SampledAnswer::take() {
  std::string packed;
  snappy::Compress(answer_.data(), answer_.size(), &packed);
  answer_.clear();
  return packed;
}

void ChunkedAnswer::add(std::size_t query, const EventCounter& counter, const SampleGrid& grid) {
  std::string labels;
  pbf_writer named{labels};
  put_labels(named, counter.labels);
  std::string chunks;
  const auto send = [&] {
    std::string message;
    pbf_writer out{message};
    out.add_message(1, labels + chunks);
    out.add_int64(2, static_cast<std::int64_t>(query));
    put_frame(frames_, message);
    chunks.clear();
  };
  XorChunk chunk;
  const auto close = [&] {
    pbf_writer series{chunks};
    put_chunk(series, chunk);
    chunk = {};
    if (chunks.size() >= frame_bytes) send();
  };
  each_sample(counter, grid, [&](UtcTime at, std::int64_t value) {
    chunk.add(at.time_since_epoch().count(), static_cast<double>(value));
    if (chunk.full()) close();
  });
  if (!chunk.empty()) close();
  if (!chunks.empty()) send();
}

}  // namespace barometer
