#include "daemon/web/people.hpp"

#include <iostream>
#include <string>
#include <termios.h>
#include <unistd.h>

#include "connectors/digest.hpp"
#include "daemon/commands/commands.hpp"

namespace barometer {

namespace {

constexpr std::size_t shortest_password = 12;

// From a terminal without showing it; else the first line.
std::string read_password() {
  const bool terminal = ::isatty(STDIN_FILENO) == 1;
  termios as_it_was{};
  if (terminal) {
    std::cerr << "Password: " << std::flush;
    ::tcgetattr(STDIN_FILENO, &as_it_was);
    auto silent = as_it_was;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  std::string password;
  std::getline(std::cin, password);
  if (terminal) {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &as_it_was);
    std::cerr << '\n';
  }
  return password;
}

// A name is one word of the file.
bool odd_name(const std::string& name) {
  const bool odd = name.empty() || name.find_first_of(" \t#\r\n") != std::string::npos;
  if (odd) std::cerr << "A name is one word without '#', as anna.smith.\n";
  return odd;
}

}  // namespace

int user_command(const std::string& name, const std::string& role) {
  if (odd_name(name)) return exit_usage;
  const auto password = read_password();
  if (password.size() < shortest_password) {
    std::cerr << "A password has " << shortest_password
              << " characters or more; three words that nobody would guess are better.\n";
    return exit_usage;
  }
  std::cout << "user " << name << ' ' << role << ' ' << hash_password(password) << '\n';
  return exit_done;
}

int token_command(const std::string& name, const std::string& scope) {
  if (odd_name(name)) return exit_usage;
  const auto secret = new_secret();
  std::cerr << "The token, which is shown only now: " << secret << '\n';
  std::cout << "token " << name << ' ' << scope << ' ' << sha256_hex(secret) << '\n';
  return exit_done;
}

}  // namespace barometer
