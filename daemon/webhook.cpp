#include "daemon/webhook.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <boost/json.hpp>
#include <openssl/crypto.h>

#include "connectors/digest.hpp"
#include "connectors/pushed_posts.hpp"
#include "connectors/run_on.hpp"
#include "connectors/settings.hpp"
#include "daemon/log.hpp"

namespace barometer {

namespace {

namespace json = boost::json;
using std::chrono::seconds;

// Signatures are remembered until their time is too old to be taken anyway.
constexpr std::size_t most_remembered = 200'000;

HttpReply json_reply(int status, const json::object& body) {
  return {.status = status, .content_type = "application/json", .body = json::serialize(body) + "\n"};
}

// What is wrong, and what to do about it.
HttpReply refusal(int status, std::string_view error, std::string_view remedy) {
  return json_reply(status, {{"error", error}, {"remedy", remedy}});
}

HttpReply unsigned_reply(std::string_view error) {
  return refusal(401, error,
                 "sign TIMESTAMP.BODY with the secret of this source, with the present time, and send it again");
}

std::optional<UtcTime> time_of(std::string_view timestamp) {
  std::int64_t count = 0;
  const auto* end = timestamp.data() + timestamp.size();
  const auto [rest, odd] = std::from_chars(timestamp.data(), end, count);
  constexpr std::int64_t last = 253'402'300'799;  // of the year 9999
  if (odd != std::errc() || rest != end || count < 0 || count > last) return std::nullopt;
  return UtcTime{seconds{count}};
}

// "application/json; charset=utf-8" is application/json.
bool is_posts_type(std::string_view value) {
  std::string type(value.substr(0, value.find(';')));
  while (type.ends_with(' ')) type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  constexpr std::string_view known[] = {"application/json", "application/x-ndjson", "application/ndjson",
                                        "application/jsonl"};
  return std::find(std::begin(known), std::end(known), type) != std::end(known);
}

bool same_secretly(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// "/push/town%20square" names "town square".
std::string name_in(std::string_view path) {
  path.remove_prefix(std::min(Webhook::prefix.size(), path.size()));
  std::string name;
  for (std::size_t i = 0; i < path.size(); ++i) {
    unsigned char byte = 0;
    const bool escaped = path[i] == '%' && i + 2 < path.size() &&
                         std::from_chars(path.data() + i + 1, path.data() + i + 3, byte, 16).ptr == path.data() + i + 3;
    name += escaped ? static_cast<char>(byte) : path[i];
    if (escaped) i += 2;
  }
  return name;
}

HttpReply kept_reply(std::size_t received, const Ingested& ingested) {
  return json_reply(200, {{"received", received},
                          {"stored", ingested.stored},
                          {"edited", ingested.edited},
                          {"deleted", ingested.deleted},
                          {"duplicates", ingested.duplicates},
                          {"dropped", ingested.dropped}});
}

HttpReply fault_reply(const PostFault& fault) {
  json::object body{{"error", fault.detail}, {fault.line ? "line" : "post", fault.number}};
  body["remedy"] = "mend it and send all of it again: nothing was kept";
  return json_reply(422, body);
}

// What a body turned out to be, off the loop.
struct Opened {
  bool genuine = false;
  PushedPosts pushed = {};
};

}  // namespace

std::string push_signature(std::string_view secret, std::string_view timestamp, std::string_view body) {
  std::string message(timestamp);
  message += '.';
  message += body;
  return "sha256=" + to_hex(hmac_sha256(secret, message));
}

// One source, and what it has taken.
struct Webhook::Door {
  ListenConfig listen = {};
  std::string secret = {};
  SourceState state = {};
  bool opened = false;                        // `newest` has been read from the store
  UtcTime after = {};                         // of the run before: signatures must be later
  UtcTime newest = {};                        // latest time that is kept
  std::map<std::string, UtcTime> taken = {};  // signatures of this run
  int last_status = 200;

