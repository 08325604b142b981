#include "daemon/assess.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <openssl/sha.h>

namespace barometer {

namespace {

// The title was one line, so the first line break of the masked text is where it ended.
void put_masked(Post& post, std::string masked) {
  if (!post.title) {
    post.text = std::move(masked);
    return;
  }
  const auto end = masked.find('\n');
  post.title = masked.substr(0, end);
  post.text = end == std::string::npos ? "" : masked.substr(end + 1);
}

Entry judged_entry(Post post, std::vector<std::string> watched, const Rulebook& rules, UtcTime now) {
  Judged judged = rules.judge->judge(text_of(post), post.lang.value_or(""));
  put_masked(post, std::move(judged.text));
  Entry entry{.post = pseudonymised(std::move(post), rules.key),
              .assessment = std::move(judged.assessment),
              .watched = std::move(watched)};
  for (const RecipientConfig& recipient : rules.recipients)
    if (entry.assessment.severity >= recipient.min_severity)
      entry.alerts.push_back(alert_for(entry.post, entry.assessment, recipient, now));
  return entry;
}

}  // namespace

std::string text_of(const Post& post) {
  if (!post.title) return post.text;
  std::string text = *post.title;
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text.append("\n").append(post.text);
}

Alert alert_for(const Post& post, const Assessment& assessment, const RecipientConfig& recipient, UtcTime now) {
  const std::string seed = post.id + '\0' + recipient.name;
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(seed.data()), seed.size(), digest.data());
  Alert alert{.recipient = recipient.name, .post = post.id, .raised_at = now};
  alert.issue = {.kind = IssueKind::red_flag,
                 .severity = assessment.severity,
                 .first_post_at = post.made_at,
                 .opened_at = now,
                 .last_post_at = post.made_at,
                 .posts = 1,
                 .voices = 1,
                 .sources = {post.source}};
  constexpr std::size_t id_bytes = 16;
  for (std::size_t i = 0; i < id_bytes; ++i) {
    constexpr char digits[] = "0123456789abcdef";
    alert.id += digits[digest[i] >> 4];
    alert.id += digits[digest[i] & 15];
  }
  if (!assessment.concerns.empty()) alert.issue.theme = assessment.concerns.front().theme;  // the worst
  for (const Concern& concern : assessment.concerns) alert.issue.rules.push_back(concern.rule);
  return alert;
}

Assessed assess(std::vector<Post> posts, const ListenConfig& listen, const Rulebook& rules, UtcTime now) {
  Assessed out;
  out.batch.source = listen.source.name;
  out.batch.entries.reserve(posts.size());
  for (Post& post : posts) {
    if (post.deleted) {
      // A tombstone carries no text to judge, and counts under nothing: it only takes back.
      out.batch.entries.push_back(Entry{.post = pseudonymised(std::move(post), rules.key)});
      continue;
    }
    Admission admission = rules.watch.admit(post, listen);
    if (admission.dropped)
      out.dropped.push_back(*admission.dropped);
    else
      out.batch.entries.push_back(judged_entry(std::move(post), std::move(admission.watched), rules, now));
  }
  return out;
}

}  // namespace barometer
