#include <cstdio>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "analysis/judge.hpp"
#include "daemon/commands/commands.hpp"

namespace barometer {

namespace {

// Standard input by lines, whatever its bytes and however long they are.
class Lines {
 public:
  // False at the end. A last line without its line end counts.
  bool next(std::string& line) {
    line.clear();
    for (;;) {
      if (at_ == size_ && !refill()) return !line.empty();
      const char* const begin = buffer_ + at_;
      const void* const found = std::char_traits<char>::find(begin, size_ - at_, '\n');
      const char* const end = found ? static_cast<const char*>(found) : buffer_ + size_;
      line.append(begin, end);
      at_ = static_cast<std::size_t>(end - buffer_);
      if (found) {
        ++at_;
        return true;
      }
    }
  }

 private:
  bool refill() {
    size_ = std::fread(buffer_, 1, sizeof buffer_, stdin);
    at_ = 0;
    return size_ > 0;
  }

  char buffer_[1 << 16] = {};
  std::size_t at_ = 0;
  std::size_t size_ = 0;
};

// All of them when none is named.
std::optional<Tasks> tasks_named(const std::vector<std::string>& names) {
  if (names.empty()) return Tasks{};
  Tasks tasks{.sentiment = false, .themes = false, .concerns = false, .identifiers = false};
  for (const std::string& name : names) {
    if (name == "sentiment") {
      tasks.sentiment = true;
    } else if (name == "themes") {
      tasks.themes = true;
    } else if (name == "concerns") {
      tasks.concerns = true;
    } else if (name == "identifiers") {
      tasks.identifiers = true;
    } else {
      std::cerr << "barometer: no task is called '" << name
                << "'; they are sentiment, themes, concerns and identifiers\n";
      return std::nullopt;
    }
  }
  return tasks;
}

}  // namespace

int score_command(Format format, const std::vector<std::string>& names) {
  const auto tasks = tasks_named(names);
  if (!tasks) return exit_usage;
  const auto judge = Judge::built_in();
  constexpr std::size_t flush_at = 1 << 16;
  Lines lines;
  std::string line;
  std::string out;
  while (lines.next(line)) {
    const Judged judged = judge->judge(line, {}, *tasks);
    if (format == Format::tsv)
      out += to_tsv(judged.assessment);
    else
      append_json(out, judged.assessment, judged.text, judge->model_version());
    out += '\n';
    if (out.size() < flush_at) continue;
    std::fwrite(out.data(), 1, out.size(), stdout);
    out.clear();
  }
  std::fwrite(out.data(), 1, out.size(), stdout);
  return std::fflush(stdout) == 0 ? exit_done : exit_failed;
}

int explain_command(const std::string& text) {
  const auto judge = Judge::built_in();
  std::cout << explain(judge->judge(text), *judge);
  return exit_done;
}

}  // namespace barometer
