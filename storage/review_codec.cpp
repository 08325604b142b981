#include "storage/review_codec.hpp"

#include <algorithm>
#include <array>

#include "storage/codec_parts.hpp"
#include "storage/keys.hpp"

namespace barometer {

namespace {

constexpr char of_issue = 'i';
constexpr char of_post = 'p';

constexpr std::array<std::string_view, 13> steps{"",          "claimed",  "released", "moved",  "routed",
                                                 "noted",     "planned",  "made",     "judged", "flagged",
                                                 "unflagged", "silenced", "sampled"};
constexpr std::array<std::string_view, 8> statuses{"",         "new",      "acknowledged", "in_review",
                                                   "actioned", "not_care", "duplicate",    "closed"};
constexpr std::array<std::string_view, 8> verdicts{"",          "right",    "wrong", "not_care",
                                                   "duplicate", "regraded", "fine",  "missed"};

template <class Enum, std::size_t N>
std::optional<Enum> named(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin() + 1, names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view name_of(ReviewStep step) { return steps[static_cast<std::size_t>(step)]; }
std::string_view name_of(ReviewStatus status) { return statuses[static_cast<std::size_t>(status)]; }
std::string_view name_of(ReviewVerdict verdict) { return verdicts[static_cast<std::size_t>(verdict)]; }

std::optional<ReviewStatus> review_status(std::string_view name) { return named<ReviewStatus>(statuses, name); }
std::optional<ReviewVerdict> review_verdict(std::string_view name) { return named<ReviewVerdict>(verdicts, name); }

std::string review_prefix(const ReviewSubject& subject) {
  std::string key;
  if (subject.issue.empty()) {
    key.push_back(of_post);
    return key.append(subject.post.data(), subject.post.size());
  }
  key.push_back(of_issue);
  append_name(key, subject.issue);
  return key;
}

std::string review_key(const ReviewSubject& subject, std::uint32_t number) {
  auto key = review_prefix(subject);
  for (int shift = 24; shift >= 0; shift -= 8) key.push_back(static_cast<char>((number >> shift) & 0xff));
  return key;
}

std::optional<ReviewKey> parse_review_key(std::string_view key) {
  ReviewKey parsed;
  if (key.empty()) return std::nullopt;
  const char kind = key.front();
  key.remove_prefix(1);
  if (kind == of_issue) {
    if (!take_name(key, parsed.subject.issue) || parsed.subject.issue.empty()) return std::nullopt;
  } else {
    auto& post = parsed.subject.post;
    if (kind != of_post || key.size() < post.size()) return std::nullopt;
    std::copy_n(key.begin(), post.size(), post.begin());
    key.remove_prefix(post.size());
  }
  if (key.size() != sizeof(parsed.number)) return std::nullopt;
  for (const char c : key) parsed.number = parsed.number << 8 | static_cast<unsigned char>(c);
  return parsed;
}

std::string encode_review(const ReviewAction& action) {
  std::string out{record_version, static_cast<char>(action.step)};
  put_text(out, action.who);
  put_signed(out, since_1970(action.at));
  out.push_back(static_cast<char>(action.status));
  out.push_back(static_cast<char>(action.verdict));
  out.push_back(static_cast<char>(action.severity));
  put_text(out, action.about);
  put_text(out, action.text);
  put_optional_time(out, action.until);
  put_varint(out, action.concerns.size());
  for (const auto& concern : action.concerns) {
    out.push_back(static_cast<char>(concern.theme));
    out.push_back(static_cast<char>(concern.severity));
    put_text(out, concern.rule);
  }
  return out;
}

Result<ReviewAction> decode_review(std::string_view bytes) {
  ByteReader in{bytes};
  if (in.byte() != record_version) return unreadable("step of a review");
  ReviewAction action;
  action.step = read_number(in, ReviewStep::claimed, ReviewStep::sampled);
  action.who = in.text();
  action.at = at_since_1970(in.signed_number());
  action.status = read_number(in, ReviewStatus::none, ReviewStatus::closed);
  action.verdict = read_number(in, ReviewVerdict::none, ReviewVerdict::missed);
  action.severity = in.byte_below(severities);
  action.about = in.text();
  action.text = in.text();
  action.until = read_optional_time(in);
  action.concerns = read_list<Utterance::Concern>(in, [](ByteReader& from) {
    Utterance::Concern concern;
    concern.theme = read_theme(from);
    concern.severity = from.byte_below(severities);
    concern.rule = from.text();
    return concern;
  });
  if (!complete(in)) return unreadable("step of a review");
  return action;
}

}  // namespace barometer
