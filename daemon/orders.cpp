#include "daemon/orders.hpp"

#include <boost/json.hpp>

#include "connectors/time.hpp"
#include "daemon/expiry.hpp"
#include "daemon/issue_view.hpp"
#include "daemon/key_file.hpp"
#include "daemon/web/audit.hpp"

namespace barometer {

namespace {

namespace json = boost::json;

struct Word {
  Order::Does does;
  const char* word;
};
constexpr Word words[] = {{Order::Does::forget, "forget"},
                          {Order::Does::backup, "backup"},
                          {Order::Does::rotate_key, "rotate_key"},
                          {Order::Does::destroy_keys, "destroy_keys"},
                          {Order::Does::merge_issues, "merge_issues"},
                          {Order::Does::split_issue, "split_issue"}};

Result<std::string> forget(const Order& order, Store& store, const Config& config, UtcTime now) {
  const auto done = store.forget(order.erase, retention_of(config).holds, now);
  if (!done) return done.error();
  const auto& taken = done->taken;
  json::array untold;
  for (const auto& folder : done->untold) untold.emplace_back(folder);
  return json::serialize(json::object{{"forgot", name_of(done->kind)},
                                      {"at", to_iso(done->at)},
                                      {"posts", taken.posts},
                                      {"references", taken.references},
                                      {"alerts", taken.alerts},
                                      {"counts", taken.counts},
                                      {"source_rows", taken.sources},
                                      {"finished", done->finished},
                                      {"backups_not_told", untold}});
}

Result<std::string> back_up(const Order& order, Store& store) {
  const auto made = store.backup({.to = order.to, .keep = order.keep, .beside = files_beside_store()});
  if (!made) return made.error();
  return json::serialize(
      json::object{{"backup", made->number}, {"bytes", made->bytes}, {"files", made->files}, {"kept", made->kept}});
}

Result<std::string> arrange(const Order& order, Store& store, UtcTime now) {
  const bool merges = order.does == Order::Does::merge_issues;
  IssueOrder arranging{.does = merges ? IssueOrder::Does::merge : IssueOrder::Does::split,
                       .issue = order.issue,
                       .other = order.other,
                       .at = now};
  for (const auto& id : order.posts) {
    const auto kept = store.post(id);
    if (!kept) return kept.error();
    if (!*kept)
      return Failure{Remedy::ask_operator, "one of these posts is not kept: ask `barometer posts` for their ids", {}};
    arranging.posts.push_back((*kept)->hash);
  }
  const auto issue = store.arrange(arranging);
  if (!issue) return issue.error();
  return issue_json(*issue, now);
}

}  // namespace

std::vector<std::string> files_beside_store() {
  auto files = pseudonym_key_files();
  files.emplace_back(AuditLog::file_name);
  return files;
}

std::string order_text(const Order& order) {
  json::object object{{"to", order.to.string()}, {"keep", order.keep}, {"issue", order.issue}, {"other", order.other}};
  object["posts"] = json::array(order.posts.begin(), order.posts.end());
  for (const auto& word : words)
    if (word.does == order.does) object["does"] = word.word;
  auto& erase = object["erase"].emplace_array();
  for (const auto& erasure : order.erase) erase.push_back(json::array{static_cast<int>(erasure.kind), erasure.what});
  return json::serialize(object);
}

Result<Order> read_order(const std::string& text) {
  const Failure odd{Remedy::ask_operator,
                    "this order is not understood: give the daemon and the command the same version"};
  try {
    const auto object = json::parse(text).as_object();
    Order order{.to = object.at("to").as_string().c_str(), .keep = object.at("keep").to_number<std::size_t>()};
    order.issue = object.at("issue").as_string();
    order.other = object.at("other").as_string();
    for (const auto& post : object.at("posts").as_array()) order.posts.emplace_back(post.as_string());
    bool known = false;
    for (const auto& word : words) {
      if (object.at("does").as_string() != word.word) continue;
      order.does = word.does;
      known = true;
    }
    for (const auto& row : object.at("erase").as_array()) {
      const auto kind = row.at(0).to_number<int>();
      if (kind < static_cast<int>(ErasureKind::author) || kind > static_cast<int>(ErasureKind::source)) return odd;
      order.erase.push_back({static_cast<ErasureKind>(kind), std::string(row.at(1).as_string())});
    }
    if (!known) return odd;
    return order;
  } catch (const std::exception&) {  // how Boost.JSON says that the shape is another
    return odd;
  }
}

Result<std::string> carry_out(const Order& order, Store& store, const Config& config, UtcTime now) {
  switch (order.does) {
    case Order::Does::merge_issues:
    case Order::Does::split_issue: return arrange(order, store, now);
    case Order::Does::forget: return forget(order, store, config, now);
    case Order::Does::backup: return back_up(order, store);
    case Order::Does::rotate_key:
      if (const auto done = rotate_pseudonym_key(config.store.path); !done) return done.error();
      return std::string(R"({"pseudonym_key":"rotated"})");
    case Order::Does::destroy_keys:
      if (const auto done = destroy_pseudonym_keys(config.store.path); !done) return done.error();
      return std::string(R"({"pseudonym_key":"destroyed"})");
  }
  return Failure{Remedy::ask_operator, "this order is not known"};
}

}  // namespace barometer
