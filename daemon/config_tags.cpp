#include <algorithm>
#include <map>
#include <optional>

#include "daemon/config_draft.hpp"
#include "daemon/config_values.hpp"
#include "daemon/tag_rates.hpp"
#include "daemon/tag_term.hpp"
#include "daemon/watch.hpp"

namespace barometer {
namespace {

// More than one person can look through between other work; the page and the mail are for fewer.
constexpr int most_posts_a_day = 5'000;

// A term of a tag, and where it is written.
struct WrittenTerm {
  TagTerm term = {};
  std::string text = {};
  std::string place = {};
};

struct Terms {
  std::vector<WrittenTerm> any = {};
  std::vector<WrittenTerm> all = {};
  std::vector<WrittenTerm> none = {};
};

std::string shown(const std::string& text) { return "\"" + text.substr(0, 60) + "\""; }

// A tag whose kind or name the file leaves out takes them from what it matches.
void complete(Draft& draft, TagConfig& tag, const std::string& place) {
  if (tag.match.empty()) return;
  const auto told = kind_told(tag.match);
  if (!draft.lines.contains(place + ".kind")) tag.kind = told;
  if (tag.kind != told && told != TagKind::phrase) {
    draft.complain(place + ".kind", place + ".kind does not fit \"" + tag.match + "\": leave kind out");
  }
  if (tag.name.empty()) tag.name = tag.match.substr(told == TagKind::phrase ? 0 : 1);
}

std::vector<WrittenTerm> written_terms(const std::vector<std::string>& list, const std::string& place) {
  std::vector<WrittenTerm> terms;
  for (std::size_t i = 0; i < list.size(); ++i)
    if (!list[i].empty()) terms.push_back({tag_term(list[i]), list[i], place + "[" + std::to_string(i) + "]"});
  return terms;
}

Terms terms_of(const TagConfig& tag, const std::string& place) {
  Terms terms{written_terms(tag.any, place + ".any"), written_terms(tag.all, place + ".all"),
              written_terms(tag.none, place + ".none")};
  if (!tag.match.empty()) terms.any.push_back({tag_term(tag.match, tag.kind), tag.match, place + ".match"});
  return terms;
}

void check_term(Draft& draft, const WrittenTerm& term, const std::string& name) {
  if (term.term.empty()) {
    const bool sign = term.term.kind != TagKind::phrase;
    draft.complain(term.place, name + " matches nothing: write the word" +
                                   (sign ? " after the " + term.text.substr(0, 1) : std::string("s of a phrase")));
  }
  if (term.term.kind != TagKind::phrase && term.text.find_first_of(" \t") != std::string::npos) {
    draft.complain(term.place,
                   term.place + " has a blank in it: write one word, or leave out the # or @ to watch a phrase");
  }
}

// Complains about a term that stands twice in one list.
void check_twice(Draft& draft, const std::vector<WrittenTerm>& list) {
  for (std::size_t i = 1; i < list.size(); ++i) {
    const auto before = list.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::any_of(list.begin(), before, [&](const WrittenTerm& one) { return one.term == list[i].term; }))
      draft.complain(list[i].place, list[i].place + ": " + shown(list[i].text) + " stands in the list twice: keep one");
  }
}

// The first of `none` that is in every text with `term`.
const WrittenTerm* excluded_by(const WrittenTerm& term, const std::vector<WrittenTerm>& none) {
  const auto found =
      std::find_if(none.begin(), none.end(), [&](const auto& other) { return implies(term.term, other.term); });
  return found == none.end() ? nullptr : &*found;
}

// A tag that no post can ever have, and terms that can never help one.
void check_exclusions(Draft& draft, const Terms& terms) {
  for (const auto* list : {&terms.any, &terms.all}) {
    for (const auto& term : *list) {
      const auto* other = excluded_by(term, terms.none);
      if (other == nullptr) continue;
      draft.complain(other->place, other->place + ": " + shown(other->text) + " shuts out " + shown(term.text) +
                                       " of " + term.place + ", which then never matches: take one of them away");
    }
  }
}

void check_languages(Draft& draft, const TagConfig& tag, const std::string& place) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  for (std::size_t i = 0; i < tag.lang.size(); ++i) {
    const auto& code = tag.lang[i];
    const bool known = (code.size() == 2 || code.size() == 3) && std::all_of(code.begin(), code.end(), letter);
    if (known || code.empty()) continue;
    draft.complain(
        place + ".lang[" + std::to_string(i) + "]",
        place + ".lang: " + shown(code) + " is no code of a language: write two or three letters, as en or cy");
  }
}

