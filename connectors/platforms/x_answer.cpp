#include "connectors/platforms/x_answer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "connectors/html_text.hpp"
#include "connectors/platforms/x_post.hpp"
#include "connectors/platforms/x_problem.hpp"
#include "connectors/unread_answer.hpp"

namespace barometer {
namespace {

constexpr std::array<std::string_view, 4> kinds{"search", "timeline", "lookup", "stream"};

constexpr std::string_view advice = "check `api`: it is https://api.x.com, or a proxy of yours that leads there";

XContext context_in(JsonValue root, const ParseOptions& options, XAnswer& answer) {
  XContext context;
  context.source = options.source;
  context.now = options.now;
  JsonValue includes;
  if (!json_field(root, "includes", includes)) return context;
  simdjson::dom::array list;
  if (json_array(includes, "users", list)) {
    for (const auto user : list)
      context.users[json_id(user, "id")] = {valid_utf8(json_text(user, "username")),
                                            valid_utf8(json_text(user, "name")), json_flag(user, "protected") == 1};
    answer.users_read = static_cast<std::int64_t>(list.size());
  }
  for (const auto name : {"tweets", "posts"})
    if (json_array(includes, name, list)) answer.posts_read += static_cast<std::int64_t>(list.size());
  return context;
}

void see_id(XAnswer& answer, std::string_view id) {
  if (!id.empty() && x_id_less(answer.newest_id, id)) answer.newest_id = id;
}

void add_post(JsonValue object, const XContext& context, XAnswer& answer) {
  auto post = x_post(object, context);
  if (!post) {
    ++answer.unreadable;
    return;
  }
  see_id(answer, post->native_id);
  if (auto later = valid_utf8(x_later_version(object)); !later.empty()) answer.later.push_back(std::move(later));
  answer.posts.push_back(std::move(*post));
}

// Only what was asked for by its id: posts that others refer to may be gone as well.
void add_tombstones(JsonValue root, const XContext& context, XAnswer& answer) {
  simdjson::dom::array errors;
  if (!json_array(root, "errors", errors)) return;
  for (const auto one : errors) {
    const auto parameter = json_text(one, "parameter");
    const auto type = json_text(one, "type");
    const bool is_gone = type.ends_with("/resource-not-found") || type.ends_with("/not-authorized-for-resource");
    if (!is_gone || (parameter != "ids" && parameter != "id")) continue;
    Post post;
    post.native_id = valid_utf8(json_id(one, "resource_id"));
    if (post.native_id.empty()) post.native_id = valid_utf8(json_id(one, "value"));
    if (post.native_id.empty()) continue;
    post.platform = "x";
    post.source = context.source;
    post.id = x_identity(post.native_id);
    post.seen_at = context.now;
    post.deleted = true;
    answer.posts.push_back(std::move(post));
  }
}

void read_meta(JsonValue root, XAnswer& answer) {
  JsonValue meta;
  JsonValue count;
  if (!json_field(root, "meta", meta)) return;
  answer.listed = json_field(meta, "result_count", count);
  answer.next_token = json_text(meta, "next_token");
  see_id(answer, json_id(meta, "newest_id"));
}

Result<XAnswer> read_object(JsonValue root, const ParseOptions& options) {
  XAnswer answer;
  const auto context = context_in(root, options, answer);
  read_meta(root, answer);
  JsonValue data;
  const bool has_data = json_field(root, "data", data);
  simdjson::dom::array list;
  if (has_data && !data.get(list)) {
    answer.posts_read += static_cast<std::int64_t>(list.size());
    for (const auto one : list) add_post(one, context, answer);
  } else if (has_data) {
    answer.posts_read += 1;
    add_post(data, context, answer);
  }
  const bool no_post = has_data && !answer.listed && answer.posts.empty() && answer.unreadable > 0;
  add_tombstones(root, context, answer);
  if (no_post && answer.posts.empty()) return Failure{Remedy::skip, "the answer of X's API holds no posts"};
  if (has_data || answer.listed || !answer.posts.empty()) return answer;
  if (auto failure = x_problem(root, options.now)) return *failure;
  return Failure{Remedy::skip, "the answer is none of X's API that holds posts"};
}

// The last line may be cut: it comes again after a reconnect.
Result<XAnswer> read_lines(std::string_view body, const ParseOptions& options) {
  XAnswer all;
  std::optional<Failure> failure;
  JsonDocument document;
  while (!body.empty()) {
    const auto end = std::min(body.find('\n'), body.size());
    const auto line = body.substr(0, end);
    body.remove_prefix(std::min(end + 1, body.size()));
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    if (JsonDocument::read(document, line)) {
      ++all.unreadable;
      continue;
    }
    auto one = read_object(document.root(), options);
    if (!one.has_value()) {
      if (one.error().remedy == Remedy::skip) ++all.unreadable;
      all.disconnected = all.disconnected || one.error().remedy != Remedy::skip;
      if (!failure || failure->remedy == Remedy::skip) failure = one.error();
      continue;
    }
    all.posts_read += one->posts_read;
    all.users_read += one->users_read;
    all.unreadable += one->unreadable;
    see_id(all, one->newest_id);
    std::move(one->posts.begin(), one->posts.end(), std::back_inserter(all.posts));
  }
  if (all.posts.empty() && failure) return *failure;
  return all;
}

}  // namespace

std::span<const std::string_view> x_kinds() { return kinds; }

Result<XAnswer> read_x_answer(std::string_view body, const ParseOptions& options) {
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  if (options.kind == "stream") {
    JsonDocument whole;
    const bool one_alone = !JsonDocument::read(whole, body) && whole.root().is_object();
    return one_alone ? read_object(whole.root(), options) : read_lines(body, options);
  }
  JsonDocument document;
  if (!JsonDocument::read(document, body)) return read_object(document.root(), options);
  if (options.kind.empty() && !looks_like_mark_up(body)) {
    const auto begin = std::min(body.find_first_not_of(" \t\r\n"), body.size());
    const auto first = body.substr(begin, body.find('\n', begin) - begin);
    if (!first.empty() && !JsonDocument::read(document, first) && document.root().is_object())
      return read_lines(body, options);
  }
  return unread_answer(body, advice);
}

}  // namespace barometer
