#include "analysis/vocabulary.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <boost/unordered/unordered_flat_map.hpp>

#include "analysis/word_table.hpp"

namespace barometer {

namespace {

constexpr std::uint32_t root = 0;
constexpr std::size_t most_words = 63;  // of a statement

// By class, into `to`, one digit of it: of equals the earlier stays before the later.
constexpr unsigned digit_bits = 6;
void sort_by_digit(std::span<const Hit> hits, Hit* to, unsigned shift) {
  constexpr std::size_t digits = std::size_t{1} << digit_bits;
  const auto digit_of = [shift](const Hit& hit) { return static_cast<std::size_t>(hit.of >> shift) % digits; };
  std::array<std::uint32_t, digits> places = {};
  for (const Hit& hit : hits) ++places[digit_of(hit)];
  std::uint32_t before = 0;
  for (std::uint32_t& place : places) before += std::exchange(place, before);
  for (const Hit& hit : hits) to[places[digit_of(hit)]++] = hit;
}

// By order(). They come by where they begin, so that all but a few are in order once they are so by class. Digit by digit, since
// comparing them is a coin tossed for each.
void sort_hits(std::span<Hit> hits) {
  constexpr std::size_t few = 8;
  constexpr std::size_t many = 512;
  if (hits.size() > many) {
    std::ranges::sort(hits, [](const Hit& a, const Hit& b) { return a.order() < b.order(); });
    return;
  }
  if (hits.size() > few) {
    std::array<Hit, many> other;
    static_assert(sizeof(ClassId) * 8 <= 3 * digit_bits);
    sort_by_digit(hits, other.data(), 0);
    sort_by_digit({other.data(), hits.size()}, hits.data(), digit_bits);
    const bool large = std::ranges::any_of(hits, [](const Hit& hit) { return hit.of >> (2 * digit_bits) != 0; });
    if (large) {
      std::ranges::copy(hits, other.begin());
      sort_by_digit({other.data(), hits.size()}, hits.data(), 2 * digit_bits);
    }
  }
  for (std::size_t next = 1; next < hits.size(); ++next) {
    const Hit hit = hits[next];
    std::size_t at = next;
    for (; at > 0 && hit.order() < hits[at - 1].order(); --at) hits[at] = hits[at - 1];
    hits[at] = hit;
  }
}

}  // namespace

struct Vocabulary::Parts {
  // Where an entry may end: the classes of those that end here, and whether longer ones go on.
  struct Node {
    std::uint64_t followers = 0;    // bit n % 64: word number n may go on from here
    std::uint32_t first_class = 0;  // in `classes`, once sealed
    std::uint32_t class_count : 31 = 0;
    std::uint32_t opens_quantity : 1 = 0;  // this word alone does; not known of longer entries

    bool goes_on() const { return followers != 0; }
    bool may_go_on(std::uint32_t number) const { return (followers >> (number % 64) & 1) != 0; }
  };
  // Whether a step might be there: small enough to stay near, while most steps that are asked for are not there and would be looked
  // for in vain in all of them.
  class StepSketch {
   public:
    void note(std::uint64_t step) { bits_[place(step) / 64] |= std::uint64_t{1} << (place(step) % 64); }
    bool may_have(std::uint64_t step) const { return (bits_[place(step) / 64] >> (place(step) % 64) & 1) != 0; }

   private:
    static constexpr unsigned bits = 17;
    static std::size_t place(std::uint64_t step) { return ((step ^ step >> 29) * 0x9E3779B97F4A7C15) >> (64 - bits); }
    std::vector<std::uint64_t> bits_ = std::vector<std::uint64_t>((std::size_t{1} << bits) / 64);
  };
  // Of a word, all that most words are asked for; with its hash, half a line of the cache.
  struct Known {
    std::uint32_t number = 0;  // of the word
    std::uint32_t node = root;
    Node at_once = {};  // that node
  };
  static_assert(sizeof(Known) == 24);

  // What is known of the words of a statement and of their stems: none of what is not in the vocabulary. Only the first `size` are
  // set.
  struct Looked {
    std::array<const Known*, most_words> text;
    std::array<const Known*, most_words> stem;
    std::size_t size = 0;
  };

  WordTable<Known> words;
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> steps;  // (node, word) -> node of the tree of entries
  StepSketch sketch;                                              // of `steps`
  std::vector<Node> nodes{1};
  std::vector<ClassId> classes;                     // of all nodes, one after the other
  std::vector<std::vector<ClassId>> classes_of{1};  // by node, while it is built
  std::map<std::string, ClassId, std::less<>> names;
  std::vector<std::vector<ClassId>> wholes;  // by class: the classes that include it

  Known& word(std::string_view text) {
    Known& known = words[text];
    if (known.number == 0) {
      known.number = static_cast<std::uint32_t>(words.size());
      known.at_once.opens_quantity = may_begin_quantity(text);
    }
    return known;
  }

  std::uint32_t step(std::uint32_t node, std::string_view text) {
    Known& known = word(text);
    const auto [at, is_new] =
        steps.emplace(std::uint64_t{node} << 32 | known.number, static_cast<std::uint32_t>(nodes.size()));
    if (is_new) {
      classes_of.emplace_back();
      nodes.emplace_back();
      nodes[node].followers |= std::uint64_t{1} << (known.number % 64);
      if (node == root) known.node = at->second;
    }
    return at->second;
  }

