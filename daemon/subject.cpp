#include "daemon/subject.hpp"

namespace barometer {

Result<SubjectFound> find_subject(const Store& store, std::span<const PseudonymKey> keys, const Subject& subject) {
  SubjectFound found;
  std::map<std::string, std::set<std::string>> tokens;
  const auto read = store.posts({}, true, [&](const StoredPost& kept) {
    const auto& platform = kept.post.platform;
    if (found.platforms.insert(platform).second && !subject.handle.empty())
      for (const auto& key : keys) tokens[platform].insert(pseudonym(key, platform, subject.handle));
    const bool by_handle =
        (subject.platform.empty() || subject.platform == platform) && tokens[platform].contains(kept.post.author);
    const bool by_url = !subject.url.empty() && (kept.post.url == subject.url || kept.post.id == subject.url);
    if (!by_handle && !by_url) return true;
    ++found.by_platform[platform];
    found.posts.push_back(kept);
    return true;
  });
  if (!read) return read.error();
  return found;
}

std::vector<Erasure> erasures_of(const Subject& subject, std::span<const PseudonymKey> keys,
                                 const std::set<std::string>& platforms) {
  std::vector<Erasure> out;
  if (!subject.url.empty()) out.push_back({ErasureKind::url, subject.url});
  if (subject.handle.empty()) return out;
  for (const auto& platform : platforms)
    for (const auto& key : keys) out.push_back({ErasureKind::author, pseudonym(key, platform, subject.handle)});
  return out;
}

}  // namespace barometer
