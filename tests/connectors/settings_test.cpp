#include "connectors/settings.hpp"

#include <cstdlib>
#include <fstream>

#include <doctest/doctest.h>

#include "tests/support/temp_dir.hpp"

using namespace barometer;

TEST_CASE("a secret is the first line of its file, without white space around it") {
  const TempDir folder;
  const auto file = folder.path() / "key";
  std::ofstream(file) << "  word \r\nanother line\n";
  CHECK(read_secret(file) == "word");
  std::ofstream(file) << "\n";
  CHECK_THROWS(read_secret(file));
  CHECK_THROWS(read_secret(folder.path() / "none"));
  CHECK_THROWS(read_secret(folder.path()));
  CHECK(read_secret("").empty());
}

TEST_CASE("a bare name is that of a credential of systemd's, where it has handed one over") {
  const TempDir folder;
  std::ofstream(folder.path() / "careopinion-key") << "word\n";
  ::setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), 1);
  CHECK(read_secret("careopinion-key") == "word");
  CHECK(secret_place("./careopinion-key") == "./careopinion-key");
  CHECK(secret_place("/etc/careopinion-key") == "/etc/careopinion-key");
  CHECK(secret_place("another-key") == "another-key");
  ::unsetenv("CREDENTIALS_DIRECTORY");
  CHECK(secret_place("careopinion-key") == "careopinion-key");
}
