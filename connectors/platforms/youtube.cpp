#include "connectors/platforms/youtube.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "connectors/pacific_day.hpp"
#include "connectors/platforms/youtube_post.hpp"
#include "connectors/platforms/youtube_request.hpp"
#include "connectors/read_apart.hpp"
#include "connectors/refusal.hpp"
#include "connectors/time.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

using What = YoutubeQuestion::What;

constexpr std::int64_t units_a_search = 100;
constexpr int most_search_pages = 10;
constexpr std::size_t most_replied = 300;

bool is_open(const YoutubePlace& place, const std::string& target, UtcTime now) {
  const auto closed = place.closed.find(target);
  return closed == place.closed.end() || closed->second <= now;
}

// Whose comments are read, in turn.
std::vector<std::string> targets_of(const YoutubeConfig& config, const YoutubePlace& place, UtcTime now) {
  std::vector<std::string> out;
  const auto add = [&](const std::string& target) {
    if (is_open(place, target, now) && std::find(out.begin(), out.end(), target) == out.end()) out.push_back(target);
  };
  if (!config.channel.empty()) add(config.channel);
  for (const auto& video : config.videos) add(video);
  for (const auto& found : place.followed) add(found.video);
  return out;
}

bool search_is_due(const YoutubeConfig& config, const YoutubePlace& place, UtcTime now) {
  if (config.query.empty()) return false;
  return place.searching_since || !place.searched_at || now - *place.searched_at >= config.search_every;
}

struct Step {
  What what = What::search;
  std::string target = {};  // of comments
};

std::optional<Step> next_step(const YoutubeConfig& config, const YoutubePlace& place, UtcTime now) {
  if (!place.found.empty()) return Step{What::details, {}};
  if (!place.replies.empty()) return Step{What::replies, {}};
  // In the middle of a round a search waits for its end.
  if (search_is_due(config, place, now) && (place.at.empty() || place.searching_since)) return Step{What::search, {}};
  const auto targets = targets_of(config, place, now);
  if (targets.empty()) return std::nullopt;
  const bool is_on = std::find(targets.begin(), targets.end(), place.at) != targets.end();
  return Step{What::comments, is_on ? place.at : targets.front()};
}

Walk walk_to(const YoutubePlace& place, const std::string& target) {
  const auto walk = place.walks.find(target);
  return walk == place.walks.end() ? Walk{} : walk->second;
}

// Tokens of search pages count places, and a video deleted meanwhile would push another one over the edge. So the next page
// begins above the oldest few of this one, which also forgives what is out of order.
std::string next_boundary(const YoutubeAnswer& answer, const std::string& before) {
  constexpr std::size_t overlap = 5;
  if (answer.next_token.empty() || answer.posts.empty()) return {};
  std::vector<UtcTime> times;
  for (const auto& post : answer.posts) times.push_back(post.made_at);
  std::sort(times.begin(), times.end());
  auto boundary = times[std::min(overlap, times.size()) - 1] + std::chrono::seconds{1};
  if (const auto last = parse_iso(before); last && boundary >= *last) boundary = *last - std::chrono::seconds{1};
  return youtube_second(boundary);
}

void begin_round(YoutubePlace& place, const std::string& first, UtcTime now) {
  place.at = first;
  const bool is_first = !place.deep_at;
  place.deep = !is_first && now - *place.deep_at >= youtube_deep_every;
  if (is_first || place.deep) place.deep_at = now;
}

void follow(const YoutubeConfig& config, YoutubePlace& place, const Post& video) {
  auto& followed = place.followed;
  const bool is_known =
      std::any_of(followed.begin(), followed.end(), [&](const auto& one) { return one.video == video.native_id; });
  if (!is_known) followed.push_back({video.native_id, video.made_at});
  std::stable_sort(followed.begin(), followed.end(),
                   [](const auto& a, const auto& b) { return a.made_at > b.made_at; });
  if (followed.size() > static_cast<std::size_t>(config.follow_most))
    followed.resize(static_cast<std::size_t>(config.follow_most));
}

// Forgets what is not read any more.
void tidy(const YoutubeConfig& config, YoutubePlace& place, UtcTime now) {
  std::erase_if(place.followed, [&](const auto& one) { return one.made_at < now - config.follow; });
  std::erase_if(place.closed, [&](const auto& one) { return one.second <= now; });
  std::set<std::string> wanted(config.videos.begin(), config.videos.end());
  wanted.insert(config.channel);
  for (const auto& one : place.followed) wanted.insert(one.video);
  std::erase_if(place.walks, [&](const auto& one) { return !wanted.contains(one.first); });
  while (place.replied.size() > most_replied) place.replied.erase(place.replied.begin());
}

