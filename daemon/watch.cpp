#include "daemon/watch.hpp"

#include <algorithm>

#include "analysis/text.hpp"
#include "analysis/unicode.hpp"
#include "connectors/tags.hpp"
#include "daemon/assess.hpp"

namespace barometer {

namespace {

constexpr std::string_view wide_number_sign = "\uFF03";

void add_once(std::vector<std::string>& names, std::string_view name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
}

// "tag#nhssm" is no tag on most platforms.
bool inside_word(std::string_view text, std::size_t at) {
  if (at == 0) return false;
  std::size_t before = at - 1;
  while (before > 0 && at - before < 4 && (static_cast<unsigned char>(text[before]) & 0xC0) == 0x80) --before;
  return is_word_character(code_point_at(text.substr(0, at), before).value);
}

std::string handle_of(std::string_view written) {
  std::string folded;
  append_folded(folded, written);
  if (folded.starts_with('@')) folded.erase(0, 1);
  return folded;
}

// A handle as people write it in a mention: without its server where the watched one has none.
std::string_view local_part(std::string_view handle) { return handle.substr(0, handle.find('@')); }

// "en-GB" is English.
std::string_view primary(std::string_view language) { return language.substr(0, language.find_first_of("-_")); }

bool same_letters(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::string_view name_of(DropReason reason) {
  constexpr std::string_view names[] = {"duplicate", "not_public", "opted_out", "unwatched",
                                        "too_large", "empty",      "too_old"};
  return names[static_cast<std::size_t>(reason)];
}

Watch::Watch(const Config& config) : any_tag_(config.any_tag) {
  phrases_.resize(1);
  for (const TagConfig& tag : config.tags) {
    Rule rule{.name = tag.name, .any = ids_of(tag.any), .all = ids_of(tag.all), .none = ids_of(tag.none)};
    if (!tag.match.empty()) rule.any.push_back(id_of(tag_term(tag.match, tag.kind)));
    rule.lang = tag.lang;
    rule.source = tag.source;
    for (const TermId id : rule.any)
      if (tag.us && terms_[id].kind == TagKind::account) ours_[terms_[id].key] = true;
    rules_.push_back(std::move(rule));
  }
}

std::vector<Watch::TermId> Watch::ids_of(const std::vector<std::string>& written) {
  std::vector<TermId> ids;
  for (const std::string& term : written) ids.push_back(id_of(tag_term(term)));
  return ids;
}

Watch::TermId Watch::id_of(const TagTerm& term) {
  const auto known = std::find(terms_.begin(), terms_.end(), term);
  if (known != terms_.end()) return static_cast<TermId>(known - terms_.begin());
  const auto id = static_cast<TermId>(terms_.size());
  terms_.push_back(term);
  if (term.kind == TagKind::hashtag) hashtags_[term.key] = id;
  if (term.kind == TagKind::account) accounts_[term.key] = id;
  Phrase phrase{.term = id};
  for (const std::string& word : term.words)
    phrase.words.push_back(words_.emplace(word, static_cast<TermId>(words_.size() + 1)).first->second);
  phrases_.resize(words_.size() + 1);
  if (!phrase.words.empty()) phrases_[phrase.words.front()].push_back(std::move(phrase));
  return id;
}

Admission Watch::admit(const Post& post, const ListenConfig& listen) const {
  if (post.visibility != Visibility::public_) return {.dropped = DropReason::not_public};
  if (post.opted_out) return {.dropped = DropReason::opted_out};
  if (listen.not_before && post.made_at < *listen.not_before) return {.dropped = DropReason::too_old};
  const std::string text = text_of(post);
  if (text.size() > max_text) return {.dropped = DropReason::too_large};
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) return {.dropped = DropReason::empty};

  Met met(terms_.size(), 0);
  Admission admission;
  if (!listen.tag.empty()) admission.watched.push_back(listen.tag);
  for (const std::string& tag : post.tags) note_hashtag(tag, met, admission.watched);
  note_text(text, met, admission.watched);
  if (!accounts_.empty()) note_account(post.author, met);
  for (const Rule& rule : rules_)
    if (counts(rule, post, met)) add_once(admission.watched, rule.name);
  if (!ours_.empty() && ours_.contains(handle_of(post.author))) add_once(admission.watched, us);
  if (!admission.watched.empty()) return admission;
  if (listen.only_watched) return {.dropped = DropReason::unwatched};
  admission.watched.emplace_back(other);
  return admission;
}

bool Watch::counts(const Rule& rule, const Post& post, const Met& met) const {
  const auto is_met = [&met](TermId id) { return met[id] != 0; };
  const auto names_post = [&post](const std::string& name) { return name == post.source || name == post.platform; };
  const auto is_spoken = [&post](const std::string& code) { return same_letters(code, primary(*post.lang)); };
  if (!rule.any.empty() && std::none_of(rule.any.begin(), rule.any.end(), is_met)) return false;
  if (!std::all_of(rule.all.begin(), rule.all.end(), is_met)) return false;
  if (std::any_of(rule.none.begin(), rule.none.end(), is_met)) return false;
  if (!rule.source.empty() && std::none_of(rule.source.begin(), rule.source.end(), names_post)) return false;
  return rule.lang.empty() || !post.lang || std::any_of(rule.lang.begin(), rule.lang.end(), is_spoken);
}

// `own` takes the post's tags where any tag counts.
void Watch::note_hashtag(std::string_view folded, Met& met, std::vector<std::string>& own) const {
  if (const auto found = hashtags_.find(folded); found != hashtags_.end())
    met[found->second] = 1;
  else if (any_tag_ && !folded.empty())
    add_once(own, folded);
}

void Watch::note_account(std::string_view handle, Met& met) const {
  if (handle.empty()) return;
  const std::string folded = handle_of(handle);
  for (const std::string_view form : {std::string_view(folded), local_part(folded)})
    if (const auto found = accounts_.find(form); found != accounts_.end()) met[found->second] = 1;
}

void Watch::note_text(std::string_view text, Met& met, std::vector<std::string>& own) const {
  const Tokens tokens = tokenise(text);
  std::vector<TermId> words;
  if (!words_.empty()) words.reserve(tokens.size());
  for (const Token& token : tokens) {
    if (token.kind == TokenKind::hashtag && !inside_word(text, token.begin))
      note_hashtag(token.text.substr(1), met, own);
    if (token.kind == TokenKind::mention && !accounts_.empty())
      note_account(text.substr(token.begin, token.end - token.begin), met);
    if (words_.empty()) continue;
    const auto word = phrase_word(token, text);
    if (!word) continue;
    const auto found = words_.find(*word);
    words.push_back(found == words_.end() ? 0 : found->second);
  }
  note_phrases(words, met);
  if (text.find(wide_number_sign) == std::string_view::npos) return;
  std::vector<std::string> wide;
  add_hashtags(wide, text);
  for (const std::string& tag : wide) note_hashtag(tag, met, own);
}

void Watch::note_phrases(const std::vector<TermId>& words, Met& met) const {
  for (std::size_t at = 0; at < words.size(); ++at) {
    for (const Phrase& phrase : phrases_[words[at]]) {
      if (phrase.words.size() > words.size() - at) continue;
      if (std::equal(phrase.words.begin(), phrase.words.end(), words.begin() + static_cast<std::ptrdiff_t>(at)))
        met[phrase.term] = 1;
    }
  }
}

}  // namespace barometer
