#include "analysis/pattern.hpp"

#include <algorithm>
#include <bit>

#include "analysis/inflect.hpp"
#include "analysis/split.hpp"

namespace barometer {

namespace {

constexpr int usual_gap = 4;
constexpr int widest_gap = 20;
constexpr std::size_t most_choices = 16;

Failure wrong(std::string detail) { return Failure{Remedy::ask_operator, std::move(detail), {}}; }

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// "..." is the usual gap, "[9]" one of nine words; nothing otherwise.
std::optional<int> gap_of(std::string_view text) {
  if (text == "...") return usual_gap;
  if (text.size() < 3 || text.size() > 4 || text.front() != '[' || text.back() != ']') return std::nullopt;
  int words = 0;
  for (const char c : text.substr(1, text.size() - 2)) {
    if (c < '0' || c > '9') return std::nullopt;
    words = words * 10 + (c - '0');
  }
  return words;
}

// Reads a script from left to right.
class ElementReader {
 public:
  explicit ElementReader(const std::uint16_t* at) : at_{at} {}
  int gap() const { return at_[0]; }
  std::span<const ClassId> any() const { return {at_ + 2, at_[1]}; }
  void next() { at_ += 2 + at_[1]; }
  const std::uint16_t* place() const { return at_; }

 private:
  const std::uint16_t* at_;
};

std::uint64_t over_gap(std::uint64_t borders, int gap, std::uint64_t negators) {
  std::uint64_t reached = borders;
  for (int word = 0; word < gap; ++word) {
    borders = (borders & ~negators) << 1;
    reached |= borders;
  }
  return reached;
}

// Where a sequence of so many elements may end that begins at one of these borders: bit i is the border before word i.
std::uint64_t ends_of(std::uint64_t borders, ElementReader element, std::size_t count, const Statement& statement) {
  for (; count > 0 && borders != 0; --count, element.next()) {
    const std::uint64_t begins = over_gap(borders, element.gap(), statement.negators());
    borders = 0;
    const auto add = [&](const Hit& hit) { borders |= (begins >> hit.begin & 1) << (hit.begin + hit.length); };
    for (const ClassId id : element.any()) statement.each(id, add);
  }
  return borders;
}

std::optional<Found> find_one(const ElementReader first, std::size_t count, const Statement& statement) {
  std::uint64_t begins = 0;
  const auto add = [&](const Hit& hit) { begins |= std::uint64_t{1} << hit.begin; };
  for (const ClassId id : first.any()) statement.each(id, add);
  if (begins == 0) return std::nullopt;
  // All at once first: it most often stands nowhere.
  if ((begins & (begins - 1)) != 0 && ends_of(begins, first, count, statement) == 0) return std::nullopt;
  for (; begins != 0; begins &= begins - 1) {
    const int begin = std::countr_zero(begins);
    const std::uint64_t ends = ends_of(std::uint64_t{1} << begin, first, count, statement);
    if (ends != 0) return Found{begin, std::countr_zero(ends)};
  }
  return std::nullopt;
}

}  // namespace

Statement::Statement(std::span<const Word> words, std::span<const Hit> hits, ClassId negator)
    : words_{words}, hits_{hits} {
  // From the last on, so that the first of each block stays.
  for (std::size_t i = hits.size(); i-- > 0;) {
    const ClassId id = hits[i].of;
    sketch_[id / 64 % sketch_.size()] |= std::uint64_t{1} << (id % 64);
    begins_[block_of(id)] = static_cast<std::uint8_t>(std::min<std::size_t>(i, 255));
  }
  each(negator, [this](const Hit& hit) { negators_ |= std::uint64_t{1} << hit.begin; });
}

void append_script(std::span<const Sequence> any, Script& out) {
  for (const Sequence& sequence : any) {
    out.push_back(static_cast<std::uint16_t>(sequence.size()));
    for (const Element& element : sequence) {
      out.push_back(static_cast<std::uint16_t>(element.gap));
      out.push_back(static_cast<std::uint16_t>(element.any.size()));
      out.insert(out.end(), element.any.begin(), element.any.end());
    }
  }
}

std::optional<Found> find(std::span<const std::uint16_t> script, const Statement& statement) {
  std::optional<Found> earliest;
  const std::uint16_t* const end = script.data() + script.size();
  for (const std::uint16_t* at = script.data(); at != end;) {
    const std::size_t count = *at++;
    ElementReader element{at};
    const auto found = find_one(element, count, statement);
    if (found && (!earliest || found->begin < earliest->begin)) earliest = found;
    for (std::size_t i = 0; i < count; ++i) element.next();
    at = element.place();
  }
  return earliest;
}

ClassId PatternReader::literal(std::string_view word) {
  const ClassId id = vocabulary_.make("=" + std::string{word});
  const bool inflected = word.ends_with('+');
  if (inflected) word.remove_suffix(1);
  const bool doubled = word.ends_with('+');
  if (doubled) word.remove_suffix(1);
  std::string folded;
  for (const char c : word) {
    if (c == '\'') continue;
    if (c == '&')
      folded += " & ";
    else
      folded += c == '_' ? ' ' : c;
  }
  if (!inflected)
    vocabulary_.add(id, folded);
  else
    for (const std::string& form : inflections(folded, doubled)) vocabulary_.add(id, form);
  return id;
}

Result<std::vector<ClassId>> PatternReader::alternatives(std::string_view text) {
  std::vector<ClassId> any;
  for (const std::string_view part : split(text, '|')) {
    if (part.empty()) return wrong("an empty choice in '" + std::string{text} + "': write a|b");
    if (part.front() != '<') {
      any.push_back(literal(part));
      continue;
    }
    if (part.back() != '>') return wrong("'" + std::string{part} + "' lacks its '>'");
    const auto known = vocabulary_.find(part.substr(1, part.size() - 2));
    if (!known) return wrong("unknown word class " + std::string{part} + ": add it under 'words' or correct its name");
    any.push_back(*known);
  }
  std::sort(any.begin(), any.end());
  return any;
}

Result<std::vector<Sequence>> PatternReader::sequences(std::string_view text) {
  std::vector<Sequence> all{{}};
  int gap = 0;
  for (std::string_view item : split(text, ' ')) {
    if (item.empty()) continue;
    if (const auto words = gap_of(item)) {
      if (*words > widest_gap) return wrong("a gap of more than " + std::to_string(widest_gap) + " words");
      if (all.front().empty()) return wrong("'" + std::string{text} + "' begins with a gap: leave it out");
      gap = *words;
      continue;
    }
    const bool optional = item.size() > 1 && item.ends_with('?');
    if (optional) item.remove_suffix(1);
    auto any = alternatives(item);
    if (!any) return any.error();
    const std::size_t before = all.size();
    if (optional && before * 2 > most_choices) return wrong("too many words with '?' in '" + std::string{text} + "'");
    for (std::size_t i = 0; i < before; ++i) {
      if (optional) all.push_back(all[i]);
      all[i].push_back(Element{all[i].empty() ? 0 : gap, *any});
    }
    gap = 0;
  }
  if (gap != 0) return wrong("'" + std::string{text} + "' ends with a gap: leave it out");
  std::erase_if(all, [](const Sequence& sequence) { return sequence.empty(); });
  if (all.empty()) return wrong("an empty pattern: write at least one word or <class>");
  return all;
}

Result<Pattern> PatternReader::read(std::string_view text) {
  Pattern pattern;
  bool anywhere = false;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    // A joining & stands between blanks; the one in "a&e" is a sign.
    const std::size_t sign = std::min(text.find(" &", begin), text.size());
    const std::size_t end = sign == text.size() ? sign : sign + 1;
    Pattern::Part part;
    part.anywhere = anywhere;
    std::string_view own = trimmed(text.substr(begin, end - begin));
    if (own.starts_with('!')) {
      part.wanted = false;
      own = trimmed(own.substr(1));
    }
    if (pattern.parts.empty() && !part.wanted) return wrong("a pattern cannot begin with '!'");
    auto any = sequences(own);
    if (!any) return any.error();
    part.any = std::move(*any);
    const auto known = std::find(numbers_.begin(), numbers_.end(), own);
    part.number = static_cast<std::uint32_t>(known - numbers_.begin());
    if (known == numbers_.end()) numbers_.emplace_back(own);
    pattern.parts.push_back(std::move(part));
    if (end == text.size()) break;
    anywhere = end + 1 < text.size() && text[end + 1] == '&';
    begin = end + (anywhere ? 2 : 1);
  }
  return pattern;
}

}  // namespace barometer
