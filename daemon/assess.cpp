#include "daemon/assess.hpp"

#include <algorithm>
#include <utility>

#include "analysis/issues/unanswered.hpp"

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

Entry judged_entry(Post post, std::vector<std::string> watched, const Rulebook& rules) {
  Judged judged = rules.judge->judge(text_of(post), post.lang.value_or(""));
  put_masked(post, std::move(judged.text));
  Entry entry{.post = pseudonymised(std::move(post), rules.key),
              .assessment = std::move(judged.assessment),
              .watched = std::move(watched)};
  if (const auto found = rules.services.find(text_of(entry.post))) entry.place = rules.services.all()[found->index].id;
  entry.utterance = utterance_of(entry, rules);
  entry.tone = tone_of(entry);
  return entry;
}

// Ours, a journalist's, a politician's or an organisation's.
bool of_bystander(const Entry& entry) {
  const auto voice = entry.assessment.voice;
  return voice == Voice::press || voice == Voice::politician || voice == Voice::organisation ||
         std::find(entry.watched.begin(), entry.watched.end(), Watch::us) != entry.watched.end();
}

// A warm tone alone takes no complaint back ("she deserves better"); thanks beside it do, and where it is only a grumble.
bool is_thanks(const Assessment& assessment) {
  constexpr int medium = 2;
  constexpr int grave = 4;
  if (assessment.sentiment != Sentiment::positive || assessment.severity >= grave) return false;
  const auto thanks = [](const Concern& concern) { return concern.theme == Theme::praise; };
  return assessment.severity < medium || std::any_of(assessment.concerns.begin(), assessment.concerns.end(), thanks);
}

}  // namespace

std::string text_of(const Post& post) {
  if (!post.title) return post.text;
  std::string text = *post.title;
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text.append("\n").append(post.text);
}

Rulebook::Rulebook(const Config& config, std::shared_ptr<const Judge> judged_by, PseudonymKey author_key)
    : watch(config), services(config.services), judge(std::move(judged_by)), key(std::move(author_key)) {
  for (const ChatConfig& chat : config.chats)
    if (const auto hours = weekly_hours_of(chat)) chats.push_back({chat.tag, *hours});
}

std::optional<Utterance> utterance_of(const Entry& entry, const Rulebook& rules) {
  const auto& [post, assessment, watched, alerts, place, none, no_tone] = entry;
  if (of_bystander(entry) || is_thanks(assessment)) return std::nullopt;
  Utterance utterance{.tag = watched.empty() ? std::string(Watch::other) : watched.front()};
  for (const Concern& concern : assessment.concerns)
    if (info(concern.theme).care && concern.severity > 0 && !concern.rule.starts_with("suggest."))
      utterance.concerns.push_back({concern.theme, concern.severity, concern.rule});
  if (utterance.concerns.empty()) return std::nullopt;
  using namespace std::chrono_literals;
  for (const Rulebook::Chat& chat : rules.chats)
    if (place.empty() && chat.tag == utterance.tag && within(chat.hours, post.made_at, 30min, 60min))
      return std::nullopt;
  utterance.voice = voice_number(post.platform, post.author.empty() ? post.id : post.author);
  utterance.sketch = sketch_of(text_of(post));
  for (const auto& concern : utterance.concerns)
    if (concern.theme == Theme::complaint_ignored)
      utterance.unanswered_since = unanswered_since(text_of(post), post.made_at);
  return utterance;
}

std::optional<Tone> tone_of(const Entry& entry) {
  if (entry.post.repost_of || of_bystander(entry)) return std::nullopt;
  const auto& concerns = entry.assessment.concerns;
  const bool of_care = std::any_of(concerns.begin(), concerns.end(), [](const Concern& concern) {
    return info(concern.theme).care || concern.theme == Theme::praise;
  });
  if (entry.place.empty() && !of_care) return std::nullopt;
  return entry.assessment.sentiment == Sentiment::negative ? Tone::negative : Tone::other;
}

Assessed assess(std::vector<Post> posts, const ListenConfig& listen, const Rulebook& rules) {
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
      out.batch.entries.push_back(judged_entry(std::move(post), std::move(admission.watched), rules));
  }
  return out;
}

}  // namespace barometer
