#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace barometer {

// What addresses and forms carry: percent-encoding (RFC 3986, section 2.1) and name=value pairs as browsers send them
// (WHATWG URL, "application/x-www-form-urlencoded"). Pure; any bytes.

// Empty when a '%' is not followed by two hexadecimal digits, or when a byte 0 comes out.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_blank);

class Fields {
 public:
  static constexpr std::size_t most = 100;  // pairs; what comes after is not read

  Fields() = default;
  // Pairs that cannot be decoded are left out; bytes that are not UTF-8 become U+FFFD.
  explicit Fields(std::string_view encoded);

  std::string_view of(std::string_view name) const;  // the first of that name; empty if there is none
  std::vector<std::string> all(std::string_view name) const;
  bool empty() const { return pairs_.empty(); }
  const std::vector<std::pair<std::string, std::string>>& pairs() const { return pairs_; }

  void add(std::string name, std::string value);  // beside others of that name
  void set(std::string name, std::string value);  // replaces all of that name; an empty value removes them
  std::string encoded() const;

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

// What a path gave to the {names} of a pattern.
using Params = std::map<std::string, std::string, std::less<>>;

// "/posts/{post}" and "/posts/42" → post: 42. A name takes one segment, not empty, decoded; all else must be equal byte by
// byte. Empty if the path is another one, or cannot be decoded.
std::optional<Params> match_path(std::string_view pattern, std::string_view path);

}  // namespace barometer