void check_named_sources(Draft& draft, const TagConfig& tag, const std::string& place) {
  const auto& sources = draft.config.sources;
  std::vector<std::string_view> known;
  for (const auto& listen : sources)
    for (const auto& name : {std::string_view(listen.source.name), std::string_view(listen.source.platform)})
      if (!name.empty() && std::find(known.begin(), known.end(), name) == known.end()) known.push_back(name);
  for (std::size_t i = 0; i < tag.source.size(); ++i) {
    const auto& name = tag.source[i];
    if (name.empty() || std::find(known.begin(), known.end(), name) != known.end()) continue;
    draft.complain(place + ".source[" + std::to_string(i) + "]",
                   place + ".source: no source is called " + shown(name) +
                       " or speaks such a platform, so it never matches" +
                       (known.empty() ? ": add the source" : ": use one of " + enumerated(known)));
  }
}

void check_us(Draft& draft, const TagConfig& tag, const Terms& terms, const std::string& place) {
  const auto account = [](const WrittenTerm& term) { return term.term.kind == TagKind::account; };
  if (tag.us && std::none_of(terms.any.begin(), terms.any.end(), account))
    draft.complain(place + ".us",
                   place + ".us marks accounts as our own, and the tag has none: add one, as \"@ourname\"");
}

void check_name(Draft& draft, const TagConfig& tag, const std::string& place) {
  if (tag.name == Watch::other)
    draft.complain(place, "the name \"other\" is kept for posts that match no tag: choose another");
  if (tag.name == Watch::us)
    draft.complain(place,
                   "the name \"us\" is kept for what accounts of ours say: choose another, and mark it with us: true");
}

// Only to be told of a tag that would drown its readers; sources may bring far less.
void check_breadth(Draft& draft, const TagConfig& tag, const Terms& terms, const std::string& place) {
  double posts = 0;
  for (const auto& term : terms.any) posts += posts_a_day(term.term);
  for (const auto& term : terms.all)
    posts = terms.any.empty() && &term == &terms.all.front() ? posts_a_day(term.term)
                                                             : std::min(posts, posts_a_day(term.term));
  if (posts <= most_posts_a_day) return;
  draft.warn(place, "the tag " + shown(tag.name) + " may be too broad: about " + rough(posts) +
                        " posts a day, over all that can be heard; add all, none, lang or source, or a longer phrase");
}

// Whether the reading of the file has said already what is wrong with its terms.
bool complained(const Draft& draft, const std::string& place) {
  return std::any_of(draft.complaints.begin(), draft.complaints.end(), [&](const Complaint& complaint) {
    return complaint.line == draft.line_of(place) || complaint.line == draft.line_of(place + ".match") ||
           complaint.line == draft.line_of(place + ".any") || complaint.line == draft.line_of(place + ".all");
  });
}

void check_one(Draft& draft, TagConfig& tag, const std::string& place) {
  complete(draft, tag, place);
  const auto terms = terms_of(tag, place);
  for (const auto* list : {&terms.any, &terms.all, &terms.none}) {
    for (const auto& term : *list)
      check_term(draft, term, list == &terms.any && !tag.match.empty() ? place : term.place);
    check_twice(draft, *list);
  }
  if (terms.any.empty() && terms.all.empty() && !complained(draft, place))
    draft.complain(place, place + " says nothing that must be there: add match, any or all");
  if (tag.name.empty() && (!tag.any.empty() || !tag.all.empty()))
    draft.complain(place, place + " has no name: add one (What the page, the series and the metrics call it)");
  check_exclusions(draft, terms);
  check_languages(draft, tag, place);
  check_named_sources(draft, tag, place);
  check_us(draft, tag, terms, place);
  check_name(draft, tag, place);
  check_breadth(draft, tag, terms, place);
}

// Two tags that match the same posts under two names.
void check_same(Draft& draft) {
  const auto& tags = draft.config.tags;
  const auto key = [](const TagConfig& t) {
    return std::tie(t.match, t.kind, t.us, t.any, t.all, t.none, t.lang, t.source);
  };
  for (std::size_t i = 1; i < tags.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (!(tags[i].match.empty() && tags[i].any.empty() && tags[i].all.empty()) && key(tags[i]) == key(tags[j]))
        draft.warn("tags[" + std::to_string(i) + "]", "tags[" + std::to_string(i) + "] matches the same as tags[" +
                                                          std::to_string(j) + "]: keep one of them");
}

}  // namespace

void check_tags(Draft& draft) {
  auto& tags = draft.config.tags;
  for (std::size_t i = 0; i < tags.size(); ++i) check_one(draft, tags[i], "tags[" + std::to_string(i) + "]");
  check_same(draft);
}

}  // namespace barometer
