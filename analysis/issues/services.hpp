#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace barometer {

// A service that posts may be about: a hospital, a ward, a clinic. From the settings, or from a list of organisations (organisations.hpp).
struct Service {
  std::string id = {};
  std::string name = {};
  std::string ods = {};                   // its code in the NHS's Organisation Data Service; may be empty
  std::string parent = {};                // id of the service that it is part of; empty for a site of its own
  std::vector<std::string> aliases = {};  // other names, as people write them
};

struct FoundService {
  std::size_t index = 0;  // into Services::all()
  double confidence = 0;  // 1: a site, or a part named with its site; less for a part of ours that is named alone
};

// Finds which service a text is about, by names and aliases as whole words, whatever their case and punctuation.
//
// "Ward 3 at Northvale Infirmary" is the ward, since its site is named as well. A ward named alone counts when no other service
// has that name, unless "Ward 3 at Guy's" says whose it is. Of several the first named counts, a part before its whole.
// Linear in the text. Shared const by any threads.
class Services {
 public:
  Services() = default;
  explicit Services(std::vector<Service> services);

  std::optional<FoundService> find(std::string_view text) const;  // nothing when it is not clear
  const std::vector<Service>& all() const { return services_; }
  const Service* by_id(std::string_view id) const;  // null if there is none
  // Whether one is part of the other, or they are the same; by id.
  bool related(std::string_view a, std::string_view b) const;

 private:
  struct Name {
    std::vector<std::string> words = {};
    std::size_t service = 0;
  };
  // Words are looked for as they stand in a text.
  struct HashOfWord {
    using is_transparent = void;
    std::size_t operator()(std::string_view word) const { return std::hash<std::string_view>{}(word); }
  };
  struct Hit {
    std::size_t begin = 0;  // in words
    std::size_t end = 0;
    std::size_t service = 0;
  };
  std::size_t index_of(std::string_view id) const;  // all().size() if there is none
  std::vector<Hit> hits(std::string_view text) const;
  bool part_of(std::size_t inner, std::size_t outer) const;

  std::vector<Service> services_ = {};
  std::vector<std::size_t> parent_ = {};  // index; services_.size() for none
  std::vector<Name> names_ = {};
  std::unordered_map<std::string, std::size_t> index_of_id_ = {};
  // Of names_, the longest first.
  std::unordered_map<std::string, std::vector<std::size_t>, HashOfWord, std::equal_to<>> by_first_word_ = {};
};

}  // namespace barometer
