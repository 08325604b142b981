#include "analysis/issues/services.hpp"

#include <algorithm>

namespace barometer {

namespace {

// Runs of letters and digits, in lower case (ASCII; other bytes are letters): "A&E" is "a", "e".
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  bool inside = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = byte >= 128 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    if (letter) {
      if (!inside) words.emplace_back();
      words.back() += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    inside = letter || (inside && c == '\'');  // "children's" stays one word
  }
  return words;
}

}  // namespace

Services::Services(std::vector<Service> services) : services_(std::move(services)) {
  for (std::size_t i = 0; i < services_.size(); ++i) {
    parent_.push_back(index_of(services_[i].parent));
    std::vector<std::string> all = services_[i].aliases;
    all.push_back(services_[i].name);
    for (const std::string& name : all)
      if (auto words = words_of(name); !words.empty()) names_.push_back({std::move(words), i});
  }
  for (std::size_t n = 0; n < names_.size(); ++n) by_first_word_[names_[n].words.front()].push_back(n);
  for (auto& [word, list] : by_first_word_)
    std::stable_sort(list.begin(), list.end(),
                     [this](std::size_t a, std::size_t b) { return names_[a].words.size() > names_[b].words.size(); });
}

std::size_t Services::index_of(std::string_view id) const {
  const auto found = std::find_if(services_.begin(), services_.end(),
                                  [id](const Service& service) { return !id.empty() && service.id == id; });
  return static_cast<std::size_t>(found - services_.begin());
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

std::vector<Services::Hit> Services::hits(const std::vector<std::string>& words) const {
  std::vector<Hit> out;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const auto found = by_first_word_.find(words[at]);
    if (found == by_first_word_.end()) continue;
    std::size_t longest = 0;
    for (const std::size_t n : found->second) {
      const auto& name = names_[n].words;
      if (name.size() < longest) break;  // of names of the same length, each is a candidate
      if (at + name.size() > words.size() ||
          !std::equal(name.begin(), name.end(), words.begin() + static_cast<std::ptrdiff_t>(at)))
        continue;
      longest = name.size();
      out.push_back({at, at + name.size(), names_[n].service});
    }
  }
  return out;
}

std::optional<FoundService> Services::find(std::string_view text) const {
  const auto found = hits(words_of(text));
  // A part that stands with its whole, the first such; a name that holds its site's name stands with it by itself.
  for (const Hit& part : found) {
    if (parent_[part.service] >= services_.size()) continue;
    for (const Hit& whole : found)
      if (whole.service != part.service && part_of(part.service, whole.service)) return FoundService{part.service, 1.0};
  }
  for (const Hit& hit : found) {
    const bool shared = std::any_of(found.begin(), found.end(), [&](const Hit& other) {
      return other.begin == hit.begin && other.end == hit.end && other.service != hit.service;
    });
    if (!shared) return FoundService{hit.service, parent_[hit.service] >= services_.size() ? 1.0 : 0.6};
  }
  return std::nullopt;
}

}  // namespace barometer
