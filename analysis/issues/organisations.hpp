#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/issues/services.hpp"
#include "connectors/result.hpp"

namespace barometer {

// Organisations that posts may be about besides the services of the settings: trusts and boards of the NHS, and their hospitals. From a
// list, which the program brings and a trust can replace by its own (organisations.tsv says how it is written).

// Their ids begin so, then comes the code of the list: no id of the settings does.
inline constexpr std::string_view listed_prefix = "nhs:";
inline bool is_listed(std::string_view service_id) { return service_id.starts_with(listed_prefix); }

// The list that the program brings: its text, and what it says.
std::string_view built_in_list();
const std::vector<Service>& built_in_organisations();

// Fails with ask_operator, and says in which line of `file` and what to do.
Result<std::vector<Service>> read_organisations(std::string_view list, const std::string& file);

// The services of the settings, then those of a list that they do not name themselves, be it by code or by name. Parts of one that they name
// are parts of theirs.
std::vector<Service> with_organisations(std::vector<Service> own, const std::vector<Service>& listed);

}  // namespace barometer
