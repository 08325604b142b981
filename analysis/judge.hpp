#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "analysis/assessment.hpp"
#include "connectors/post.hpp"
#include "connectors/result.hpp"

namespace barometer {

// A text with the identifiers of people masked ("[NHS number]", "[phone]"), and what is said of it.
struct Judged {
  std::string text = {};  // title (if any), a line break, and text; masked; Assessment's byte ranges are of this
  Assessment assessment = {};
};

// Which parts of analysis run; what is left out stays as an Assessment begins.
struct Tasks {
  bool sentiment = true;
  bool themes = true;       // of the patient-experience framework
  bool concerns = true;     // with voice and abuse, which are read from the same statements
  bool identifiers = true;  // when off, nothing is masked: for measuring only
};

// All of analysis behind one door: a pure function of the text, given the model and rules that it was made with.
// Shared const by any number of threads.
class Judge {
 public:
  // The model and the rules carried in the binary.
  static std::shared_ptr<const Judge> built_in();
  // These, and after the built-in rules those of this text of a rules file; a failure names `name`, line and remedy.
  static Result<std::shared_ptr<const Judge>> with_own_rules(std::string_view rules, std::string_view name);
  ~Judge();

  // `lang` is the platform's claim, empty if it makes none. Any bytes; linear in their number.
  Judged judge(std::string_view text, std::string_view lang = {}, Tasks tasks = {}) const;

  std::string_view model_version() const;
  std::string_view rules_version() const;

 private:
  friend std::string explain(const Judged& judged, const Judge& judge);
  struct Parts;
  explicit Judge(std::unique_ptr<const Parts> parts);
  std::unique_ptr<const Parts> parts_;
};

// The same for a person, in lines of plain text: the feeling and the words that spoke for it, each concern with its phrase,
// the rule that raised it, that rule's version and rationale, what was masked, and which model and rules judged.
std::string explain(const Judged& judged, const Judge& judge);

// The one shape of an assessment in JSON, one line without its line end; `text` is what was assessed (phrases are cut from it).
//   {"sentiment":"negative","score":-0.83,"confidence":0.91,"level":5,"concerns":[{"theme":…,"severity":2,"phrase":…,"rule":…}],
//    "severity":2,"themes":["timeliness"],"voice":"carer","identifiers":["nhs_number"],"abusive":false,"lang":"en",
//    "why":[{"text":…,"begin":0,"end":4,"weight":-0.4}],"model":"2026.1","taxonomy":"2026.1"}
std::string to_json(const Assessment& assessment, std::string_view text, std::string_view model_version);
void append_json(std::string& out, const Assessment& assessment, std::string_view text, std::string_view model_version);

// sentiment, score, themes, concerns as theme:severity, severity, abusive, lang; tab-separated.
std::string to_tsv(const Assessment& assessment);

}  // namespace barometer
