#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/assessment.hpp"
#include "connectors/result.hpp"

namespace barometer {

// Who speaks in a post of our own invention, and whether it abuses. (What it complains of is read by concern_text.)
struct CorpusPost {
  std::string text = {};
  std::vector<Voice> voices = {};  // any of these is right
  bool abusive = false;
};

// The posts of a file as analysis/corpus has them: a header line, then id, text, concerns, severity, voice, sentiment, abusive,
// identifiers, kind, note between tabs. A wrong line is a failure (ask_operator) that says "file_name:line: what is wrong".
Result<std::vector<CorpusPost>> parse_corpus_tsv(std::string_view bytes, std::string_view file_name);

}  // namespace barometer
