#include "analysis/issues/services.hpp"

#include <algorithm>
#include <array>

#include "analysis/issues/organisations.hpp"

namespace barometer {

namespace {

constexpr std::size_t most_joining = 3;  // words between a part and its whole
constexpr std::string_view typographic_apostrophe = "\u2019";

// Words in lower case (ASCII), one after the other in one string.
struct Words {
  std::string letters = {};
  std::vector<std::size_t> ends = {};
  std::string_view operator[](std::size_t at) const {
    const std::size_t begin = at == 0 ? 0 : ends[at - 1];
    return std::string_view(letters).substr(begin, ends[at] - begin);
  }
  std::size_t size() const { return ends.size(); }
};

// Runs of letters and digits (ASCII; other bytes are letters): "A&E" is "a", "e". "children's" stays one word, without its apostrophe.
Words words_of(std::string_view text) {
  Words words;
  words.letters.reserve(text.size());
  bool inside = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.compare(at, typographic_apostrophe.size(), typographic_apostrophe) == 0) {
      at += typographic_apostrophe.size() - 1;
      continue;
    }
    const char c = text[at];
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = byte >= 128 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    if (letter) words.letters += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (inside && !letter && c != '\'') words.ends.push_back(words.letters.size());
    inside = letter || (inside && c == '\'');
  }
  if (inside) words.ends.push_back(words.letters.size());
  return words;
}

// "Ward 7 at the Royal Free": what stands between a part and its whole.
bool only_joins(const Words& words, std::size_t begin, std::size_t end) {
  constexpr std::array<std::string_view, 4> joining{"at", "in", "of", "the"};
  while (begin < end && std::find(joining.begin(), joining.end(), words[begin]) != joining.end()) ++begin;
  return begin == end;
}

}  // namespace

Services::Services(std::vector<Service> services) : services_(std::move(services)) {
  for (std::size_t i = 0; i < services_.size(); ++i) index_of_id_.emplace(services_[i].id, i);
  for (std::size_t i = 0; i < services_.size(); ++i) {
    parent_.push_back(index_of(services_[i].parent));
    std::vector<std::string> all = services_[i].aliases;
    all.push_back(services_[i].name);
    for (const std::string& name : all) {
      const Words words = words_of(name);
      if (words.size() == 0) continue;
      auto& kept = names_.emplace_back(Name{.service = i}).words;
      for (std::size_t w = 0; w < words.size(); ++w) kept.emplace_back(words[w]);
    }
  }
  for (std::size_t n = 0; n < names_.size(); ++n) by_first_word_[names_[n].words.front()].push_back(n);
  for (auto& [word, list] : by_first_word_)
    std::stable_sort(list.begin(), list.end(),
                     [this](std::size_t a, std::size_t b) { return names_[a].words.size() > names_[b].words.size(); });
}

std::size_t Services::index_of(std::string_view id) const {
  const auto found = id.empty() ? index_of_id_.end() : index_of_id_.find(std::string(id));
  return found == index_of_id_.end() ? services_.size() : found->second;
}

const Service* Services::by_id(std::string_view id) const {
  const std::size_t index = index_of(id);
  return index < services_.size() ? &services_[index] : nullptr;
}

bool Services::part_of(std::size_t inner, std::size_t outer) const {
  for (std::size_t steps = 0; inner < services_.size() && steps <= services_.size(); ++steps) {
    if (inner == outer) return true;
    inner = parent_[inner];
  }
  return false;
}

bool Services::related(std::string_view a, std::string_view b) const {
  const std::size_t one = index_of(a);
  const std::size_t other = index_of(b);
  return part_of(one, other) || part_of(other, one);
}

std::vector<Services::Hit> Services::hits(std::string_view text) const {
  const Words words = words_of(text);
  std::vector<Hit> out;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const auto found = by_first_word_.find(words[at]);
    if (found == by_first_word_.end()) continue;
    std::size_t longest = 0;
    for (const std::size_t n : found->second) {
      const auto& name = names_[n].words;
      if (name.size() < longest) break;  // of names of the same length, each is a candidate
      if (at + name.size() > words.size()) continue;
      bool same = true;
      for (std::size_t i = 1; same && i < name.size(); ++i) same = name[i] == words[at + i];
      if (!same) continue;
      longest = name.size();
      out.push_back({at, at + name.size(), names_[n].service});
    }
  }
  return out;
}

std::optional<FoundService> Services::find(std::string_view text) const {
  if (names_.empty()) return std::nullopt;
  const auto found = hits(text);
  // A part that stands with its whole, the first such; a name that holds its site's name stands with it by itself.
  for (const Hit& part : found) {
    if (parent_[part.service] >= services_.size()) continue;
    for (const Hit& whole : found)
      if (whole.service != part.service && part_of(part.service, whole.service)) return FoundService{part.service, 1.0};
  }
  const Words words = found.size() > 1 ? words_of(text) : Words{};
  // A ward of the same name that somebody else has.
  const auto at_anothers = [&](const Hit& ward) {
    return std::any_of(found.begin(), found.end(), [&](const Hit& other) {
      return other.begin >= ward.end && other.begin <= ward.end + most_joining &&
             only_joins(words, ward.end, other.begin) && !part_of(ward.service, other.service) &&
             !part_of(other.service, ward.service);
    });
  };
  for (const Hit& hit : found) {
    const bool shared = std::any_of(found.begin(), found.end(), [&](const Hit& other) {
      return other.begin == hit.begin && other.end == hit.end && other.service != hit.service;
    });
    if (shared) continue;
    const bool ward = parent_[hit.service] < services_.size() && !is_listed(services_[hit.service].id);
    if (ward && at_anothers(hit)) continue;
    return FoundService{hit.service, ward ? 0.6 : 1.0};
  }
  return std::nullopt;
}

}  // namespace barometer
