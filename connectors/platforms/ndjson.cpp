#include "connectors/platforms/ndjson.hpp"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

#include "connectors/digest.hpp"
#include "connectors/post_json.hpp"
#include "connectors/settings.hpp"

namespace barometer {
namespace {

namespace json = boost::json;

constexpr std::size_t before_bytes = 64;
constexpr std::size_t longest_line = 256 * 1024;  // no post is longer
constexpr std::size_t most_complaints = 20;       // of one piece, in words; all are counted

std::uint64_t count_in(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (!value) return 0;
  if (value->is_uint64()) return value->get_uint64();
  return value->is_int64() && value->get_int64() > 0 ? static_cast<std::uint64_t>(value->get_int64()) : 0;
}

std::string hash_before(const OpenFile& file, std::uint64_t offset) {
  const auto size = std::min<std::uint64_t>(offset, before_bytes);
  return sha256_hex(file.read(offset - size, static_cast<std::size_t>(size))).substr(0, 16);
}

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

void complain(Page& page, const NdjsonConfig& config, std::uint64_t line, const std::string& what) {
  ++page.unreadable;
  if (page.complaints.size() < most_complaints)
    page.complaints.push_back((config.path == "-" ? "standard input" : config.path.string()) + ":" +
                              std::to_string(line) + ": " + what);
}

void take_line(Page& page, std::string_view line, const NdjsonConfig& config, const NdjsonPlace& place, UtcTime now) {
  if (is_blank(line)) return;
  auto post = post_from_json(line, now);
  if (!post.has_value()) return complain(page, config, place.line, post.error().detail);
  post->source = config.name;
  post->seen_at = now;
  post->made_at = std::min(post->made_at, now);
  page.posts.push_back(std::move(*post));
}

constexpr SourceSetting settings[] = {
    {"path", "", true, "The file, one post as JSON a line, which is followed while it grows; - is standard input."},
};

std::vector<SettingComplaint> check(const SourceConfig&) { return {}; }

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient&) {
  return std::make_unique<NdjsonSource>(NdjsonConfig{.name = config.name, .path = setting(config, "path")});
}

constexpr std::array<std::string_view, 1> kinds = {"lines"};

asio::awaitable<void> wait_for(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace

NdjsonPlace ndjson_place_of(const Cursor& cursor) {
  NdjsonPlace place;
  boost::system::error_code error;
  const json::value read = json::parse(cursor.bytes, error);
  if (error || !read.is_object()) return place;
  const json::object& object = read.get_object();
  place.file = {count_in(object, "device"), count_in(object, "inode")};
  place.offset = count_in(object, "offset");
  place.line = std::max<std::uint64_t>(count_in(object, "line"), 1);
  if (const auto* before = object.if_contains("before"); before && before->is_string())
    place.before = before->get_string();
  if (const auto* over = object.if_contains("passing_over")) place.passing_over = over->is_bool() && over->get_bool();
  return place;
}

Cursor cursor_of(const NdjsonPlace& place) {
  return Cursor{json::serialize(json::object{{"device", place.file.device},
                                             {"inode", place.file.inode},
                                             {"offset", place.offset},
                                             {"line", place.line},
                                             {"before", place.before},
                                             {"passing_over", place.passing_over}})};
}

Page ndjson_lines(std::string_view bytes, bool whole, const NdjsonConfig& config, NdjsonPlace& place, UtcTime now) {
  Page page;
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    const bool half = end == bytes.npos;
    if (half && !whole && !place.passing_over && bytes.size() <= longest_line) break;
    const auto line = bytes.substr(0, end);
    if (!place.passing_over && line.size() > longest_line) {
      complain(page, config, place.line, "the line is too long to be a post: it is left out");
      place.passing_over = true;
    }
    if (!place.passing_over) take_line(page, line, config, place, now);
    place.offset += half ? bytes.size() : end + 1;
    if (half) break;
    ++place.line;
    place.passing_over = false;
    bytes.remove_prefix(end + 1);
  }
  return page;
}

Result<Page> parse_ndjson(std::string body, const ParseOptions& options) {
  NdjsonPlace place;
  return ndjson_lines(body, true, NdjsonConfig{.name = options.source, .path = "-"}, place, options.now);
}

// Standard input: what was read and is no whole line yet, and the page that was given last, until it is known to be kept.
struct NdjsonSource::Input {
  explicit Input(asio::posix::stream_descriptor opened) : descriptor(std::move(opened)) {}
  asio::posix::stream_descriptor descriptor;
  std::string rest = {};
  NdjsonPlace place = {};
  Page given = {};
  bool over = false;
};

NdjsonSource::NdjsonSource(NdjsonConfig config) : config_(std::move(config)), host_("file:" + config_.path.string()) {}
NdjsonSource::~NdjsonSource() = default;

// Opens the file that the place is in, or the one that has the name now, from its beginning.
std::optional<Failure> NdjsonSource::open_for(NdjsonPlace& place) {
  if (file_ && file_->stat().identity == place.file) return std::nullopt;
  auto named = OpenFile::open(config_.path);
  const bool here = named.has_value() && named->stat().identity == place.file;
  if (!here && place.offset > 0) {
    if (const auto moved = find_file(config_.path.parent_path(), place.file)) {
      auto old = OpenFile::open(*moved);
      if (old.has_value() && hash_before(*old, place.offset) == place.before) {
        file_ = std::move(*old);
        return std::nullopt;
      }
    }
  }
  if (!named.has_value()) return named.error();
  file_ = std::move(*named);
  if (!here) place = NdjsonPlace{.file = file_->stat().identity};
  return std::nullopt;
}

Result<Page> NdjsonSource::read(const Cursor& cursor, UtcTime now) {
  auto place = ndjson_place_of(cursor);
  if (auto failure = open_for(place)) return *failure;
  const auto stat = file_->stat();
  const bool cut = stat.size < place.offset || (place.offset > 0 && hash_before(*file_, place.offset) != place.before);
  if (cut) place = NdjsonPlace{.file = stat.identity};
  const auto bytes = file_->read(place.offset, ndjson_piece);
  const bool at_end = bytes.size() < ndjson_piece;
  // Nobody writes on to a file whose name another has; one more look at its size, because it could until now.
  auto named = OpenFile::open(config_.path);
  const bool left = named.has_value() && named->stat().identity != place.file;
  const bool last = left && at_end && file_->stat().size <= place.offset + bytes.size();
  auto page = ndjson_lines(bytes, last, config_, place, now);
  place.before = hash_before(*file_, place.offset);
  page.unchanged = bytes.empty() && !left;
  page.more = !at_end || (left && !last);
  if (last) {
    file_ = std::move(*named);
    place = NdjsonPlace{.file = file_->stat().identity, .before = sha256_hex("").substr(0, 16)};
    page.more = true;
  }
  page.next = cursor_of(place);
  page.live = true;
  return page;
}

asio::awaitable<Result<Page>> NdjsonSource::fetch(Cursor cursor, UtcTime now) {
  if (config_.path == "-") co_return co_await fetch_input(std::move(cursor), now);
  for (std::chrono::milliseconds waited{0};; waited += config_.look_every) {
    auto page = read(cursor, now + waited);
    const bool nothing = page.has_value() && page->posts.empty() && page->unreadable == 0 && !page->more;
    if (!nothing || waited >= config_.patience) co_return page;
    co_await wait_for(config_.look_every);
  }
}

std::optional<Failure> NdjsonSource::open_input(const asio::any_io_executor& executor) {
  if (input_) return std::nullopt;
  const int own = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
  if (own < 0) return Failure{Remedy::ask_operator, "standard input is closed: open it, or name a file with path"};
  struct ::stat status {};
  if (::fstat(own, &status) == 0 && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))) {
    ::close(own);
    return Failure{Remedy::ask_operator, "standard input is a file: name it with path"};
  }
  asio::posix::stream_descriptor descriptor(executor, own);
  input_ = std::make_unique<Input>(std::move(descriptor));
  return std::nullopt;
}

