#include "storage/post_filter.hpp"

#include <algorithm>

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
         (!filter.concern || std::any_of(assessment.concerns.begin(), assessment.concerns.end(), raises));
}

}  // namespace barometer
