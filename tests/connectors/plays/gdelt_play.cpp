#include <charconv>

#include "connectors/json_text.hpp"
#include "connectors/time.hpp"
#include "tests/connectors/plays/played_platform.hpp"

namespace barometer {
namespace {

// GDELT sees in steps of a quarter of an hour.
UtcTime seen_at(const PlayedPost& post) {
  const std::chrono::minutes step{15};
  return UtcTime{(post.made_at.time_since_epoch() / step) * step};
}

// 20261121T201500Z, or without its letters.
std::string in_short(UtcTime time, bool letters) {
  std::string out;
  for (const char c : to_iso(time).substr(0, 19))
    if ((c >= '0' && c <= '9') || (letters && c == 'T')) out += c;
  return letters ? out + 'Z' : out;
}

// artlist as JSON, newest first, within its window; {} for no hits; a complaint in words for a query that is none.
class GdeltPlay : public PlayedPlatform {
 public:
  SourceConfig source(const std::string& url, const std::filesystem::path&) override {
    return {.settings = {{"query", "\"marlbeck trust\""}, {"api", url}, {"limit", "40"}}};
  }

  PlayedAnswer answer(const PlayedRequest& request, const std::vector<PlayedPost>& posts) override {
    if (request.query("query").empty())
      return {200, {{"Content-Type", "text/html; charset=utf-8"}}, "Your query was too short.\n"};
    const auto from = request.query("startdatetime");
    const auto to = request.query("enddatetime");
    std::size_t left = 0;
    const auto most = request.query("maxrecords");
    std::from_chars(most.data(), most.data() + most.size(), left);
    std::string list;
    for (auto post = posts.rbegin(); post != posts.rend() && left > 0; ++post) {
      const auto seen = in_short(seen_at(*post), false);
      if (seen < from || seen > to) continue;
      --left;
      list += (list.empty() ? "" : ",") + ("{\"url\":\"" + id_of(*post)) + "\",\"seendate\":\"" +
              in_short(seen_at(*post), true) + "\",\"domain\":\"news.example\",\"language\":\"English\",\"title\":";
      append_json_string(list, post->text);
      list += '}';
    }
    return {200,
            {{"Content-Type", "application/json; charset=utf-8"}},
            list.empty() ? "{}" : "{\"articles\":[" + list + "]}"};
  }

  std::string id_of(const PlayedPost& post) const override {
    return "https://news.example/" + std::to_string(post.number);
  }
};

}  // namespace

std::unique_ptr<PlayedPlatform> gdelt_play() { return std::make_unique<GdeltPlay>(); }

}  // namespace barometer