// A pipe has no place to go back to: a page is given again until its cursor comes back, and a crash before that loses it.
asio::awaitable<Result<Page>> NdjsonSource::fetch_input(Cursor cursor, UtcTime now) {
  using namespace asio::experimental::awaitable_operators;
  const auto executor = co_await asio::this_coro::executor;
  if (auto failure = open_input(executor)) co_return *failure;
  Input& input = *input_;
  if (!input.given.posts.empty() && cursor != input.given.next) co_return input.given;
  asio::steady_timer limit(executor, config_.patience);
  if (input.over) {
    co_await limit.async_wait(asio::use_awaitable);  // its end is not ours: the other sources go on
    input.given = Page{.next = cursor, .live = true, .unchanged = true};
    co_return input.given;
  }
  // Waiting for it, and only then reading: a read that loses against the clock would lose what it read.
  auto something = input.descriptor.async_wait(asio::posix::stream_descriptor::wait_read, asio::use_awaitable);
  const auto first = co_await (std::move(something) || limit.async_wait(asio::use_awaitable));
  if (first.index() == 0) {
    std::string piece(ndjson_piece, '\0');
    boost::system::error_code over;
    const auto size = input.descriptor.read_some(asio::buffer(piece), over);
    input.over = static_cast<bool>(over);
    input.rest.append(piece, 0, size);
  }
  const auto before = input.place.offset;
  input.given = ndjson_lines(input.rest, input.over, config_, input.place, now);
  input.rest.erase(0, static_cast<std::size_t>(input.place.offset - before));
  input.given.next = Cursor{std::to_string(input.place.offset) + '@' + std::to_string(now.time_since_epoch().count())};
  input.given.live = true;
  co_return input.given;
}

Connector ndjson_connector() {
  return Connector{"ndjson",     "Posts as JSON, one a line, from a file that grows or from standard input.",
                   kinds,        settings,
                   check,        make,
                   parse_ndjson, true};
}

}  // namespace barometer
