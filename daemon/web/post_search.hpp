#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "daemon/web/fields.hpp"
#include "storage/store.hpp"

namespace barometer {

// Which posts somebody wants to see: read from a query's fields
//   tag, source         as named in the settings
//   theme               id of a concern: "call_bell"
//   severity            at least: 1 .. 4
//   sentiment, voice    "negative", "patient"
//   place               id of a service in the settings
//   words               all of them must be in the title or text; those between quotation marks one after another (storage/phrases.hpp)
//   from, to            days, both included, as the clocks of the United Kingdom go: 2026-03-04; or moments as to_iso() writes them
//   before              PostPage::next of the page before
struct PostSearch {
  PostFilter filter = {};
  std::vector<std::string> wrong = {};  // what of the fields could not be read, as sentences
  bool narrows = false;                 // anything but `before` was asked for
};
PostSearch read_search(const Fields& fields);

struct PostPage {
  std::vector<StoredPost> posts = {};          // the newest first
  std::string next = {};                       // empty: there are no more
  std::optional<UtcTime> looked_back_to = {};  // gave up there before the page was full; `next` goes on
};

constexpr std::size_t posts_read_in_vain = 20'000;  // at most, for one page

// Any thread.
Result<PostPage> find_posts(const Store& store, const PostSearch& search, std::size_t limit);

// The first moment of a day, as "2026-03-04", in the United Kingdom, or any moment as to_iso() writes it. Empty if it is neither.
std::optional<UtcTime> day_or_moment(std::string_view text, bool end_of_day);

}  // namespace barometer
