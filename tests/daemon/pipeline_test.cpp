#include "daemon/pipeline.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "tests/support/refusing_store.hpp"
#include "tests/support/temp_dir.hpp"

using namespace barometer;

namespace {

const UtcTime now{std::chrono::milliseconds{1'700'000'000'000}};

Post saying(const std::string& id, std::string text) {
  Post post;
  post.platform = "demo";
  post.source = "one";
  post.id = id;
  post.made_at = now;
  post.text = std::move(text);
  return post;
}

Page page_of(std::vector<Post> posts, std::string cursor) {
  Page page;
  page.posts = std::move(posts);
  page.next.bytes = std::move(cursor);
  return page;
}

// The daemon's middle: loop, pool, writer and a store on a real disk.
struct Middle {
  TempDir folder = {};
  asio::io_context loop{1};
  asio::thread_pool workers{2};
  asio::thread_pool writer{1};
  std::unique_ptr<Store> disk = *Store::open({.path = folder.path()});
  RefusingStore store{*disk};
  std::size_t commits = 0;
  std::vector<Failure> failures = {};
  std::vector<std::pair<std::string, Outcome>> kept = {};
  Committer committer{loop.get_executor(),
                      writer,
                      store,
                      {.committed = [this](double) { ++commits; },
                       .failed = [this](const Failure& failure) { failures.push_back(failure); }}};
  Pipeline pipeline{
      workers,
      committer,
      std::make_shared<const Rulebook>(Config{}, Judge::built_in(), PseudonymKey{std::string(32, 'k')}),
      {.kept = [this](const Entry& entry, Outcome outcome) { kept.emplace_back(entry.post.id, outcome); }}};

  std::vector<Result<Ingested>> ingest(std::vector<Page> pages) {
    std::vector<Result<Ingested>> results(pages.size(), Failure{});
    std::size_t left = pages.size();
    asio::co_spawn(loop, committer.run(), asio::detached);
    for (std::size_t i = 0; i < pages.size(); ++i) {
      auto one = [&, i]() -> asio::awaitable<void> {
        ListenConfig listen;
        listen.source.name = "one";
        results[i] = co_await pipeline.ingest(std::move(pages[i]), std::move(listen));
        if (--left == 0) committer.close();
      };
      asio::co_spawn(loop, one, asio::detached);
    }
    loop.run();
    return results;
  }
};

}  // namespace

TEST_CASE("a page and its cursor are kept together, and each post is told of once") {
  Middle middle;
  std::vector<Page> pages;
  pages.push_back(page_of({saying("a", "hello"), saying("b", "there"), saying("a", "hello")}, "after b"));
  const auto results = middle.ingest(std::move(pages));
  REQUIRE(results[0].has_value());
  CHECK(results[0]->stored == 2);
  CHECK(results[0]->duplicates == 1);
  CHECK((*middle.disk->cursor("one")).bytes == "after b");
  REQUIRE(middle.kept.size() == 3);
  CHECK(middle.kept[2] == std::pair<std::string, Outcome>{"a", Outcome::duplicate});
}

TEST_CASE("pages that are ready together share commits, and none is lost or doubled") {
  Middle middle;
  std::vector<Page> pages;
  constexpr int count = 60;
  for (int i = 0; i < count; ++i)
    pages.push_back(page_of({saying("p" + std::to_string(i), "text")}, "c" + std::to_string(i)));
  const auto results = middle.ingest(std::move(pages));
  std::size_t stored = 0;
  for (const auto& result : results) {
    REQUIRE(result.has_value());
    stored += result->stored;
  }
  CHECK(stored == count);
  CHECK(middle.commits <= count);
  CHECK(middle.disk->verify({})->posts == count);
}

TEST_CASE("what a stream brings goes ahead of the pages of polls that wait") {
  Middle middle;
  std::vector<Page> pages;
  constexpr int polls = 40;
  for (int i = 0; i < polls; ++i)
    pages.push_back(page_of({saying("p" + std::to_string(i), "text")}, "c" + std::to_string(i)));
  pages.push_back(page_of({saying("streamed", "text")}, "s"));
  pages.back().live = true;
  middle.ingest(std::move(pages));
  const auto place_of = [&](const std::string& id) {
    return std::find_if(middle.kept.begin(), middle.kept.end(), [&](const auto& kept) { return kept.first == id; });
  };
  REQUIRE(middle.kept.size() == polls + 1);
  CHECK(place_of("streamed") < place_of("p39"));
}

TEST_CASE("when the store refuses, nothing of the page is kept, and the page can come again") {
  Middle middle;
  middle.store.refuse = true;
  std::vector<Page> pages;
  pages.push_back(page_of({saying("a", "hello")}, "after a"));
  const auto results = middle.ingest(std::move(pages));
  CHECK_FALSE(results[0].has_value());
  CHECK(middle.failures.size() == 1);
  CHECK(middle.kept.empty());
  CHECK((*middle.disk->cursor("one")).bytes.empty());
  CHECK_FALSE(*middle.disk->has("a"));
}
