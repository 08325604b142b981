#include "daemon/web/choices.hpp"

#include <algorithm>

#include "analysis/issues/organisations.hpp"
#include "daemon/watch.hpp"

namespace barometer {

View choice(const char* name, const char* label, const char* any, const Options& options, std::string_view chosen) {
  View out{kainjow::mustache::object{}};
  Views list;
  for (const auto& [value, text] : options) {
    View one{kainjow::mustache::object{}};
    one.set("value", value);
    one.set("text", text);
    one.set("chosen", View{value == chosen});
    list.push_back(one);
  }
  out.set("name", name);
  out.set("label", label);
  out.set("any", any);
  out.set("options", View{list});
  return out;
}

Options same(std::vector<std::string> names) {
  Options out;
  for (auto& name : names) out.emplace_back(name, name);
  return out;
}

Options severity_options() {
  return {{"1", "Low or above"}, {"2", "Medium or above"}, {"3", "High or above"}, {"4", "Red flags"}};
}

Options tag_options(const Config& config) {
  auto out = same(names_of_tags(config));
  out.emplace_back(Watch::other, "None of them");
  return out;
}

Options service_options(const Config& config) {
  Options out;
  for (const auto& service : config.services)
    if (!is_listed(service.id)) out.emplace_back(service.id, service.name);
  return out;
}

Options theme_options() {
  Options out;
  for (const auto& theme : themes()) out.emplace_back(theme.id, theme.title);
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return out;
}

Options voice_options() {
  Options out;
  for (const auto voice :
       {Voice::patient, Voice::carer, Voice::staff, Voice::press, Voice::politician, Voice::organisation}) {
    auto text = std::string(words_of(voice));
    text = text.substr(text.find(' ') + 1);
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
    out.emplace_back(name_of(voice), text);
  }
  return out;
}

}  // namespace barometer
