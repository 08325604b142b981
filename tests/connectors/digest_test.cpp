#include "connectors/digest.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace barometer;

TEST_CASE("digests are those of the standards' own examples") {
  CHECK(to_hex(std::string_view("\x00\x0f\xff", 3)) == "000fff");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");  // FIPS 180-4
  CHECK(to_hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==                                // RFC 4231, 4.2
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
}
