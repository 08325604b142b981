#include <xxhash.h>

#include "storage/bytes.hpp"
#include "storage/codec.hpp"

namespace barometer {

std::uint64_t fingerprint_of(const Post& post) {
  // Every text with its length, so that words cannot wander from one field to the next unnoticed.
  thread_local std::string content;
  content.clear();
  content.push_back(static_cast<char>(post.visibility));
  content.push_back(post.title ? 1 : 0);
  put_text(content, post.title.value_or(""));
  put_text(content, post.text);
  put_text(content, post.lang.value_or(""));
  for (const auto& tag : post.tags) put_text(content, tag);
  return XXH3_64bits(content.data(), content.size());
}

}  // namespace barometer
