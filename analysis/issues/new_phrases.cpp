#include "analysis/issues/new_phrases.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "analysis/text.hpp"

namespace barometer {

namespace {

constexpr std::size_t longest = 3;    // words
constexpr int least_texts = 3;        //
constexpr double significant = 1.96;  // one in twenty, both sides
constexpr double prior_worth = 10;    // texts
constexpr double least_prior = 0.01;  // texts

// Words that say nothing of a matter when they stand at either end of a phrase.
const std::set<std::string_view>& empty_words() {
  static const std::set<std::string_view> words = {
      "a",    "about", "after", "again", "all",  "also",   "am",    "an",    "and",  "any",  "are",   "as",    "at",
      "back", "be",    "been",  "but",   "by",   "can",    "could", "did",   "do",   "does", "for",   "from",  "get",
      "got",  "had",   "has",   "have",  "he",   "her",    "here",  "him",   "his",  "how",  "i",     "i'm",   "i've",
      "if",   "in",    "into",  "is",    "it",   "it's",   "its",   "just",  "like", "me",   "more",  "my",    "no",
      "not",  "now",   "of",    "off",   "on",   "one",    "only",  "or",    "our",  "out",  "over",  "own",   "rt",
      "she",  "so",    "some",  "than",  "that", "that's", "the",   "their", "them", "then", "there", "they",  "this",
      "to",   "too",   "up",    "us",    "very", "was",    "we",    "were",  "what", "when", "where", "which", "who",
      "why",  "will",  "with",  "would", "you",  "your"};
  return words;
}

bool empty(std::string_view word) { return word.size() < 2 || empty_words().contains(word); }

// Each phrase of a text once; none goes across what is no word.
std::set<std::string> phrases_of(const std::string& text) {
  std::set<std::string> phrases;
  const Tokens tokens = tokenise(text);
  std::vector<std::string_view> run;
  bool masked = false;
  const auto end_of_run = [&] {
    for (std::size_t from = 0; from < run.size(); ++from) {
      std::string phrase;
      for (std::size_t length = 1; length <= longest && from + length <= run.size(); ++length) {
        const auto last = run[from + length - 1];
        phrase.append(length > 1 ? " " : "").append(last);
        if (!empty(run[from]) && !empty(last)) phrases.insert(phrase);
      }
    }
    run.clear();
  };
  for (const Token& token : tokens) {
    const char first = text[token.begin];
    if (first == '[') masked = true;
    if (token.kind == TokenKind::word && !masked)
      run.push_back(token.text);
    else
      end_of_run();
    if (first == ']') masked = false;
  }
  end_of_run();
  return phrases;
}

struct Counts {
  int of_issue = 0;
  int before = 0;
};

double log_odds(double count, double texts, double prior, double all_prior) {
  return std::log((count + prior) / std::max(texts + all_prior - count - prior, least_prior));
}

// How many standard deviations the ratio of both odds is from none.
double surprise_of(const Counts& count, double texts, double texts_before) {
  const double prior = std::max(prior_worth * (count.of_issue + count.before) / (texts + texts_before), least_prior);
  const double ratio =
      log_odds(count.of_issue, texts, prior, prior_worth) - log_odds(count.before, texts_before, prior, prior_worth);
  return ratio / std::sqrt(1 / (count.of_issue + prior) + 1 / (count.before + prior));
}

bool part_of(const std::string& inner, const std::string& outer) {
  return (" " + outer + " ").find(" " + inner + " ") != std::string::npos;
}

}  // namespace

std::vector<NewPhrase> new_phrases(std::span<const std::string> of_issue, std::span<const std::string> before,
                                   std::size_t most) {
  std::map<std::string, Counts> counts;
  for (const std::string& text : of_issue)
    for (const std::string& phrase : phrases_of(text)) ++counts[phrase].of_issue;
  for (const std::string& text : before)
    for (const std::string& phrase : phrases_of(text))
      if (const auto found = counts.find(phrase); found != counts.end()) ++found->second.before;
  std::vector<NewPhrase> found;
  for (const auto& [words, count] : counts) {
    if (count.of_issue < least_texts) continue;
    const double surprise =
        surprise_of(count, static_cast<double>(of_issue.size()), static_cast<double>(before.size()));
    if (surprise >= significant) found.push_back({words, count.of_issue, count.before, surprise});
  }
  std::stable_sort(found.begin(), found.end(), [](const NewPhrase& a, const NewPhrase& b) {
    return a.surprise != b.surprise ? a.surprise > b.surprise : a.words.size() > b.words.size();
  });
  std::vector<NewPhrase> told;
  for (NewPhrase& one : found) {
    const bool said = std::any_of(told.begin(), told.end(), [&one](const NewPhrase& other) {
      return part_of(one.words, other.words) || part_of(other.words, one.words);
    });
    if (told.size() < most && !said) told.push_back(std::move(one));
  }
  return told;
}

}  // namespace barometer
