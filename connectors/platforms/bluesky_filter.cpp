#include "connectors/platforms/bluesky_filter.hpp"

#include <algorithm>

#include "connectors/tags.hpp"

namespace barometer {
namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// As fold_tag, which costs ten times as much.
std::string folded(std::string_view text) {
  if (!is_ascii(text)) return fold_tag(text);
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool same_folded(std::string_view text, std::string_view tag) {
  if (!is_ascii(text)) return fold_tag(text) == tag;
  if (text.starts_with('#')) text.remove_prefix(1);
  return std::equal(text.begin(), text.end(), tag.begin(), tag.end(), [](char a, char b) { return lower(a) == b; });
}

// Letters of all other scripts count as parts of a word.
bool is_of_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool holds_words(std::string_view text, std::string_view phrase) {
  for (auto at = text.find(phrase); at != std::string_view::npos; at = text.find(phrase, at + 1)) {
    const auto end = at + phrase.size();
    const bool begins = at == 0 || !is_of_word(text[at - 1]) || !is_of_word(phrase.front());
    const bool ends = end == text.size() || !is_of_word(text[end]) || !is_of_word(phrase.back());
    if (begins && ends) return true;
  }
  return false;
}

}  // namespace

BlueskyFilter::BlueskyFilter(std::vector<std::string> hashtags, std::vector<std::string> phrases)
    : hashtags_(std::move(hashtags)), phrases_(std::move(phrases)) {}

bool BlueskyFilter::is_watched(std::string_view tag) const {
  return std::any_of(hashtags_.begin(), hashtags_.end(), [&](const auto& one) { return same_folded(tag, one); });
}

bool BlueskyFilter::marked(JsonValue record) const {
  simdjson::dom::array facets;
  if (json_array(record, "facets", facets)) {
    for (const auto facet : facets) {
      simdjson::dom::array features;
      if (!json_array(facet, "features", features)) continue;
      for (const auto feature : features) {
        const auto tag = json_text(feature, "tag");
        if (!tag.empty() && is_watched(tag)) return true;
      }
    }
  }
  simdjson::dom::array tags;
  if (!json_array(record, "tags", tags)) return false;
  for (const auto tag : tags) {
    std::string_view name;
    if (!tag.get(name) && is_watched(name)) return true;
  }
  return false;
}

bool BlueskyFilter::has_hashtag(const std::vector<std::string>& tags, std::string_view text,
                                std::string_view hashtag) const {
  const auto wanted = [&](const std::string& tag) { return hashtag.empty() ? is_watched(tag) : tag == hashtag; };
  if (std::any_of(tags.begin(), tags.end(), wanted)) return true;
  std::vector<std::string> written;
  add_hashtags(written, text);
  return std::any_of(written.begin(), written.end(), wanted);
}

bool BlueskyFilter::written(std::string_view text) const {
  if (text.empty()) return false;
  const auto plain = folded(text);
  const bool tagged = std::any_of(hashtags_.begin(), hashtags_.end(), [&](const auto& tag) {
    return plain.find(tag) != std::string::npos;  // cheap; add_hashtags decides
  });
  if (tagged && has_hashtag({}, text, {})) return true;
  return std::any_of(phrases_.begin(), phrases_.end(), [&](const auto& phrase) { return holds_words(plain, phrase); });
}

bool BlueskyFilter::wants(JsonValue record) const {
  return (!hashtags_.empty() && marked(record)) || written(json_text(record, "text"));
}

}  // namespace barometer