// After the target's walk is over: the next one's turn, or the end of the round.
void next_target(const YoutubeConfig& config, YoutubePlace& place, const std::string& done, UtcTime now) {
  const auto targets = targets_of(config, place, now);
  const auto found = std::find(targets.begin(), targets.end(), done);
  place.at = found == targets.end() || found + 1 == targets.end() ? std::string() : *(found + 1);
}

// A target that is not there (any more) keeps its turn until it is closed, so that the next one is known.
void close_target(const YoutubeConfig& config, YoutubePlace& place, const std::string& target, UtcTime now) {
  next_target(config, place, target, now);
  place.walks.erase(target);
  place.closed[target] = now + std::chrono::days{1};
}

void take_search(const YoutubeConfig& config, YoutubePlace& place, const YoutubeAnswer& answer, UtcTime now,
                 Page& page) {
  if (!place.searching_since) place.searching_since = now;
  Page found;
  found.posts = answer.posts;
  const WalkRules rules{youtube_search_overlap, config.first_pages, most_search_pages};
  walk_on(place.search, next_boundary(answer, place.search.token), rules, now, found);
  place.search = walk_of(found.next);
  page.missed = std::move(found.missed);
  for (const auto& video : answer.posts) {
    place.found.push_back(video.native_id);
    follow(config, place, video);
  }
  if (found.more) return;
  place.searched_at = std::exchange(place.searching_since, std::nullopt);
  const auto targets = targets_of(config, place, now);
  if (!targets.empty() && place.at.empty()) begin_round(place, targets.front(), now);
}

void take_comments(const YoutubeConfig& config, YoutubePlace& place, const std::string& target,
                   const YoutubeAnswer& answer, UtcTime now, Page& page) {
  if (place.at != target) begin_round(place, target, now);
  Page walked;
  walked.posts = answer.posts;
  WalkRules rules{youtube_comment_overlap, config.first_pages};
  if (place.deep) rules.overlap = config.follow;
  walk_on(walk_to(place, target), answer.next_token, rules, now, walked);
  place.walks[target] = walk_of(walked.next);
  // A deep round that is cut below what is known misses nothing.
  for (const auto& missed : walked.missed)
    if (missed.from < missed.to) page.missed.push_back(missed);
  for (const auto& thread : answer.unfinished) {
    const auto read = place.replied.find(thread.id);
    if (read == place.replied.end() || read->second < thread.replies || place.deep)
      place.replies.push_back({thread.id, thread.video, {}, thread.replies});
  }
  if (!walked.more) next_target(config, place, target, now);
}

void take_replies(YoutubePlace& place, const YoutubeAnswer& answer) {
  auto& asked = place.replies.front();
  if (!answer.next_token.empty()) {
    asked.token = answer.next_token;
    return;
  }
  place.replied[asked.thread] = asked.count;
  place.replies.pop_front();
}

std::string token_asked(const YoutubePlace& place, const Step& step) {
  if (step.what == What::replies) return place.replies.front().token;
  return step.what == What::comments ? walk_to(place, step.target).token : std::string();
}

void drop_token(YoutubePlace& place, const Step& step) {
  if (step.what == What::replies) {
    place.replies.front().token.clear();
  } else {
    auto& walk = place.walks[step.target];
    walk.token.clear();
    walk.pages = 0;
  }
}

// What a refusal means for the walk, where it is no failure. True when the place has moved on.
bool take_refusal(const YoutubeConfig& config, YoutubePlace& place, const Step& step, const HttpResponse& response,
                  UtcTime now) {
  const auto reason = youtube_reason(response.body);
  if (reason == "invalidPageToken" && !token_asked(place, step).empty()) {
    drop_token(place, step);
    return true;
  }
  if (step.what == What::replies && (reason.ends_with("NotFound") || reason == "forbidden")) {
    place.replies.pop_front();
    return true;
  }
  const bool is_found = std::any_of(place.followed.begin(), place.followed.end(),
                                    [&](const auto& one) { return one.video == step.target; });
  const bool is_closed =
      reason == "commentsDisabled" || reason == "videoNotFound" || (reason == "forbidden" && is_found);
  if (step.what != What::comments || !is_closed) return false;
  if (place.at != step.target) begin_round(place, step.target, now);
  close_target(config, place, step.target, now);
  return true;
}

