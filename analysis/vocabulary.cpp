#include "analysis/vocabulary.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include <boost/unordered/unordered_flat_map.hpp>
#include <xxhash.h>

namespace barometer {

namespace {

struct WordHash {
  using is_transparent = void;
  using is_avalanching = void;
  std::size_t operator()(std::string_view word) const { return XXH3_64bits(word.data(), word.size()); }
};

constexpr std::uint32_t root = 0;

}  // namespace

struct Vocabulary::Parts {
  boost::unordered_flat_map<std::string, std::uint32_t, WordHash, std::equal_to<>> words;  // word -> number
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> steps;  // (node, word) -> node of the tree of entries
  std::vector<std::uint32_t> from_root;                           // word -> node, so that most words cost one look
  std::vector<char> opens_quantity;                               // by word
  std::vector<std::vector<ClassId>> classes_of{1};                // by node
  std::map<std::string, ClassId, std::less<>> names;
  std::vector<std::vector<ClassId>> wholes;  // by class: the classes that include it

  std::uint32_t word(std::string_view text) {
    const auto [at, is_new] = words.emplace(std::string{text}, static_cast<std::uint32_t>(words.size()));
    if (is_new) {
      from_root.push_back(root);
      opens_quantity.push_back(may_begin_quantity(text));
    }
    return at->second;
  }

  std::uint32_t step(std::uint32_t node, std::uint32_t word) {
    const auto [at, is_new] =
        steps.emplace(std::uint64_t{node} << 32 | word, static_cast<std::uint32_t>(classes_of.size()));
    if (is_new) {
      classes_of.emplace_back();
      if (node == root) from_root[word] = at->second;
    }
    return at->second;
  }

  std::optional<std::uint32_t> number_of(std::string_view text) const {
    const auto at = words.find(text);
    if (at == words.end()) return std::nullopt;
    return at->second;
  }

  void emit(std::uint32_t node, std::size_t begin, std::size_t length, std::vector<Hit>& hits) const {
    for (const ClassId id : classes_of[node])
      hits.push_back({id, static_cast<std::uint8_t>(begin), static_cast<std::uint8_t>(length)});
  }

  // Follows the tree from words[at], first by `number`, then by the words after it (or their stems).
  void walk(std::span<const Word> words_of, std::size_t at, std::uint32_t number, std::vector<Hit>& hits) const {
    std::uint32_t node = from_root[number];
    for (std::size_t next = at + 1; node != root; ++next) {
      emit(node, at, next - at, hits);
      if (next == words_of.size() || next - at == longest) return;
      const std::uint32_t before = node;
      node = root;
      for (const std::string_view text : {words_of[next].text, words_of[next].stem}) {
        if (text.empty()) continue;
        const auto word_number = number_of(text);
        if (!word_number) continue;
        const auto found = steps.find(std::uint64_t{before} << 32 | *word_number);
        if (found == steps.end()) continue;
        node = found->second;
        break;
      }
    }
  }

  void slots_at(std::span<const Word> words_of, std::size_t at, std::vector<Hit>& hits) const {
    const Quantity quantity = quantity_at(words_of, at);
    if (quantity.length == 0) return;
    for (int slot = 0; slot < slots; ++slot) {
      if ((quantity.slots >> slot & 1) == 0) continue;
      const Hit hit{static_cast<ClassId>(slot), static_cast<std::uint8_t>(at),
                    static_cast<std::uint8_t>(quantity.length)};
      hits.push_back(hit);
      for (const ClassId whole : wholes[static_cast<std::size_t>(slot)]) hits.push_back({whole, hit.begin, hit.length});
    }
  }
};

Vocabulary::Vocabulary() : parts_{std::make_unique<Parts>()} {
  for (int slot = 0; slot < slots; ++slot) make(name_of(static_cast<Slot>(slot)));
}
Vocabulary::~Vocabulary() = default;
Vocabulary::Vocabulary(Vocabulary&&) noexcept = default;
Vocabulary& Vocabulary::operator=(Vocabulary&&) noexcept = default;

ClassId Vocabulary::make(std::string_view name) {
  const auto [at, is_new] = parts_->names.emplace(std::string{name}, static_cast<ClassId>(parts_->wholes.size()));
  if (is_new) parts_->wholes.emplace_back();
  return at->second;
}

std::optional<ClassId> Vocabulary::find(std::string_view name) const {
  const auto at = parts_->names.find(name);
  if (at == parts_->names.end()) return std::nullopt;
  return at->second;
}

std::size_t Vocabulary::size() const { return parts_->wholes.size(); }

bool Vocabulary::add(ClassId to, std::string_view entry) {
  std::uint32_t node = root;
  int taken = 0;
  while (!entry.empty()) {
    const std::size_t space = std::min(entry.find(' '), entry.size());
    if (space > 0) {
      if (++taken > longest) return false;
      node = parts_->step(node, parts_->word(entry.substr(0, space)));
    }
    entry.remove_prefix(std::min(space + 1, entry.size()));
  }
  if (taken == 0) return false;
  auto& classes = parts_->classes_of[node];
  if (std::find(classes.begin(), classes.end(), to) == classes.end()) classes.push_back(to);
  return true;
}

void Vocabulary::include(ClassId whole, ClassId part) { parts_->wholes[part].push_back(whole); }

void Vocabulary::seal() {
  // Whatever includes a class that is itself included holds its words too.
  auto& wholes = parts_->wholes;
  for (ClassId id = 0; id < wholes.size(); ++id)
    for (std::size_t i = 0; i < wholes[id].size(); ++i)
      for (const ClassId more : std::vector<ClassId>{wholes[wholes[id][i]]})
        if (more != id && std::find(wholes[id].begin(), wholes[id].end(), more) == wholes[id].end())
          wholes[id].push_back(more);
  for (auto& classes : parts_->classes_of) {
    const std::vector<ClassId> own = classes;
    for (const ClassId id : own)
      for (const ClassId whole : wholes[id])
        if (std::find(classes.begin(), classes.end(), whole) == classes.end()) classes.push_back(whole);
  }
}

void Vocabulary::annotate(std::span<const Word> statement, std::vector<Hit>& hits) const {
  const auto first = static_cast<std::ptrdiff_t>(hits.size());
  for (std::size_t at = 0; at < statement.size(); ++at) {
    const Word& word = statement[at];
    const auto number = parts_->number_of(word.text);
    if (number) parts_->walk(statement, at, *number, hits);
    if (number ? parts_->opens_quantity[*number] != 0 : may_begin_quantity(word.text))
      parts_->slots_at(statement, at, hits);
    if (!word.stem.empty())
      if (const auto stem = parts_->number_of(word.stem)) parts_->walk(statement, at, *stem, hits);
  }
  std::sort(hits.begin() + first, hits.end(), [](const Hit& a, const Hit& b) {
    return std::tie(a.of, a.begin, a.length) < std::tie(b.of, b.begin, b.length);
  });
}

}  // namespace barometer
