#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/registry.hpp"
#include "connectors/result.hpp"
#include "connectors/source.hpp"

namespace barometer {

// Care Opinion's shapes, as posts. Pure.

inline constexpr std::string_view careopinion_key_advice =
    "Care Opinion sends us to its page for signing in, or refuses: the key is wrong, or has been renewed; put the "
    "subscription's present key into the file of key_file";

struct Stories {
  Page page = {};
  std::vector<std::string> ids = {};  // native, one an entry in the order of the list; empty where it could not be read
};

// A list of stories or of answers to them, or one of them; an entry that is no story ("Something went wrong") is unreadable.
Result<Stories> read_stories(const std::string& body, const ParseOptions& options);

// From a list of tags their names, from a list of services their ODS codes.
Result<std::vector<std::string>> read_names(const std::string& body);

std::span<const std::string_view> careopinion_kinds();

}  // namespace barometer
