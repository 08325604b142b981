#pragma once

#include <string>

namespace barometer {

// The access token that a source asks with: at first what a file holds, later what a platform gave in its stead. When it is
// refused, the file is looked at again: an operator may have written a new one there.
class FiledToken {
 public:
  // Throws std::runtime_error naming the file when it cannot be read. No file: an empty token.
  explicit FiledToken(std::string file);

  const std::string& text() const { return text_; }
  // Whether it is another than the one before.
  bool take(std::string token);
  // Only what was written since: once the platform gave another, what the file held is old.
  bool take_from_file();

 private:
  std::string file_;
  std::string filed_;
  std::string text_;
};

// The secret in a file, or nothing where it cannot be read just now.
std::string secret_if_there(const std::string& file);

}  // namespace barometer
