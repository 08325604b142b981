#include "connectors/sse.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace barometer {
namespace {

using namespace std::string_literals;

// "type|data|id" of each.
using Told = std::vector<std::string>;

void tell(Told& told, const std::vector<SseEvent>& events) {
  for (const auto& event : events) told.push_back(event.type + '|' + event.data + '|' + event.id);
}

Told all_at_once(std::string_view stream) {
  SseReader reader;
  Told told;
  tell(told, reader.take(stream));
  return told;
}

}  // namespace

TEST_CASE("an event stream is read as the standard says, wherever its bytes are cut") {
  struct Row {
    const char* fact;
    std::string stream;
    Told told;
  };
  const Row rows[] = {
      {"nothing", "", {}},
      {"one line", "data: one\n\n", {"message|one|"}},
      {"several lines", "data: one\ndata: two\n\n", {"message|one\ntwo|"}},
      {"an event with a name", "event: update\ndata: {}\n\n", {"update|{}|"}},
      {"names hold for one event", "event: a\ndata: 1\n\ndata: 2\n\n", {"a|1|", "message|2|"}},
      {"a name without data is no event", "event: a\n\ndata: 2\n\n", {"message|2|"}},
      {"ids hold on", "id: 7\ndata: 1\n\ndata: 2\n\nid\ndata: 3\n\n", {"message|1|7", "message|2|7", "message|3|"}},
      {"an id with a NUL is none", "id: 1\nid: a\0b\ndata: x\n\n"s, {"message|x|1"}},
      {"an id stands without data", "id: 1\n\ndata: x\n\n", {"message|x|1"}},
      {"comments", ":)\n\n:thump\ndata: 1\n: in between\ndata: 2\n\n:\n\n", {"message|1\n2|"}},
      {"one blank after the colon goes",
       "data:one\n\ndata:  two\n\ndata:\tthree\n\n",
       {"message|one|", "message| two|", "message|\tthree|"}},
      {"no colon: all is the name", "data\n\ndata\ndata\n\ndata:\n\n", {"message||", "message|\n|", "message||"}},
      {"fields that nobody knows", "retry: 10\nfoo: bar\n data: x\nData: x\ndata: 1\n\n", {"message|1|"}},
      {"lines end with CR and LF", "event: a\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n", {"a|1|", "message|2|"}},
      {"lines end with CR", "event: a\rdata: 1\r\rdata: 2\r\r", {"a|1|", "message|2|"}},
      {"line ends of all kinds", "data: 1\r\ndata: 2\rdata: 3\n\r\ndata: 4\n\r", {"message|1\n2\n3|", "message|4|"}},
      {"a byte-order mark",
       "\xEF\xBB\xBF"
       "data: 1\n\n",
       {"message|1|"}},
      {"only the first mark goes",
       "\xEF\xBB\xBF\xEF\xBB\xBF"
       "data: 1\n\ndata: 2\n\n",
       {"message|2|"}},
      {"what breaks off has not happened", "data: 1\n\ndata: 2\n", {"message|1|"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    CHECK(all_at_once(row.stream) == row.told);
    for (std::size_t cut = 0; cut <= row.stream.size(); ++cut) {
      SseReader reader;
      Told told;
      tell(told, reader.take(std::string_view(row.stream).substr(0, cut)));
      tell(told, reader.take(std::string_view(row.stream).substr(cut)));
      CHECK(told == row.told);
    }
    SseReader reader;
    Told told;
    for (const char c : row.stream) tell(told, reader.take({&c, 1}));
    CHECK(told == row.told);
  }
}

TEST_CASE("an event is told as soon as its empty line has ended") {
  SseReader reader;
  CHECK(reader.take("data: 1\r\n").empty());
  CHECK(reader.take("\r").size() == 1);
  CHECK(reader.take("\n").empty());
}

TEST_CASE("an event that is too long is left out, and the next is read") {
  struct Row {
    const char* fact;
    std::string stream;
  };
  const Row rows[] = {
      {"one long line", "data: " + std::string(100, 'x') + "\n\n"},
      {"many lines", "data: 12345678\ndata: 12345678\ndata: 12345678\ndata: 12345678\n\n"},
      {"a long line among others", "data: 1\n:" + std::string(100, 'x') + "\ndata: 2\n\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    for (const std::size_t step : {1u, 7u, 1000u}) {
      SseReader reader(30);
      Told told;
      const std::string stream = row.stream + "data: next\n\n";
      for (std::size_t at = 0; at < stream.size(); at += step)
        tell(told, reader.take(std::string_view(stream).substr(at, step)));
      CHECK(told == Told{"message|next|"});
      CHECK(reader.too_long() == 1);
    }
  }
}

}  // namespace barometer
