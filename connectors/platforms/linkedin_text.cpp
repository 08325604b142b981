#include "connectors/platforms/linkedin_text.hpp"

#include <optional>
#include <utility>

#include "connectors/html_text.hpp"
#include "connectors/tags.hpp"

namespace barometer {
namespace {

// Names and tags are shorter; hostile text must not be searched to its end from each of its characters.
constexpr std::size_t longest_part = 500;
constexpr std::string_view reserved = "|{}@[]()<>#\\*_~";

bool is_escape(std::string_view text) {
  return text.size() > 1 && text[0] == '\\' && reserved.find(text[1]) != std::string_view::npos;
}

// Takes what stands before the first `end` that is not escaped, and that one too; nothing where there is none.
std::optional<std::string> take_until(std::string_view& rest, char end) {
  std::string taken;
  for (std::size_t at = 0; at < rest.size() && at < longest_part; ++at) {
    if (is_escape(rest.substr(at))) {
      taken += rest[++at];
    } else if (rest[at] == end) {
      rest.remove_prefix(at + 1);
      return taken;
    } else {
      taken += rest[at];
    }
  }
  return std::nullopt;
}

// @[Name](urn)
bool take_mention(std::string_view& rest, std::string& text) {
  auto after = rest;
  if (!after.starts_with("@[")) return false;
  after.remove_prefix(2);
  const auto name = take_until(after, ']');
  if (!name || !after.starts_with('(')) return false;
  after.remove_prefix(1);
  if (!take_until(after, ')')) return false;
  text += *name;
  rest = after;
  return true;
}

// {hashtag|\#|word}
bool take_hashtag(std::string_view& rest, std::string& text, std::vector<std::string>& tags) {
  auto after = rest;
  constexpr std::string_view begin = "{hashtag|";
  if (!after.starts_with(begin)) return false;
  after.remove_prefix(begin.size());
  const auto sign = take_until(after, '|');
  if (!sign || (*sign != "#" && *sign != "\xEF\xBC\x83")) return false;
  const auto word = take_until(after, '}');
  if (!word) return false;
  text += *sign + *word;
  add_tag(tags, *word);
  rest = after;
  return true;
}

}  // namespace

LittleText read_little_text(std::string_view little) {
  LittleText read;
  const std::string valid = valid_utf8(little);
  std::string_view rest = valid;
  std::string plain;  // since the last marked hashtag
  const auto plain_over = [&] {
    add_hashtags(read.tags, plain);
    read.text += std::exchange(plain, {});
  };
  while (!rest.empty()) {
    if (rest[0] == '@' && take_mention(rest, plain)) continue;
    if (rest[0] == '{') {
      std::string marked;
      std::vector<std::string> tags;
      if (take_hashtag(rest, marked, tags)) {
        plain_over();
        read.text += marked;
        for (const auto& tag : tags) add_tag(read.tags, tag);
        continue;
      }
    }
    if (is_escape(rest)) rest.remove_prefix(1);
    plain += rest[0];
    rest.remove_prefix(1);
  }
  plain_over();
  return read;
}

}  // namespace barometer
