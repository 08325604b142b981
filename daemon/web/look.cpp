#include "daemon/web/look.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

#include <openssl/sha.h>

namespace barometer {

namespace {

// So that two posts of one millisecond have different addresses.
std::string digest_of(const std::string& id) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(id.data()), id.size(), digest.data());
  std::string out;
  for (std::size_t i = 0; i < 6; ++i) out += fmt::format("{:02x}", digest[i]);
  return out;
}

}  // namespace

Look look_of_severity(int severity) {
  static const std::array<Look, severities> looks = {{{"No concern", "nhsuk-tag--grey", ""},
                                                      {"Low", "nhsuk-tag--grey", ""},
                                                      {"Medium", "nhsuk-tag--yellow", "item--yellow"},
                                                      {"High", "nhsuk-tag--orange", "item--orange"},
                                                      {"Red flag", "nhsuk-tag--red", "item--red"}}};
  return looks[static_cast<std::size_t>(std::clamp(severity, 0, severities - 1))];
}

Look look_of_issue(IssueState state) {
  switch (state) {
    case IssueState::fresh: return {"New", "nhsuk-tag--blue", ""};
    case IssueState::active: return {"Active", "nhsuk-tag--purple", ""};
    case IssueState::cooling: return {"Cooling", "nhsuk-tag--aqua-green", ""};
    case IssueState::merged: return {"Merged", "nhsuk-tag--grey", ""};
    case IssueState::closed: break;
  }
  return {"Closed", "nhsuk-tag--grey", ""};
}

Look look_of_review(ReviewStatus status) {
  const std::string word(title_of(status));
  switch (status) {
    case ReviewStatus::none:
    case ReviewStatus::fresh: return {word, "nhsuk-tag--pink", ""};
    case ReviewStatus::acknowledged: return {word, "nhsuk-tag--blue", ""};
    case ReviewStatus::in_review: return {word, "nhsuk-tag--purple", ""};
    case ReviewStatus::actioned: return {word, "nhsuk-tag--green", ""};
    case ReviewStatus::not_care:
    case ReviewStatus::duplicate:
    case ReviewStatus::closed: break;
  }
  return {word, "nhsuk-tag--grey", ""};
}

Look look_of_source(const SourceState& source) {
  if (!source.failure)
    return source.up() ? Look{"Listening", "nhsuk-tag--green", ""} : Look{"Not asked yet", "nhsuk-tag--grey", ""};
  switch (source.failure->remedy) {
    case Remedy::ask_operator: return {"Needs someone", "nhsuk-tag--red", ""};
    case Remedy::wait: return {"Asked to wait", "nhsuk-tag--yellow", ""};
    case Remedy::skip: return {"Not understood", "nhsuk-tag--orange", ""};
    case Remedy::retry: break;
  }
  return {"Not answering", "nhsuk-tag--orange", ""};
}

std::string_view words_of(GapReason reason) {
  switch (reason) {
    case GapReason::limited: return "the platform told us to wait";
    case GapReason::misconfigured: return "someone must mend it";
    case GapReason::restarted: return "Barometer was not running";
    case GapReason::capped: return "our own budget is used up";
    case GapReason::down: break;
  }
  return "it does not answer";
}

std::string_view words_of(Sentiment sentiment) {
  switch (sentiment) {
    case Sentiment::negative: return "Negative";
    case Sentiment::neutral: return "Neutral";
    case Sentiment::positive: break;
  }
  return "Positive";
}

std::string_view words_of(Voice voice) {
  switch (voice) {
    case Voice::patient: return "a patient";
    case Voice::carer: return "a carer or relative";
    case Voice::staff: return "a member of staff";
    case Voice::press: return "the press";
    case Voice::politician: return "a politician";
    case Voice::organisation: return "an organisation";
    case Voice::unknown: break;
  }
  return "";
}

std::string grouped(std::int64_t number) {
  auto digits = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string counted(std::int64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", grouped(number), number == 1 ? one : many);
}

std::string percent(std::int64_t part, std::int64_t all) {
  return all == 0 ? "–" : fmt::format("{}%", (100 * part + all / 2) / all);
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  return fmt::format("{}", fmt::join(words, between));
}

bool is_web_address(std::string_view url) { return url.starts_with("https://") || url.starts_with("http://"); }

std::string lang_of(std::string_view lang) {
  const bool plain = std::all_of(lang.begin(), lang.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
  return plain && lang.size() >= 2 && lang.size() <= 35 ? std::string(lang) : "";
}

std::size_t boundary(std::string_view text, std::size_t at) {
  at = std::min(at, text.size());
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) --at;
  return at;
}

std::string post_key(const StoredPost& kept) {
  return std::to_string(kept.post.made_at.time_since_epoch().count()) + '-' + digest_of(kept.post.id);
}

std::string post_path(const StoredPost& kept) { return "/posts/" + post_key(kept); }

Result<std::optional<StoredPost>> find_post(const Store& store, std::string_view key) {
  std::optional<StoredPost> found;
  const auto dash = key.find('-', 1);
  std::int64_t made_at = 0;
  const auto* end = key.data() + std::min(dash, key.size());
  const auto read = std::from_chars(key.data(), end, made_at);
  constexpr std::int64_t latest = 253'402'300'800'000;  // the year 10000
  if (dash == std::string_view::npos || read.ec != std::errc{} || read.ptr != end || made_at < 0 || made_at > latest)
    return found;
  PostFilter filter;
  filter.from = UtcTime{std::chrono::milliseconds{made_at}};
  filter.to = *filter.from + std::chrono::milliseconds{1};
  const auto walked = store.posts(filter, true, [&](const StoredPost& kept) {
    if (post_key(kept) == key) found = kept;
    return !found;
  });
  if (!walked) return walked.error();
  return found;
}

std::string theme_title(Theme theme) { return std::string(info(theme).title); }

std::vector<std::string> framework_titles(FrameworkSet themes) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < framework_size; ++i)
    if (themes & (FrameworkSet{1} << i)) out.emplace_back(framework()[i].title);
  return out;
}

}  // namespace barometer
