#pragma once

#include <string>
#include <utility>
#include <vector>

namespace barometer {

// What a message says, before it is plain text and HTML. Everything in it may hold anything: the two functions below let no word
// become a header, a line of its own, a tag or a link.

struct MailSection {
  std::string heading = {};
  std::vector<std::string> sentences = {};
  std::vector<std::pair<std::string, std::string>> facts = {};  // name and value, a row each
  std::vector<std::string> points = {};
};

struct MailButton {
  std::string label = {};
  std::string url = {};  // dropped with its button if it is plainly no web address
};

struct MailBody {
  std::string subject = {};
  std::string badge = {};  // one or two words at the top: "High"
  int severity = 0;        // the colour of the badge; never told by the colour alone
  std::string opening = {};
  std::vector<MailButton> buttons = {};
  std::vector<MailSection> sections = {};
  std::vector<std::string> footer = {};
};

// Complete, each by itself; HTML under 100 kB for any body that this program makes, without anything to load. Pure.
std::string plain_text(const MailBody& body);
std::string html(const MailBody& body);

// An address to follow, or nothing: what is not plainly a web address is never made into a link.
std::string safe_link(const std::string& url);

}  // namespace barometer