bool has_more(const YoutubePlace& place) {
  return !place.found.empty() || !place.replies.empty() || place.searching_since || !place.at.empty();
}

// So many seconds between rounds that the units last the day.
std::chrono::seconds spread(const YoutubeConfig& config, const YoutubePlace& place, UtcTime now) {
  const auto left_of_day = std::chrono::ceil<std::chrono::seconds>(next_pacific_day(now) - now);
  const auto searches = config.query.empty() ? 0 : left_of_day / config.search_every + 1;
  const auto left = config.daily_units - units_of(place.tally, now) - searches * units_a_search;
  const auto targets = static_cast<std::int64_t>(targets_of(config, place, now).size());
  if (targets == 0) return std::chrono::seconds{0};
  const auto rounds = std::max<std::int64_t>(left / targets, 1);
  const auto wait = left_of_day / rounds;
  return config.query.empty() ? wait : std::min<std::chrono::seconds>(wait, config.search_every);
}

ParseOptions options_for(const YoutubeConfig& config, UtcTime now) { return ParseOptions{{}, {}, config.name, now}; }

void finish(const YoutubeConfig& config, YoutubePlace& place, UtcTime now, Page& page) {
  for (auto& post : page.posts) post.made_at = std::min(post.made_at, now);
  std::reverse(page.posts.begin(), page.posts.end());
  tidy(config, place, now);
  page.more = has_more(place);
  if (!page.more) page.hints.at_least = std::max(page.hints.at_least, spread(config, place, now));
  page.next = cursor_of(place);
}

void name_natively(KeptPost& post) {
  if (post.native_id.empty()) post.native_id = post.id.substr(std::min(youtube_identity({}).size(), post.id.size()));
}

bool is_video(const KeptPost& post) {
  constexpr std::size_t length_of_video_id = 11;
  return post.native_id.size() <= length_of_video_id;
}

}  // namespace

std::optional<YoutubeQuestion> youtube_question(const YoutubeConfig& config, const Cursor& cursor, UtcTime now) {
  const auto place = youtube_place_of(cursor);
  const auto step = next_step(config, place, now);
  if (!step) return std::nullopt;
  switch (step->what) {
    case What::search: return YoutubeQuestion{step->what, youtube_search(config, place.search, now), units_a_search};
    case What::details:
      return YoutubeQuestion{step->what, youtube_details(config, {place.found.begin(), place.found.end()})};
    case What::comments:
      return YoutubeQuestion{step->what, youtube_comments(config, step->target, walk_to(place, step->target).token)};
    case What::replies: return YoutubeQuestion{step->what, youtube_replies(config, place.replies.front())};
  }
  return std::nullopt;
}

std::optional<Failure> youtube_capped(const YoutubeConfig& config, const YoutubeTally& tally, std::int64_t units,
                                      UtcTime now) {
  if (units_of(tally, now) + units <= config.daily_units) return std::nullopt;
  return Failure{Remedy::wait,
                 "today's units (daily_units) are used up: it goes on at midnight Pacific time; search less often "
                 "(search_every) or follow fewer videos",
                 next_pacific_day(now), true};
}

Result<Page> youtube_page(const YoutubeConfig& config, const Cursor& cursor, const HttpResponse& response,
                          UtcTime now) {
  auto place = youtube_place_of(cursor);
  const auto step = next_step(config, place, now);
  Page page;
  page.hints = hints_from(response, now);
  if (!step) return page;
  use_units(place.tally, step->what == What::search ? units_a_search : 1, now);
  if (response.status != 200) {
    if (!take_refusal(config, place, *step, response, now)) return youtube_refusal(response, now);
    finish(config, place, now, page);
    return page;
  }
  auto answer = read_youtube_answer(response.body, options_for(config, now), true);
  if (!answer.has_value()) return answer.error();
  if (!answer->listed) return Failure{Remedy::retry, "the answer is no list of the Data API"};
  const auto asked = token_asked(place, *step);
  if (!asked.empty() && answer->next_token == asked)
    return Failure{Remedy::retry, "YouTube gave the page before once more"};
  page.unreadable = answer->unreadable;
  switch (step->what) {
    case What::search: take_search(config, place, *answer, now, page); break;
    case What::details:
      place.found.erase(place.found.begin(), place.found.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                                       youtube_details_at_most, place.found.size())));
      break;
    case What::comments: take_comments(config, place, step->target, *answer, now, page); break;
    case What::replies: {
      const auto video = place.replies.front().video;
      for (auto& post : answer->posts)
        if (post.url.empty() && !video.empty())
          post.url = "https://www.youtube.com/watch?v=" + video + "&lc=" + post.native_id;
      take_replies(place, *answer);
      break;
    }
  }
  // A search cuts what it shows; the details say it in full.
  if (step->what != What::search) page.posts = std::move(answer->posts);
  finish(config, place, now, page);
  return page;
}

