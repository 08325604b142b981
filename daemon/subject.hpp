#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "connectors/pseudonym.hpp"
#include "storage/store.hpp"

namespace barometer {

// A person who asks what is kept of them, or wants it gone: by their handle, which we hold as a pseudonym alone, or by one post's link.
// The handle is in no log and no record.
struct Subject {
  std::string handle = {};    // as it stands on the platform, or a pseudonym
  std::string platform = {};  // of the handle; empty: any
  std::string url = {};       // or link or id of one post
};

struct SubjectFound {
  std::vector<StoredPost> posts = {};  // the newest first
  std::map<std::string, std::size_t> by_platform = {};
  std::set<std::string> platforms = {};  // of all posts that are kept
};

// Reads all that is kept, which takes seconds a million posts; any thread.
Result<SubjectFound> find_subject(const Store& store, std::span<const PseudonymKey> keys, const Subject& subject);

// What is to be erased: of a handle on the platforms named, so that nothing of it comes again either.
std::vector<Erasure> erasures_of(const Subject& subject, std::span<const PseudonymKey> keys,
                                 const std::set<std::string>& platforms);

}  // namespace barometer
