#include "daemon/mail_encoding.hpp"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

using namespace barometer;
using namespace std::string_literals;

namespace {

std::size_t longest_line(std::string_view text) {
  std::size_t longest = 0, at = 0;
  for (auto end = text.find("\r\n"); end != text.npos; at = end + 2, end = text.find("\r\n", at))
    longest = std::max(longest, end - at);
  return std::max(longest, text.size() - at);
}

}  // namespace

TEST_CASE("an address is taken bare or out of angle brackets, and anything odd is no address") {
  CHECK(mail_address("ward@trust.example") == "ward@trust.example");
  CHECK(mail_address("Ward 7 <ward@trust.example>") == "ward@trust.example");
  for (const auto* odd : {"", "ward", "@trust.example", "ward@", "a@b@c", "a b@c", "a@b\r\nBcc: c@d", "\"a\"@b", "a@b>",
                          "<a@b", "w\xc3\xa4rd@b", "a,b@c", "a@b;c"})
    CHECK_MESSAGE(!mail_address(odd), odd);
  CHECK_FALSE(mail_address(std::string(250, 'a') + "@b.example"));
}

TEST_CASE("a header is one header whatever it is given") {
  CHECK(mail_header("Subject", "hello") == "Subject: hello\r\n");
  CHECK(mail_header("Subject", "a\r\nBcc: b@c\0d\x7f"s) == "Subject: a Bcc: b@c d\r\n");
  CHECK(mail_header("Subject", "a\u2028b\u202ec") == "Subject: a b c\r\n");
}

TEST_CASE("a long header is folded at blanks") {
  std::string words;
  for (int i = 0; i < 40; ++i) words += "waiting ";
  const auto header = mail_header("Subject", words);
  CHECK(longest_line(header) <= 78);
  CHECK(header.find("\r\n waiting") != header.npos);
  CHECK(longest_line(mail_header("Subject", std::string(5000, 'x'))) <= 998);
}

TEST_CASE("what is not ASCII is encoded, and no character is cut in two") {
  CHECK(mail_header("Subject", "caf\xc3\xa9 =") == "Subject: =?utf-8?Q?caf=C3=A9_=3D?=\r\n");
  CHECK(mail_header("Subject", "=?utf-8?Q?x?=").find("=3D=3Futf") != std::string::npos);
  std::string hearts;
  for (int i = 0; i < 100; ++i) hearts += "\xf0\x9f\x92\x99";
  const auto header = mail_header("Subject", hearts);
  CHECK(longest_line(header) <= 76);
  std::size_t whole = 0;
  for (auto at = header.find("=F0=9F=92=99"); at != header.npos; at = header.find("=F0=9F=92=99", at + 12)) ++whole;
  CHECK(whole == 100);
}

TEST_CASE("quoted-printable text comes back as it was") {
  CHECK(quoted_printable("a=b \nc\t\n") == "a=3Db=20\r\nc=09\r\n");
  CHECK(quoted_printable("\xe2\x80\x9d") == "=E2=80=9D");
  const auto long_line = quoted_printable(std::string(1000, 'x') + "\n.\n");
  CHECK(longest_line(long_line) <= 76);
  CHECK(long_line.find("x=\r\nx") != long_line.npos);
}

TEST_CASE("one line stays one line, and is cut between characters") {
  CHECK(one_line("  a \r\n\t b  ") == "a b");
  CHECK(one_line("\xff\xc3") == "\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(one_line("caf\xc3\xa9s", 4) == "caf\xc3\xa9\xe2\x80\xa6");
}

TEST_CASE("text is no mark-up") { CHECK(html_escaped("<a href=\"x\">&'") == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;"); }