Result<Page> parse_youtube(std::string body, const ParseOptions& options) {
  auto answer = read_youtube_answer(body, options, false);
  if (!answer.has_value()) return answer.error();
  if (answer->posts.empty() && answer->unreadable > 0)
    return Failure{Remedy::skip, "the answer holds neither videos nor comments of YouTube's"};
  Page page;
  page.posts = std::move(answer->posts);
  page.unreadable = answer->unreadable;
  return page;
}

YoutubeSource::YoutubeSource(YoutubeConfig config, HttpClient& http)
    : config_(std::move(config)), host_(host_of(config_.api)), http_(http) {}

asio::awaitable<Result<Page>> YoutubeSource::fetch(Cursor cursor, UtcTime now) {
  auto place = youtube_place_of(cursor);
  place.tally = fuller(place.tally, tally_);
  tally_ = place.tally;
  cursor.bytes = cursor_of(place).bytes;
  auto question = youtube_question(config_, cursor, now);
  if (!question) {
    Page idle;
    idle.next = cursor;
    idle.unchanged = true;
    co_return idle;
  }
  if (auto capped = youtube_capped(config_, tally_, question->units, now)) co_return *capped;
  auto reply = co_await http_.send(std::move(question->request));
  if (!reply.has_value()) co_return reply.error();
  use_units(tally_, question->units, now);  // what is refused costs as well
  co_return co_await read_apart(youtube_page, config_, cursor, *reply, now);
}

asio::awaitable<Result<Page>> YoutubeSource::look_up(std::vector<KeptPost> kept, bool are_videos, UtcTime now) {
  Page page;
  if (kept.empty()) co_return page;
  if (auto capped = youtube_capped(config_, tally_, 1, now)) co_return *capped;
  std::vector<std::string> ids;
  for (const auto& post : kept) ids.push_back(post.native_id);
  auto request = are_videos ? youtube_details(config_, ids) : youtube_comments_again(config_, ids);
  auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return reply.error();
  use_units(tally_, 1, now);
  if (reply->status != 200) co_return youtube_refusal(*reply, now);
  auto read = [&] { return read_youtube_answer(reply->body, options_for(config_, now), true); };
  auto answer = co_await read_apart(*reply, std::move(read));
  if (!answer.has_value()) co_return answer.error();
  if (!answer->listed) co_return Failure{Remedy::retry, "the answer is no list of the Data API"};
  std::map<std::string, Post> there;
  for (auto& post : answer->posts) there[post.native_id] = std::move(post);
  for (const auto& one : kept) {
    const auto found = there.find(one.native_id);
    Post post;
    if (found == there.end() || found->second.visibility == Visibility::private_) {
      post.platform = "youtube";
      post.source = config_.name;
      post.id = one.id;
      post.native_id = one.native_id;
      post.seen_at = now;
      post.deleted = true;
    } else if (are_videos || found->second.edited_at) {
      post = std::move(found->second);
      if (!one.url.empty()) post.url = one.url;
    } else {
      continue;
    }
    page.posts.push_back(std::move(post));
  }
  co_return page;
}

asio::awaitable<Result<Page>> YoutubeSource::recheck(std::vector<KeptPost> kept, UtcTime now) {
  if (kept.size() > youtube_recheck_limit) kept.resize(youtube_recheck_limit);
  for (auto& post : kept) name_natively(post);
  const auto comments = std::stable_partition(kept.begin(), kept.end(), is_video);
  std::vector<KeptPost> videos(kept.begin(), comments);
  std::vector<KeptPost> others(comments, kept.end());
  auto page = co_await look_up(std::move(videos), true, now);
  if (!page.has_value()) co_return page;
  auto rest = co_await look_up(std::move(others), false, now);
  if (!rest.has_value()) co_return rest;
  std::move(rest->posts.begin(), rest->posts.end(), std::back_inserter(page->posts));
  co_return page;
}

}  // namespace barometer
