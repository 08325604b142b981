#include "storage/post_filter.hpp"

#include <algorithm>

#include "connectors/digest.hpp"
#include "storage/keys.hpp"
#include "storage/phrases.hpp"
#include "storage/store.hpp"

namespace barometer {

bool matches(const StoredPost& kept, const PostFilter& filter) {
  const auto& assessment = kept.assessment;
  const auto raises = [&](const Concern& concern) { return concern.theme == *filter.concern; };
  const auto counts_under = [&](const std::string& tag) {
    return std::find(kept.watched.begin(), kept.watched.end(), tag) != kept.watched.end();
  };
  return assessment.severity >= filter.min_severity && (!filter.source || kept.post.source == *filter.source) &&
         (!filter.sentiment || assessment.sentiment == *filter.sentiment) &&
         (!filter.tag || counts_under(*filter.tag)) && (!filter.from || kept.post.made_at >= *filter.from) &&
         (!filter.to || kept.post.made_at < *filter.to) &&
         (!filter.concern || std::any_of(assessment.concerns.begin(), assessment.concerns.end(), raises)) &&
         (!filter.voice || assessment.voice == *filter.voice) && (!filter.place || kept.place == *filter.place) &&
         says_all(kept.post, filter.phrases);
}

PostPlace place_of(const StoredPost& kept) { return {kept.post.made_at, kept.hash}; }

std::string to_text(const PostPlace& place) { return to_hex(post_key(place.made_at, place.hash)); }

std::optional<PostPlace> read_place(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string key;
  for (; text.size() >= 2; text.remove_prefix(2)) {
    const auto high = digits.find(text[0]);
    const auto low = digits.find(text[1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    key.push_back(static_cast<char>(high << 4 | low));
  }
  const auto place = parse_post_key(key);
  if (!place || !text.empty()) return std::nullopt;
  return PostPlace{place->made_at, place->id};
}

}  // namespace barometer
