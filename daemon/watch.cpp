#include "daemon/watch.hpp"

#include <algorithm>
#include <cctype>

#include "analysis/text.hpp"
#include "analysis/unicode.hpp"
#include "daemon/assess.hpp"

namespace barometer {

namespace {

std::string without_sign(std::string_view match, char sign) {
  if (match.starts_with(sign)) match.remove_prefix(1);
  std::string out;
  append_folded(out, match);
  return out;
}

// The words of a text as they are compared: folded, hashtags by their tag.
std::vector<std::string> words_of(const Tokens& tokens) {
  std::vector<std::string> words;
  for (const Token& token : tokens) {
    if (token.kind == TokenKind::word) words.emplace_back(token.text);
    if (token.kind == TokenKind::hashtag) words.emplace_back(token.text.substr(1));
  }
  return words;
}

bool contains(const std::vector<std::string>& words, const std::vector<std::string>& run) {
  return !run.empty() && std::search(words.begin(), words.end(), run.begin(), run.end()) != words.end();
}

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

// "tag#nhssm" is no tag on most platforms.
bool inside_word(std::string_view text, std::size_t at) {
  if (at == 0) return false;
  const auto before = static_cast<unsigned char>(text[at - 1]);
  return std::isalnum(before) != 0 || before == '_';
}

// A handle as people write it in a mention: without the sign, and without its server where the watched one has none.
std::string_view local_part(std::string_view handle) { return handle.substr(0, handle.find('@')); }

}  // namespace

std::string_view name_of(DropReason reason) {
  constexpr std::string_view names[] = {"duplicate", "not_public", "opted_out", "unwatched", "too_large", "empty"};
  return names[static_cast<std::size_t>(reason)];
}

Watch::Watch(const Config& config) : any_tag_(config.any_tag) {
  for (const TagConfig& tag : config.tags) {
    if (tag.kind == TagKind::hashtag) hashtags_[without_sign(tag.match, '#')] = tag.name;
    if (tag.kind == TagKind::account) accounts_[without_sign(tag.match, '@')] = tag.name;
    if (tag.kind == TagKind::phrase) phrases_.push_back({words_of(tokenise(tag.match)), tag.name});
  }
}

Admission Watch::admit(const Post& post, const ListenConfig& listen) const {
  if (post.visibility != Visibility::public_) return {.dropped = DropReason::not_public};
  if (post.opted_out) return {.dropped = DropReason::opted_out};
  const std::string text = text_of(post);
  if (text.size() > max_text) return {.dropped = DropReason::too_large};
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) return {.dropped = DropReason::empty};

  Admission admission;
  if (!listen.tag.empty()) admission.watched.push_back(listen.tag);
  for (const std::string& tag : post.tags) note_hashtag(tag, admission.watched);
  note_text(text, admission.watched);
  note_account(post.author, admission.watched);
  if (!admission.watched.empty()) return admission;
  if (listen.only_watched) return {.dropped = DropReason::unwatched};
  admission.watched.emplace_back(other);
  return admission;
}

void Watch::note_hashtag(std::string_view tag, std::vector<std::string>& watched) const {
  const std::string folded = without_sign(tag, '#');
  if (const auto found = hashtags_.find(folded); found != hashtags_.end())
    add_once(watched, found->second);
  else if (any_tag_ && !folded.empty())
    add_once(watched, folded);
}

void Watch::note_account(std::string_view handle, std::vector<std::string>& watched) const {
  if (accounts_.empty() || handle.empty()) return;
  const std::string folded = without_sign(handle, '@');
  auto found = accounts_.find(folded);
  if (found == accounts_.end()) found = accounts_.find(local_part(folded));
  if (found != accounts_.end()) add_once(watched, found->second);
}

void Watch::note_text(std::string_view text, std::vector<std::string>& watched) const {
  const Tokens tokens = tokenise(text);
  for (const Token& token : tokens) {
    if (token.kind == TokenKind::hashtag && !inside_word(text, token.begin)) note_hashtag(token.text, watched);
    if (token.kind == TokenKind::mention) note_account(text.substr(token.begin, token.end - token.begin), watched);
  }
  if (phrases_.empty()) return;
  const std::vector<std::string> words = words_of(tokens);
  for (const Phrase& phrase : phrases_)
    if (contains(words, phrase.words)) add_once(watched, phrase.tag);
}

}  // namespace barometer
