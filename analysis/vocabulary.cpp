#include "analysis/vocabulary.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <boost/unordered/unordered_flat_map.hpp>

#include "analysis/word_table.hpp"

namespace barometer {

namespace {

constexpr std::uint32_t root = 0;
constexpr std::size_t most_words = 63;  // of a statement

// As they are sorted.
std::uint32_t order(const Hit& hit) {
  return std::uint32_t{hit.of} << 16 | std::uint32_t{hit.begin} << 8 | std::uint32_t{hit.length};
}

// A number for each word of the vocabulary; 0 for all others.
struct Numbers {
  std::uint32_t text = 0;
  std::uint32_t stem = 0;
};

}  // namespace

struct Vocabulary::Parts {
  WordTable<std::uint32_t> words;                                 // word -> number
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> steps;  // (node, word) -> node of the tree of entries
  std::vector<std::uint32_t> from_root{root};                     // word -> node, so that most words cost one look
  std::vector<char> opens_quantity{0};                            // by word
  std::vector<std::vector<ClassId>> classes_of{1};                // by node
  std::vector<char> goes_on{1};                                   // by node: longer entries begin with it
  std::map<std::string, ClassId, std::less<>> names;
  std::vector<std::vector<ClassId>> wholes;  // by class: the classes that include it

  std::uint32_t word(std::string_view text) {
    std::uint32_t& number = words[text];
    if (number == 0) {
      number = static_cast<std::uint32_t>(from_root.size());
      from_root.push_back(root);
      opens_quantity.push_back(may_begin_quantity(text));
    }
    return number;
  }

  std::uint32_t step(std::uint32_t node, std::uint32_t word) {
    const auto [at, is_new] =
        steps.emplace(std::uint64_t{node} << 32 | word, static_cast<std::uint32_t>(classes_of.size()));
    if (is_new) {
      classes_of.emplace_back();
      goes_on.push_back(0);
      goes_on[node] = 1;
      if (node == root) from_root[word] = at->second;
    }
    return at->second;
  }

  std::uint32_t number_of(std::uint64_t hash) const {
    const std::uint32_t* number = words.find(hash);
    return number != nullptr ? *number : 0;
  }

  void emit(std::uint32_t node, std::size_t begin, std::size_t length, std::vector<Hit>& hits) const {
    for (const ClassId id : classes_of[node])
      hits.push_back({id, static_cast<std::uint8_t>(begin), static_cast<std::uint8_t>(length)});
  }

  // Follows the tree from the word at `at`, first by `number`, then by the words after it (or their stems).
  void walk(std::span<const Numbers> words_of, std::size_t at, std::uint32_t number, std::vector<Hit>& hits) const {
    std::uint32_t node = from_root[number];
    for (std::size_t next = at + 1; node != root; ++next) {
      emit(node, at, next - at, hits);
      if (goes_on[node] == 0 || next == words_of.size() || next - at == longest) return;
      const std::uint32_t before = node;
      node = root;
      for (const std::uint32_t word : {words_of[next].text, words_of[next].stem}) {
        if (word == 0) continue;
        const auto found = steps.find(std::uint64_t{before} << 32 | word);
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
  for (const std::string_view word : quantity_words()) parts_->word(word);
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

std::vector<std::string> Vocabulary::names() const {
  std::vector<std::string> out(size());
  for (const auto& [name, id] : parts_->names) out[id] = name;
  return out;
}

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
  std::array<Numbers, most_words> numbers;
  const std::size_t size = std::min(statement.size(), most_words);
  for (std::size_t at = 0; at < size; ++at) {
    const Word& word = statement[at];
    numbers[at].text = parts_->number_of(word.hash != 0 ? word.hash : word_hash(word.text));
    numbers[at].stem = word.stem.empty() ? 0 : parts_->number_of(word_hash(word.stem));
  }
  const std::span known{numbers.data(), size};
  for (std::size_t at = 0; at < size; ++at) {
    const auto [text, stem] = numbers[at];
    if (text != 0) parts_->walk(known, at, text, hits);
    if (text != 0 ? parts_->opens_quantity[text] != 0 : begins_with_digit(statement[at].text))
      parts_->slots_at(statement, at, hits);
    if (stem != 0) parts_->walk(known, at, stem, hits);
  }
  std::sort(hits.begin() + first, hits.end(), [](const Hit& a, const Hit& b) { return order(a) < order(b); });
}

}  // namespace barometer
