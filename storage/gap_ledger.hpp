#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "storage/source_record.hpp"

namespace barometer {

// The gaps of one source while they change. Whatever is reported, they never overlap. Pure.
class GapLedger {
 public:
  // `known` are the source's gaps as kept, by their begin; earlier ones may be left out if they ended, with their fate
  // known, before anything that will be reported.
  GapLedger(std::string source, std::vector<Gap> known);

  void blind(const Blind& from);
  void heard(const Heard& until);
  // How much of it no gap covered before. A page tells it, so heard() goes first.
  std::chrono::milliseconds missed(const Missed& period);

  // All that begin at since() or later, as they are now.
  const std::vector<Gap>& gaps() const { return gaps_; }
  UtcTime since() const;

  // What became of the gaps, by their begin: as they are now, or empty when none begins there any more.
  std::map<UtcTime, std::optional<Gap>> changes() const;

 private:
  std::string source_;
  std::vector<Gap> before_;
  std::vector<Gap> gaps_;
};

}  // namespace barometer
