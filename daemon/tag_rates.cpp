#include "daemon/tag_rates.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <string_view>

extern "C" const char tag_rates_begin[], tag_rates_end[];

namespace barometer {
namespace {

// Each further word of a phrase makes it about this much rarer.
constexpr double rarer_by = 30;

using Rates = std::map<std::string, double, std::less<>>;

Rates read_table() {
  Rates rates;
  std::string_view rest(tag_rates_begin, static_cast<std::size_t>(tag_rates_end - tag_rates_begin));
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto tab = line.find('\t');
    if (line.starts_with('#') || tab == line.npos) continue;
    double number = 0;
    std::from_chars(line.data(), line.data() + tab, number);
    const auto term = line.substr(tab + 1);
    rates.emplace(term.substr(0, term.find('\t')), number);
  }
  return rates;
}

double rate(std::string_view term) {
  static const Rates rates = read_table();
  const auto found = rates.find(term);
  return found == rates.end() ? 0 : found->second;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

}  // namespace

double posts_a_day(const TagTerm& term) {
  if (term.kind == TagKind::hashtag) return rate('#' + term.key);
  if (term.kind == TagKind::account || term.words.empty()) return 0;
  if (const double whole = rate(joined(term.words)); whole > 0) return whole;
  double rarest = rate(term.words.front());
  for (const auto& word : term.words) rarest = std::min(rarest, rate(word));
  return rarest / std::pow(rarer_by, static_cast<double>(term.words.size() - 1));
}

std::string rough(double number) {
  const double step = std::pow(10, std::floor(std::log10(std::max(number, 1.0))));
  auto digits = std::to_string(static_cast<long long>(std::round(number / step) * step));
  for (auto at = std::ssize(digits) - 3; at > 0; at -= 3) digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

}  // namespace barometer
