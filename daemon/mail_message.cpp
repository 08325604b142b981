#include "daemon/mail_message.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <fmt/format.h>
#include <span>
#include <vector>

#include "daemon/mail_encoding.hpp"
#include "daemon/uk_time.hpp"

namespace barometer {
namespace {

// One heading and what stands under it; written once, shown twice (plain text and HTML).
struct Section {
  std::string heading = {};
  std::vector<std::string> sentences = {};
  std::vector<std::string> points = {};
};

struct OwnedBy {
  Theme theme;
  Owner owner;
};

constexpr Owner pals{"PALS or the patient experience lead",
                     "invite the person, in general words, to contact PALS in private"};
constexpr Owner safeguarding{"the safeguarding lead", "follow the safeguarding procedure today"};
constexpr Owner safety{"the patient safety lead", "check today whether this has been reported as an incident"};
constexpr Owner communications{"the communications team", "decide whether a public correction is needed"};

// Themes that are not PALS's to begin with.
constexpr std::array owners{
    OwnedBy{Theme::abuse, safeguarding},
    OwnedBy{Theme::restraint_mh, safeguarding},
    OwnedBy{Theme::distress,
            {"the safeguarding lead", "a person with training, never an automatic reply, should decide what to do"}},
    OwnedBy{Theme::never_event, safety},
    OwnedBy{Theme::medication, safety},
    OwnedBy{Theme::diagnosis, safety},
    OwnedBy{Theme::falls, safety},
    OwnedBy{Theme::infection, {"the infection prevention and control lead", "check today whether this is known"}},
    OwnedBy{Theme::death_concern,
            {"PALS together with the medical examiner's office",
             "plan any contact with care: the wording matters to a bereaved family"}},
    OwnedBy{
        Theme::confidentiality,
        {"the information governance lead", "find out whether personal data can be seen now, and have it taken down"}},
    OwnedBy{Theme::staff_concern,
            {"the Freedom to Speak Up guardian", "look into what is said, never into who said it"}},
    OwnedBy{Theme::abuse_of_staff, {"the security or staff support lead", "check whether anyone is in danger"}},
    OwnedBy{Theme::misinformation, communications},
    OwnedBy{Theme::praise, communications},
};

std::string_view title_of(Theme theme) { return theme == Theme{} ? "A grave concern" : info(theme).title; }

std::string joined(std::span<const std::string> words, std::string_view otherwise) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + one_line(word, 60);
  return out.empty() ? std::string{otherwise} : out;
}

std::string lower_first(std::string text) {
  text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

std::string capitalised(std::string_view text) {
  std::string out{text};
  out[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(out[0])));
  return out;
}

std::string subject_of(const Alert& alert, const std::string& source) {
  return fmt::format("{}: {}, reported in one post on {}", capitalised(severity_name(alert.issue.severity)),
                     lower_first(std::string{title_of(alert.issue.theme)}), source);
}

// An address to follow, or nothing: what is not plainly a web address is never made into a link.
std::string link_of(std::string_view url) {
  const bool web = url.starts_with("https://") || url.starts_with("http://");
  const auto plain = [](char c) {
    return c > 0x20 && c < 0x7f && c != '<' && c != '>' && c != '"' && c != '\\' && c != '`';
  };
  if (!web || url.size() > 500 || !std::ranges::all_of(url, plain)) return {};
  return std::string{url};
}

Section next_steps(const Alert& alert) {
  const auto owner = owner_of(alert.issue.theme);
  return {"Who can act, and the next step", {}, {fmt::format("{}: {}.", capitalised(owner.role), owner.next_step)}};
}

std::vector<Section> sections_of(const Alert& alert, const RecipientConfig& recipient, const std::string& link) {
  std::vector<std::string> titles = {std::string{title_of(alert.issue.theme)}};
  const auto role = one_line(recipient.name);
  const auto where =
      link.empty() ? std::string{"The post is on Barometer's page: whoever runs Barometer can tell you its address."}
                   : "Read the post on Barometer's page: " + link;
  return {
      {"What is reported", {}, std::move(titles)},
      {"Why you are getting this",
       {fmt::format("Barometer's settings ask for a message to \"{}\" about every post of severity {} or more.", role,
                    recipient.min_severity),
        "Rules that fired: " + joined(alert.issue.rules, "none named") + "."},
       {}},
      {"How sure this is",
       {"This is one post by one person on one source, picked out by rules. Nobody has checked it yet. It may be "
        "mistaken, "
        "satire, or about another place."},
       {}},
      {"What we could not see",
       {"Barometer hears only public posts on the sources that are set up. Other people may have said the same, or the "
        "opposite, "
        "where it does not listen. Barometer's page shows which sources are silent at present."},
       {}},
      {"Where to read it",
       {"To protect people, this message holds neither the words of the post nor the name of its author. " + where},
       {}},
      next_steps(alert),
      {"Please do not",
       {},
       {"reply in public with any detail of a patient, not even to say that someone is one",
        "try to find out who a member of staff is", "forward more than those who act on this need to know"}},
  };
}

std::string opening_of(const Alert& alert, const std::string& source) {
  return fmt::format("A concern of severity {} of {} ({}) was reported in a public post on {}, made on {}.",
                     alert.issue.severity, severities - 1, severity_name(alert.issue.severity), source,
                     uk_time(alert.issue.last_post_at));
}

std::string footer_of(const Alert& alert, const std::string& reference) {
  return fmt::format(
      "Barometer noticed this on {}. One message is sent for each such post. Reference: {}. This message was made by "
      "a program; replies to it are not read.",
      uk_time(alert.raised_at), reference);
}

std::string plain_text(const std::string& opening, const std::vector<Section>& sections, const std::string& footer) {
  std::string out = opening + "\n";
  for (const auto& section : sections) {
    out += "\n" + section.heading + "\n";
    for (const auto& sentence : section.sentences) out += sentence + "\n";
    for (const auto& point : section.points) out += "* " + point + "\n";
  }
  return out + "\n--\n" + footer + "\n";
}

std::string html(const std::string& title, const std::string& opening, const std::vector<Section>& sections,
                 const std::string& footer, const std::string& link) {
  std::string out = "<!DOCTYPE html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\"><title>" +
                    html_escaped(title) +
                    "</title></head>\n<body style=\"font-family: Arial, sans-serif; max-width: 40em\">\n<p><strong>" +
                    html_escaped(opening) + "</strong></p>\n";
  for (const auto& section : sections) {
    out += "<h2 style=\"font-size: 1.1em\">" + html_escaped(section.heading) + "</h2>\n";
    for (const auto& sentence : section.sentences) out += "<p>" + html_escaped(sentence) + "</p>\n";
    if (section.points.empty()) continue;
    out += "<ul>\n";
    for (const auto& point : section.points) out += "<li>" + html_escaped(point) + "</li>\n";
    out += "</ul>\n";
  }
  if (!link.empty()) out += "<p><a href=\"" + html_escaped(link) + "\">Open Barometer's page</a></p>\n";
  return out + "<hr><p>" + html_escaped(footer) + "</p>\n</body></html>\n";
}

// RFC 5322, section 3.3. In UTC, which needs no table of zones to be right.
std::string header_date(UtcTime time) {
  constexpr std::array weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", weekdays[std::chrono::weekday{day}.c_encoding()],
                     static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

// What may stand in a Message-ID and in a boundary; an alert's id is hexadecimal anyway.
std::string reference_of(const std::string& id) {
  std::string out;
  for (const char c : id.substr(0, 64))
    if (std::isalnum(static_cast<unsigned char>(c))) out += c;
  return out.empty() ? "unknown" : out;
}

std::string part(const std::string& boundary, std::string_view type, std::string_view text) {
  return fmt::format(
      "--{}\r\nContent-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n", boundary,
      type, quoted_printable(text));
}

Failure no_address(std::string_view setting) {
  return {
      Remedy::ask_operator, fmt::format("{} is no address that mail can go to: write it as name@domain", setting), {}};
}

}  // namespace

Owner owner_of(Theme theme) {
  const auto row = std::ranges::find(owners, theme, &OwnedBy::theme);
  return row == owners.end() ? pals : row->owner;
}

Result<MailMessage> compose(const Alert& alert, const RecipientConfig& recipient, const MailConfig& config,
                            std::string_view public_url, UtcTime now) {
  const auto from = mail_address(config.from);
  if (!from) return no_address("mail.from");
  const auto to = mail_address(recipient.address);
  if (!to) return no_address("the address of the recipient \"" + one_line(recipient.name) + "\"");

  const auto domain = from->substr(from->find('@') + 1);
  const auto reference = reference_of(alert.id);
  const auto source = one_line(alert.issue.sources.empty() ? "" : alert.issue.sources.front(), 80);
  const auto subject = subject_of(alert, source);
  const auto link = link_of(public_url);
  const auto opening = opening_of(alert, source);
  const auto sections = sections_of(alert, recipient, link);
  const auto footer = footer_of(alert, reference);
  // "=_" never appears in quoted-printable text, so no part can hold its own end.
  const auto boundary = "=_barometer_" + reference.substr(0, 40);

  MailMessage out{*from, *to, {}};
  out.text = mail_header("Date", header_date(now)) + mail_header("From", "Barometer <" + *from + ">") +
             mail_header("To", "<" + *to + ">") + mail_header("Subject", subject) +
             mail_header("Message-ID", "<" + reference + "@" + domain + ">") +
             mail_header("List-Id", "Barometer alerts <barometer-alerts." + domain + ">") +
             mail_header("Auto-Submitted", "auto-generated") +
             mail_header("X-Auto-Response-Suppress", "All") +  // Exchange's word for the same
             mail_header("X-Barometer-Reference", reference) + mail_header("MIME-Version", "1.0") +
             mail_header("Content-Type", "multipart/alternative; boundary=\"" + boundary + "\"") + "\r\n" +
             part(boundary, "text/plain", plain_text(opening, sections, footer)) +
             part(boundary, "text/html", html(subject, opening, sections, footer, link)) + "--" + boundary + "--\r\n";
  return out;
}

}  // namespace barometer
