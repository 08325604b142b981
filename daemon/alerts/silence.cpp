#include "daemon/alerts/silence.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "connectors/digest.hpp"
#include "connectors/json_text.hpp"
#include "connectors/time.hpp"
#include "daemon/alerts/subscription.hpp"
#include "daemon/config_draft.hpp"
#include "daemon/config_settings.hpp"

namespace barometer {

SilencesRead parse_silences(std::string_view yaml, const std::string& file_name) {
  Draft draft{.file = file_name};
  std::vector<SilenceConfig> rows;
  SilencesRead out;
  if (read_silences_yaml(draft, yaml, rows)) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto place = "silences[" + std::to_string(i) + "]";
      const auto before = draft.complaints.size();
      const auto until = parse_time(rows[i].until);
      if (!rows[i].until.empty() && !until)
        draft.complain(place + ".until", place + ".until: \"" + rows[i].until +
                                             "\" is no time: write 2026-11-21 or 2026-11-21T20:15:00Z");
      const auto since = parse_time(rows[i].since);
      if (!rows[i].since.empty() && !since)
        draft.complain(place + ".since",
                       place + ".since: \"" + rows[i].since +
                           "\" is no time: write 2026-11-21 or 2026-11-21T20:15:00Z, or leave it out");
      check_match(draft, rows[i].match, place);
      const auto& match = rows[i].match;
      if (match.themes.empty() && match.places.empty() && match.tags.empty() && match.kinds.empty())
        draft.complain(place, place + " would silence everything: name themes, places, tags or kinds");
      const bool whole = !rows[i].owner.empty() && !rows[i].reason.empty() && until;
      if (whole && draft.complaints.size() == before)
        out.silences.push_back({rows[i].owner, rows[i].reason, *until, match, since});
    }
  }
  std::ranges::stable_sort(draft.complaints, {}, &Complaint::line);
  out.complaints = std::move(draft.complaints);
  return out;
}

SilencesRead read_silences(const std::filesystem::path& file) {
  std::error_code odd;
  if (!std::filesystem::exists(file, odd)) return {};
  std::ifstream in{file, std::ios::binary};
  if (!in)
    return {{},
            {{file.string(), 0, "it cannot be read: let barometer's user read it; until then nothing is silenced"}}};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  return parse_silences(text, file.string());
}

std::string silence_yaml(const Silence& silence, bool first) {
  std::string out = first ? "silences:\n" : "";
  const auto row = [&](const char* begin, const char* key, std::string_view value) {
    out.append(begin).append(key).append(": ");
    append_json_string(out, value);  // a string of JSON is one of YAML
    out += '\n';
  };
  row("  - ", "owner", silence.owner);
  row("    ", "reason", silence.reason);
  row("    ", "until", to_iso(silence.until));
  if (silence.since) row("    ", "since", to_iso(*silence.since));
  for (const auto& list : match_lists()) {
    const auto& values = silence.match.*list.member;
    if (values.empty()) continue;
    out.append("    ").append(list.key).append(": [");
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out += ", ";
      append_json_string(out, values[i]);
    }
    out += "]\n";
  }
  return out;
}

namespace {

Failure refused(const Complaint& complaint) {
  return {Remedy::ask_operator, complaint.file + ":" + std::to_string(complaint.line) + ": " + complaint.message};
}

}  // namespace

Result<void> add_silence(const std::filesystem::path& file, const Silence& silence) {
  const auto before = read_silences(file);
  std::error_code odd;
  const bool first = !std::filesystem::exists(file, odd) || std::filesystem::file_size(file, odd) == 0;
  const auto text = silence_yaml(silence, first);
  const auto alone = parse_silences(silence_yaml(silence, true), "the silence");
  for (const auto* complaints : {&before.complaints, &alone.complaints})
    if (!complaints->empty()) return refused(complaints->front());
  // One write at the end of the file: who reads it meanwhile sees all of it or nothing.
  std::ofstream out{file, std::ios::binary | std::ios::app};
  out << text << std::flush;
  if (!out)
    return Failure{Remedy::ask_operator, file.string() + " cannot be written: check its owner and mode, and the disk"};
  return {};
}

std::string silence_id(const Silence& silence) { return sha256_hex(silence_yaml(silence, false)).substr(0, 16); }

Result<void> end_silence(const std::filesystem::path& file, const std::string& id) {
  const auto read = read_silences(file);
  if (!read.complaints.empty()) return refused(read.complaints.front());
  std::string text;
  bool there = false;
  for (const auto& silence : read.silences) {
    if (silence_id(silence) == id)
      there = true;
    else
      text += silence_yaml(silence, text.empty());
  }
  if (!there) return Failure{Remedy::skip, "This silence is not there any more.", {}};
  // Beside it and then in its place: who reads it meanwhile sees the old file or the new one.
  auto fresh = file;
  fresh += ".new";
  std::ofstream out{fresh, std::ios::binary | std::ios::trunc};
  out << text << std::flush;
  std::error_code odd;
  if (out) std::filesystem::rename(fresh, file, odd);
  if (!out || odd)
    return Failure{Remedy::ask_operator, file.string() + " cannot be written: check its owner and mode, and the disk"};
  return {};
}

Silence silence_like(const Issue& issue, std::string owner, std::string reason, UtcTime since, UtcTime until) {
  IssueMatch match{.themes = {std::string(info(issue.theme).id)},
                   .places = {issue.place.empty() ? std::string(unclear_place) : issue.place}};
  if (issue.place.empty() && !issue.tag.empty()) match.tags = {issue.tag};
  return {std::move(owner), std::move(reason), until, std::move(match), since};
}

std::filesystem::path silences_file(const Config& config) {
  return config.alerts.silences_file.empty() ? config.store.path / "silences.yaml" : config.alerts.silences_file;
}

const Silence* silence_of(const Issue& issue, const std::vector<Silence>& silences, UtcTime now) {
  const Silence* longest = nullptr;
  if (red_flag(issue)) return longest;
  for (const auto& silence : silences)
    if (now < silence.until && meets(issue, silence.match) && (!longest || silence.until > longest->until))
      longest = &silence;
  return longest;
}

}  // namespace barometer
