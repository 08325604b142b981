#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "daemon/web/site.hpp"
#include "tests/support/temp_dir.hpp"

namespace barometer {

// A store with invented posts, and a site that shows it; the clock stands still until it is moved.
class Stage {
 public:
  Stage() {
    StoreSettings settings;
    settings.path = folder_.path() / "store";
    settings.sync = false;
    auto opened = Store::open(std::move(settings));
    REQUIRE(opened.has_value());
    store_ = std::move(*opened);
    config_.tags = {{.name = "nhssm", .match = "#nhssm"}, {.name = "trust", .match = "#trust"}};
    config_.sources = {{.source = {.name = "blog", .platform = "feed"}}};
    config_.web.api_requests = 0;  // the clock stands still
  }

  static Entry entry(std::string id, UtcTime made_at, int severity = 0, std::string text = "and nobody came") {
    Entry out;
    out.post.platform = "feed";
    out.post.source = "blog";
    out.post.id = std::move(id);
    out.post.native_id = out.post.id;
    out.post.made_at = made_at;
    out.post.seen_at = made_at;
    out.post.text = std::move(text);
    out.post.url = "https://blog.example/" + out.post.id;
    out.assessment.sentiment = severity > 0 ? Sentiment::negative : Sentiment::positive;
    out.assessment.severity = severity;
    if (severity > 0) out.assessment.concerns = {{Theme::call_bell, severity, "call_bell.1", 4, 15}};
    out.watched = {"nhssm"};
    return out;
  }

  void keep(std::vector<Entry> entries, std::vector<SourceReport> reports = {}) {
    Batch batch;
    batch.source = "blog";
    batch.entries = std::move(entries);
    batch.reports = std::move(reports);
    REQUIRE(store_->commit(std::span{&batch, 1}).has_value());
  }

  Store& store() { return *store_; }
  Config& config() { return config_; }
  const std::filesystem::path& folder() const { return folder_.path(); }

  UtcTime now = std::chrono::sys_days{std::chrono::year{2026} / 3 / 4} + std::chrono::hours{20};

  // The site as it is made at the first request.
  Site& site() {
    if (!site_)
      site_ =
          std::make_unique<Site>(Site::Of{*store_, states_, [this] { return std::make_shared<const Config>(config_); },
                                          [this] { return now; }, folder_.path() / "audit.log"});
    return *site_;
  }

  static WebRequest request(std::string path, std::string query = {}) {
    WebRequest out;
    out.path = std::move(path);
    out.query = std::move(query);
    out.headers = {{"host", "127.0.0.1:9468"}};
    out.peer = "127.0.0.1";
    return out;
  }
  HttpReply get(std::string path, std::string query = {}) {
    return site().answer(request(std::move(path), std::move(query)));
  }

 private:
  TempDir folder_;
  std::unique_ptr<Store> store_;
  Config config_;
  SourceStates states_;
  std::unique_ptr<Site> site_;
};

}  // namespace barometer
