#include <algorithm>
#include <iostream>

#include "analysis/judge.hpp"
#include "connectors/post_json.hpp"
#include "connectors/time.hpp"
#include "daemon/assess.hpp"
#include "daemon/commands/json.hpp"
#include "daemon/commands/query.hpp"
#include "daemon/commands/rows.hpp"
#include "daemon/json_object.hpp"

namespace barometer {

namespace {

// The post's own object, with the tags it counts under and its assessment.
std::string stored_json(const StoredPost& stored, std::string_view model) {
  std::string json = to_json(stored.post);
  json.pop_back();
  json += ",\"watched\":";
  append_strings(json, stored.watched);
  json += ",\"assessment\":";
  append_json(json, stored.assessment, text_of(stored.post), model);
  if (stored.text_gone) json += ",\"text_gone\":true";
  if (stored.author_gone) json += ",\"author_gone\":true";
  return json += ",\"cursor\":\"" + to_text(place_of(stored)) + "\"}";
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out.append(out.empty() ? "" : ",").append(word);
  return out;
}

std::string concern_list(const Assessment& assessment) {
  std::vector<std::string> words;
  for (const Concern& concern : assessment.concerns)
    words.push_back(std::string(info(concern.theme).id) + ':' + std::to_string(concern.severity));
  return joined(words);
}

void print(const Verified& verified, bool as_json) {
  if (!as_json) {
    for (const Difference& difference : verified.differences) std::cout << difference.what << '\n';
    std::cout << verified.posts << " posts, " << verified.series << " series, " << verified.differences.size()
              << " differences\n";
    return;
  }
  std::vector<std::string> differences;
  for (const Difference& difference : verified.differences) differences.push_back(difference.what);
  std::string json = "{\"posts\":" + std::to_string(verified.posts) + ",\"series\":" + std::to_string(verified.series) +
                     ",\"differences\":";
  append_strings(json, differences);
  std::cout << json << ",\"further\":" << verified.further << "}\n";
}

}  // namespace

int posts_command(const QueryOptions& options) {
  const auto filter = post_filter(options);
  if (!filter) return exit_usage;
  int code = exit_done;
  const auto store = open_to_read(options.where, code);
  if (!store) return code;

  const std::string model(Judge::built_in()->model_version());
  Rows rows(std::cout, options.format,
            {"made_at", "source", "tags", "sentiment", "score", "severity", "concerns", "url", "text"});
  std::size_t printed = 0;
  PostPlace last;
  const auto each = [&](const StoredPost& stored) {
    const bool as_json = options.format == Format::json;
    rows.add(
        as_json ? stored_json(stored, model) : "",
        as_json ? std::vector<std::string>{}
                : std::vector<std::string>{to_iso(stored.post.made_at), stored.post.source, joined(stored.watched),
                                           std::string(name_of(stored.assessment.sentiment)),
                                           decimal(stored.assessment.score), std::to_string(stored.assessment.severity),
                                           concern_list(stored.assessment), stored.post.url, text_of(stored.post)});
    last = place_of(stored);
    return options.limit == 0 || ++printed < options.limit;
  };
  const auto read = store->posts(*filter, true, each);
  rows.finish();
  if (!read) return report(read.error());
  if (printed == options.limit && printed > 0) std::cerr << "older ones: --after " << to_text(last) << '\n';
  return exit_done;
}

int verify_command(const VerifyCommand& options) {
  VerifyOrder order;
  if (!read_time(options.from, "from", order.from) || !read_time(options.to, "to", order.to)) return exit_usage;
  int code = exit_done;
  const auto store = open_to_read(options.where, code);
  if (!store) return code;
  constexpr std::uint64_t told_every = 100'000;
  std::uint64_t next = told_every;
  order.progress = [&](std::uint64_t posts) {
    if (posts < next) return;
    std::cerr << posts << " posts read\n";
    next = posts + told_every;
  };
  const auto verified = store->verify(order);
  if (!verified) return report(verified.error());
  print(*verified, options.as_json);
  return verified->differences.empty() ? exit_done : exit_failed;
}

}  // namespace barometer