  void flatten() {
    for (const auto& [step, node] : steps) sketch.note(step);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      nodes[i].first_class = static_cast<std::uint32_t>(classes.size());
      nodes[i].class_count = static_cast<std::uint32_t>(classes_of[i].size()) & 0x7FFFFFFF;
      classes.insert(classes.end(), classes_of[i].begin(), classes_of[i].end());
    }
    classes.resize(classes.size() + HitList::at_once);  // to be read beyond
    classes_of.clear();
    words.each([this](Known& known) {
      const std::uint32_t opens_quantity = known.at_once.opens_quantity;
      known.at_once = nodes[known.node];
      known.at_once.opens_quantity = opens_quantity & 1;
    });
  }

  void emit(const Node& node, std::size_t begin, std::size_t length, HitList& hits) const {
    hits.add(classes.data() + node.first_class, node.class_count, begin, length);
  }

  // Follows the tree from the word at `at`, first by what is known of it (or of its stem), then by the words after it.
  void walk(const Looked& words_of, std::size_t at, const Known& first, HitList& hits) const {
    if (first.node == root) return;
    emit(first.at_once, at, 1, hits);
    if (!first.at_once.goes_on()) return;
    std::uint32_t node = first.node;
    const Node* here = &first.at_once;
    for (std::size_t next = at + 1; next < words_of.size && next - at < longest; ++next) {
      node = after(node, *here, words_of.text[next], words_of.stem[next]);
      if (node == root) return;
      here = &nodes[node];
      emit(*here, at, next + 1 - at, hits);
      if (!here->goes_on()) return;
    }
  }

  std::uint32_t after(std::uint32_t node, const Node& here, const Known* text, const Known* stem) const {
    for (const Known* known : {text, stem}) {
      if (known == nullptr || !here.may_go_on(known->number)) continue;
      const std::uint64_t step = std::uint64_t{node} << 32 | known->number;
      if (!sketch.may_have(step)) continue;
      const auto found = steps.find(step);
      if (found != steps.end()) return found->second;
    }
    return root;
  }

  static void add_one(ClassId id, std::size_t begin, std::size_t length, HitList& hits) {
    const std::array<ClassId, HitList::at_once> one = {id};
    hits.add(one.data(), 1, begin, length);
  }

  void slots_at(std::span<const Word> words_of, std::size_t at, HitList& hits) const {
    const Quantity quantity = quantity_at(words_of, at);
    if (quantity.length == 0) return;
    for (int slot = 0; slot < slots; ++slot) {
      if ((quantity.slots >> slot & 1) == 0) continue;
      const auto length = static_cast<std::size_t>(quantity.length);
      add_one(static_cast<ClassId>(slot), at, length, hits);
      for (const ClassId whole : wholes[static_cast<std::size_t>(slot)]) add_one(whole, at, length, hits);
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
      node = parts_->step(node, entry.substr(0, space));
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
  parts_->flatten();
}

void Vocabulary::pack(Packer& pack) const {
  const Parts& parts = *parts_;
  pack(parts.words, parts.nodes, parts.classes, parts.wholes);
  std::vector<std::pair<std::uint64_t, std::uint32_t>> steps{parts.steps.begin(), parts.steps.end()};
  std::sort(steps.begin(), steps.end());  // the same bytes from the same words
  pack(steps.size());
  for (const auto& [from, to] : steps) pack(from, to);
  pack(names());
}

void Vocabulary::unpack(Unpacker& unpack) {
  Parts& parts = *parts_;
  unpack(parts.words, parts.nodes, parts.classes, parts.wholes);
  std::size_t count = 0;
  unpack(count);
  parts.steps.clear();
  parts.steps.reserve(count);
  for (std::uint64_t from = 0, i = 0; i < count; ++i) {
    std::uint32_t to = 0;
    unpack(from, to);
    parts.steps.emplace(from, to);
    parts.sketch.note(from);
  }
  std::vector<std::string> names;
  unpack(names);
  parts.names.clear();
  for (std::size_t id = 0; id < names.size(); ++id) parts.names.emplace(std::move(names[id]), static_cast<ClassId>(id));
}

void Vocabulary::annotate(std::span<const Word> statement, HitList& hits) const {
  const std::size_t before = hits.size();
  Parts::Looked known;
  known.size = std::min(statement.size(), most_words);
  // The vocabulary is larger than the nearest caches: all that is asked of it is fetched before any of it is needed.
  std::array<std::size_t, most_words> likely;
  for (std::size_t at = 0; at < known.size; ++at) likely[at] = parts_->words.likely_place(statement[at].hash);
  for (std::size_t at = 0; at < known.size; ++at) {
    const Word& word = statement[at];
    const Parts::Known* const text = parts_->words.find_at(likely[at], word.hash);
    known.text[at] = text;
    known.stem[at] = word.stem.empty() ? nullptr : parts_->words.find(word_hash(word.stem));
    if (text != nullptr) __builtin_prefetch(parts_->classes.data() + text->at_once.first_class);
  }
  for (std::size_t at = 0; at < known.size; ++at) {
    const Parts::Known* const text = known.text[at];
    const Parts::Known* const stem = known.stem[at];
    if (text != nullptr) parts_->walk(known, at, *text, hits);
    if (text != nullptr ? text->at_once.opens_quantity != 0 : begins_with_digit(statement[at].text))
      parts_->slots_at(statement, at, hits);
    if (stem != nullptr) parts_->walk(known, at, *stem, hits);
  }
  sort_hits(hits.all().subspan(before));
}

}  // namespace barometer