  void forget_before(UtcTime moment) {
    std::erase_if(taken, [moment](const auto& one) { return one.second < moment; });
  }
};

Webhook::Webhook(Shared shared, Clock now) : shared_(shared), now_(std::move(now)) {}
Webhook::~Webhook() = default;

void Webhook::configure(const Config& config) {
  std::map<std::string, std::shared_ptr<Door>> doors;
  for (const ListenConfig& listen : config.sources) {
    if (listen.source.platform != "push") continue;
    const auto before = doors_.find(listen.source.name);
    auto door = before == doors_.end() ? std::make_shared<Door>() : before->second;
    door->listen = listen;
    door->secret = read_secret(setting(listen.source, "secret_file"));
    door->state.name = listen.source.name;
    door->state.platform = listen.source.platform;
    door->state.host = "pushed to us";
    shared_.metrics.source_state(door->state);
    shared_.states.set(door->state);
    doors.emplace(listen.source.name, std::move(door));
  }
  doors_ = std::move(doors);
}

asio::awaitable<HttpReply> Webhook::take(WebRequest post) {
  const auto found = doors_.find(name_in(post.path));
  if (found == doors_.end())
    co_return refusal(404, "there is no such source", "send to /push/NAME, NAME being a source of the platform push");
  auto door = found->second;
  if (!is_posts_type(post.header("content-type")))
    co_return refused(
        *door, refusal(415, "the content type is not one of posts", "send application/json or application/x-ndjson"),
        "another content type");
  co_return co_await enter(std::move(door), std::move(post));
}

asio::awaitable<HttpReply> Webhook::enter(std::shared_ptr<Door> door, WebRequest post) {
  const UtcTime now = now_();
  const std::string timestamp(post.header("x-barometer-timestamp"));
  const std::string signature(post.header("x-barometer-signature"));
  const auto signed_at = time_of(timestamp);
  if (!signed_at || signature.empty())
    co_return refused(*door, unsigned_reply("X-Barometer-Timestamp or X-Barometer-Signature is missing"),
                      "no signature");
  if (*signed_at < now - tolerance || *signed_at > now + tolerance)
    co_return refused(*door, unsigned_reply("the timestamp is not of now"), "an old timestamp, or clocks that differ");

  auto open = [body = std::move(post.body), secret = door->secret, timestamp, signature, now] {
    auto opened = std::make_shared<Opened>();
    opened->genuine = same_secretly(push_signature(secret, timestamp, body), signature);
    if (opened->genuine) opened->pushed = pushed_posts(body, now);
    return opened;
  };
  const auto opened = co_await run_on(shared_.readers, std::move(open));
  if (!opened->genuine)
    co_return refused(*door, unsigned_reply("the signature is not that of this body and this secret"),
                      "a wrong signature");
  if (const auto trouble = co_await open_door(*door))
    co_return refused(*door, refusal(503, "the store cannot be read", "send it again in a while"), *trouble);
  door->forget_before(now - 2 * tolerance);
  if (*signed_at <= door->after || door->taken.contains(signature))
    co_return refused(*door, unsigned_reply("the signature was taken before"), "a signature again");
  const auto& fault = opened->pushed.fault;
  if (fault) co_return refused(*door, fault_reply(*fault), fault->detail);
  if (opened->pushed.posts.size() > most_posts || door->taken.size() >= most_remembered)
    co_return refused(*door, refusal(413, "too many posts at once", "send at most 20,000 in one body"),
                      "too many posts");

  door->taken.emplace(signature, *signed_at);  // at once: a copy may come while this one is on its way to the disk
  door->newest = std::max(door->newest, *signed_at);
  auto posts = std::move(opened->pushed.posts);
  auto reply = co_await keep(*door, std::move(posts), now);
  if (reply.status != 200) door->taken.erase(signature);
  co_return reply;
}

// Reads, once, up to when the run before has taken signatures. What went wrong, if anything did.
asio::awaitable<std::optional<std::string>> Webhook::open_door(Door& door) {
  if (door.opened) co_return std::nullopt;
  auto read = [this, name = door.state.name] { return std::make_shared<Result<Cursor>>(shared_.store.cursor(name)); };
  const auto cursor = co_await run_on(shared_.readers, std::move(read));
  if (!*cursor) co_return cursor->error().detail;
  if (std::exchange(door.opened, true)) co_return std::nullopt;  // by another request, meanwhile
  door.after = time_of((*cursor)->bytes).value_or(UtcTime{});
  door.newest = door.after;
  co_return std::nullopt;
}

asio::awaitable<HttpReply> Webhook::keep(Door& door, std::vector<Post> posts, UtcTime now) {
  const std::size_t received = posts.size();
  std::optional<UtcTime> newest = door.state.last_post;
  for (Post& post : posts) {
    post.source = door.state.name;
    post.made_at = std::min(post.made_at, now);
    if (!post.deleted) newest = std::max(newest.value_or(post.made_at), post.made_at);
  }
  Page page;
  page.posts = std::move(posts);
  page.next = Cursor{std::to_string(std::chrono::floor<seconds>(door.newest).time_since_epoch().count())};
  auto listen = door.listen;
  SourceReport nothing;  // named, as all that goes into a co_await
  const auto ingested = co_await shared_.pipeline.ingest(std::move(page), std::move(listen), std::move(nothing));
  if (!ingested)
    co_return refused(door, refusal(503, "the store cannot be written: nothing was kept", "send it again in a while"),
                      ingested.error().detail);
  door.state.last_post = newest;
  door.state.posts += ingested->stored;
  shared_.book.count(door.state.name, received, *ingested, now);
  auto reply = kept_reply(received, *ingested);
  note(door, reply, {});
  co_return reply;
}

HttpReply Webhook::refused(Door& door, HttpReply reply, const std::string& why) {
  note(door, reply, why);
  return reply;
}

// Trouble is logged when it begins or becomes another; what was kept each time.
void Webhook::note(Door& door, const HttpReply& reply, const std::string& detail) {
  shared_.metrics.request_finished(door.state.name, reply.status);
  const bool news = std::exchange(door.last_status, reply.status) != reply.status;
  if (reply.status == 200) {
    door.state.last_success = now_();
    door.state.failure.reset();
    door.state.failing_since.reset();
    door.state.failures_in_a_row = 0;
    log_info("push_kept", {{"source", door.state.name}, {"counts", reply.body.substr(0, reply.body.size() - 1)}});
  } else {
    if (!door.state.failing_since) door.state.failing_since = now_();
    door.state.failure = Failure{Remedy::retry, "a push was refused: " + detail};
    ++door.state.failures_in_a_row;
    if (news)
      log_warn("push_refused",
               {{"source", door.state.name}, {"status", std::to_string(reply.status)}, {"detail", detail}});
  }
  shared_.metrics.source_state(door.state);
  shared_.states.set(door.state);
  shared_.book.changed(door.state.name);
}

}  // namespace barometer
