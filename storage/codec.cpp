#include "storage/codec.hpp"

#include <array>

#include "storage/codec_parts.hpp"
#include "storage/issue_codec.hpp"
#include "storage/keys.hpp"

namespace barometer {

namespace {

constexpr char version = record_version;
constexpr char post_version = 4;   // since it carries its place; 1 to 3 are read as well
constexpr char faded_version = 5;  // the same, of which something is gone
constexpr char old_faded_version = 3;
constexpr char themes_since = 2;
constexpr char alert_version = 3;  // since it has all of its issue; 1, about a post, and 2 are read as well
constexpr char alert_version_without_tail = 2;
constexpr unsigned text_is_gone = 1;
constexpr unsigned author_is_gone = 2;

constexpr int levels = 6;  // of sentiment, with "not judged"

enum Flag : unsigned {
  has_edited_at = 0x01,
  has_title = 0x02,
  has_lang = 0x04,
  has_reply_to = 0x08,
  has_repost_of = 0x10,
  has_quote_of = 0x20,
  is_opted_out = 0x40,
  is_undated = 0x80,
};

constexpr unsigned state_kept = 1;
constexpr unsigned state_deleted = 2;
constexpr unsigned state_deleted_then = 3;
constexpr unsigned state_erased = 4;

unsigned state_of(const IdRecord& record) {
  if (!record.deleted) return state_kept;
  if (record.erased) return state_erased;
  return record.heard_at ? state_deleted_then : state_deleted;
}

UtcTime at(std::int64_t since) { return at_since_1970(since); }

// Differences wrap around, so that no pair of times, however absurd, overflows.
std::int64_t between(UtcTime from, UtcTime to) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(since_1970(to)) -
                                   static_cast<std::uint64_t>(since_1970(from)));
}
UtcTime after(UtcTime from, std::int64_t difference) {
  return at(
      static_cast<std::int64_t>(static_cast<std::uint64_t>(since_1970(from)) + static_cast<std::uint64_t>(difference)));
}

unsigned flags_of(const Post& post) {
  return (post.edited_at ? has_edited_at : 0u) | (post.title ? has_title : 0u) | (post.lang ? has_lang : 0u) |
         (post.reply_to ? has_reply_to : 0u) | (post.repost_of ? has_repost_of : 0u) |
         (post.quote_of ? has_quote_of : 0u) | (post.opted_out ? is_opted_out : 0u) | (post.dated ? 0u : is_undated);
}

// In the order of their flags.
constexpr std::array optional_texts{&Post::title, &Post::lang, &Post::reply_to, &Post::repost_of, &Post::quote_of};
constexpr std::array plain_texts{&Post::platform, &Post::source, &Post::id,          &Post::native_id,
                                 &Post::url,      &Post::author, &Post::author_name, &Post::text};

void put_post(std::string& out, const Post& post) {
  out.push_back(static_cast<char>(flags_of(post)));
  out.push_back(static_cast<char>(post.visibility));
  for (const auto member : plain_texts) put_text(out, post.*member);
  put_signed(out, since_1970(post.made_at));
  put_signed(out, between(post.made_at, post.seen_at));
  if (post.edited_at) put_signed(out, between(post.made_at, *post.edited_at));
  for (const auto member : optional_texts)
    if (const auto& text = post.*member) put_text(out, *text);
  put_texts(out, post.tags);
  put_signed(out, post.likes);
  put_signed(out, post.reposts);
  put_signed(out, post.replies);
}

Post read_post(ByteReader& in) {
  Post post;
  const unsigned flags = in.byte();
  post.visibility = static_cast<Visibility>(in.byte_below(4));
  for (const auto member : plain_texts) post.*member = in.text();
  post.made_at = at(in.signed_number());
  post.seen_at = after(post.made_at, in.signed_number());
  if (flags & has_edited_at) post.edited_at = after(post.made_at, in.signed_number());
  unsigned flag = has_title;
  for (const auto member : optional_texts) {
    if (flags & flag) post.*member = in.text();
    flag <<= 1;
  }
  post.tags = read_texts(in);
  post.likes = in.signed_number();
  post.reposts = in.signed_number();
  post.replies = in.signed_number();
  post.opted_out = (flags & is_opted_out) != 0;
  post.dated = (flags & is_undated) == 0;
  return post;
}

void put_range(std::string& out, std::uint32_t begin, std::uint32_t end) {
  put_varint(out, begin);
  put_varint(out, end >= begin ? end - begin : 0);
}

void read_range(ByteReader& in, std::uint32_t& begin, std::uint32_t& end) {
  begin = in.varint32();
  const auto length = in.varint32();
  if (length > UINT32_MAX - begin) in.fail();
  end = begin + length;
}

Concern read_concern(ByteReader& in) {
  Concern concern;
  concern.theme = read_theme(in);
  concern.severity = in.byte_below(severities);
  concern.rule = in.text();
  read_range(in, concern.begin, concern.end);
  return concern;
}

Cue read_cue(ByteReader& in) {
  Cue cue;
  read_range(in, cue.begin, cue.end);
  cue.weight = in.f32();
  return cue;
}

void put_assessment(std::string& out, const Assessment& assessment) {
  out.push_back(static_cast<char>(assessment.sentiment));
  out.push_back(static_cast<char>(assessment.voice));
  out.push_back(static_cast<char>(assessment.severity));
  out.push_back(static_cast<char>((assessment.abusive ? 1 : 0) | assessment.level << 1));
  put_f64(out, assessment.score);
  put_f64(out, assessment.confidence);
  put_text(out, assessment.lang);
  put_varint(out, assessment.concerns.size());
  for (const auto& concern : assessment.concerns) {
    out.push_back(static_cast<char>(concern.theme));
    out.push_back(static_cast<char>(concern.severity));
    put_text(out, concern.rule);
    put_range(out, concern.begin, concern.end);
  }
  put_texts(out, assessment.identifiers);
  put_varint(out, assessment.why.size());
  for (const auto& cue : assessment.why) {
    put_range(out, cue.begin, cue.end);
    put_f32(out, cue.weight);
  }
  put_varint(out, assessment.themes);
}

Assessment read_assessment(ByteReader& in, char read_version) {
  Assessment assessment;
  assessment.sentiment = static_cast<Sentiment>(in.byte_below(3));
  assessment.voice = static_cast<Voice>(in.byte_below(7));
  assessment.severity = in.byte_below(severities);
  const auto judged = in.byte_below(2 * levels);
  assessment.abusive = (judged & 1) != 0;
  assessment.level = judged >> 1;
  assessment.score = in.f64();
  assessment.confidence = in.f64();
  assessment.lang = in.text();
  assessment.concerns = read_list<Concern>(in, read_concern);
  assessment.identifiers = read_texts(in);
  assessment.why = read_list<Cue>(in, read_cue);
  if (read_version >= themes_since) assessment.themes = in.varint32();
  return assessment;
}

void put_rest(std::string& out, const Post& post, const Assessment& assessment, const std::vector<std::string>& watched,
              const std::vector<std::string>& alerts) {
  put_post(out, post);
  put_assessment(out, assessment);
  put_texts(out, watched);
  put_texts(out, alerts);
}

}  // namespace

void encode_post(std::string& out, const Post& post, const Assessment& assessment,
                 const std::vector<std::string>& watched, const std::vector<std::string>& alerts,
                 std::string_view place) {
  constexpr std::size_t other_fields = 384;  // bytes; more are taken where that is too few
  out.reserve(out.size() + post.text.size() + other_fields);
  out.push_back(post_version);
  put_rest(out, post, assessment, watched, alerts);
  put_text(out, place);
}

void encode_post(std::string& out, const PostRecord& record) {
  const auto& kept = record.kept;
  const unsigned gone = (kept.text_gone ? text_is_gone : 0u) | (kept.author_gone ? author_is_gone : 0u);
  out.push_back(gone == 0 ? post_version : faded_version);
  if (gone != 0) out.push_back(static_cast<char>(gone));
  put_rest(out, kept.post, kept.assessment, kept.watched, record.alerts);
  put_text(out, kept.place);
}

Result<PostRecord> decode_post(std::string_view bytes) {
  ByteReader in{bytes};
  PostRecord record;
  const auto read_version = static_cast<char>(in.byte());
  if (read_version < version || read_version > faded_version) return unreadable("post");
  if (read_version == faded_version || read_version == old_faded_version) {
    const unsigned gone = in.byte_below(4);
    if (gone == 0) in.fail();
    record.kept.text_gone = (gone & text_is_gone) != 0;
    record.kept.author_gone = (gone & author_is_gone) != 0;
  }
  record.kept.post = read_post(in);
  record.kept.assessment = read_assessment(in, read_version);
  record.kept.watched = read_texts(in);
  record.alerts = read_texts(in);
  if (read_version >= post_version) record.kept.place = in.text();
  if (!complete(in)) return unreadable("post");
  return record;
}

std::string encode_id(const IdRecord& record) {
  std::string out{version, static_cast<char>(state_of(record))};
  if (record.deleted) {
    if (state_of(record) == state_deleted_then) out += time_key(*record.heard_at);
    return out;
  }
  out += time_key(record.made_at);
  put_word(out, record.fingerprint);
  return out;
}

Result<IdRecord> decode_id(std::string_view bytes) {
  ByteReader in{bytes};
  if (in.byte() != version) return unreadable("id");
  IdRecord record;
  const unsigned state = in.byte();
  if (state < state_kept || state > state_erased) return unreadable("id");
  record.deleted = state != state_kept;
  record.erased = state == state_erased;
  if (state == state_deleted_then) record.heard_at = time_of(in.bytes(time_bytes));
  if (state == state_kept) {
    record.made_at = time_of(in.bytes(time_bytes));
    record.fingerprint = in.word<std::uint64_t>();
  }
  if (!complete(in)) return unreadable("id");
  return record;
}

std::string encode_alert(const Alert& alert) {
  std::string out{alert_version, static_cast<char>(alert.kind)};
  for (const auto* text : {&alert.id, &alert.recipient, &alert.thread, &alert.post}) put_text(out, *text);
  const bool about_issue = alert.issue.theme != Theme{};
  out.push_back(about_issue ? 1 : 0);
  if (about_issue) put_issue(out, alert.issue);
  for (const auto time : {alert.raised_at, alert.from, alert.to}) put_signed(out, since_1970(time));
  for (const auto& time : {alert.sent_at, alert.withdrawn_at, alert.acknowledged_at}) put_optional_time(out, time);
  put_text(out, alert.withheld);
  put_varint(out, alert.attempts);
  put_text(out, alert.last_error);
  if (about_issue) put_issue_tail(out, alert.issue);
  return out;
}

namespace {

// One post, by a version that knew no issues: told as an issue of one voice.
Alert read_alert_of_post(ByteReader& in) {
  Alert alert;
  for (auto* text : {&alert.id, &alert.recipient, &alert.post}) *text = in.text();
  alert.issue.kind = IssueKind::red_flag;
  alert.issue.sources = {in.text()};
  in.text();  // the post's address, which no message holds
  alert.issue.severity = in.byte_below(severities);
  const auto names = read_texts(in);
  if (const auto theme = theme_by_id(names.empty() ? "" : names.front())) alert.issue.theme = *theme;
  alert.issue.rules = read_texts(in);
  alert.issue.first_post_at = alert.issue.last_post_at = at(in.signed_number());
  alert.issue.posts = alert.issue.voices = 1;
  alert.raised_at = alert.issue.opened_at = at(in.signed_number());
  alert.sent_at = read_optional_time(in);
  alert.withdrawn_at = read_optional_time(in);
  return alert;
}

Alert read_alert(ByteReader& in) {
  Alert alert;
  alert.kind = read_number<AlertKind>(in, AlertKind::opened, AlertKind::report);
  for (auto* text : {&alert.id, &alert.recipient, &alert.thread, &alert.post}) *text = in.text();
  if (in.byte_below(2) == 1) alert.issue = read_issue(in);
  for (auto* time : {&alert.raised_at, &alert.from, &alert.to}) *time = at(in.signed_number());
  for (auto* time : {&alert.sent_at, &alert.withdrawn_at, &alert.acknowledged_at}) *time = read_optional_time(in);
  alert.withheld = in.text();
  return alert;
}

}  // namespace

Result<Alert> decode_alert(std::string_view bytes) {
  ByteReader in{bytes};
  const auto read_version = static_cast<char>(in.byte());
  if (read_version < version || read_version > alert_version) return unreadable("alert");
  auto alert = read_version == version ? read_alert_of_post(in) : read_alert(in);
  alert.attempts = in.varint32();
  alert.last_error = in.text();
  const bool about_issue = alert.issue.theme != Theme{};
  if (read_version > alert_version_without_tail && about_issue) read_issue_tail(in, alert.issue);
  if (!complete(in)) return unreadable("alert");
  return alert;
}

std::string_view name_of(AlertKind kind) {
  constexpr std::array<std::string_view, 10> names{"opened", "escalated", "closed", "reminder",     "unanswered",
                                                   "digest", "all_quiet", "recap",  "silence_ends", "report"};
  return names.at(static_cast<std::size_t>(kind) - 1);
}

namespace {

constexpr std::array taken_counts{&TakenAway::posts,      &TakenAway::texts,  &TakenAway::authors,
                                  &TakenAway::references, &TakenAway::alerts, &TakenAway::tombstones,
                                  &TakenAway::counts,     &TakenAway::sources};

}  // namespace

std::string encode_deletion(const Deletion& deletion) {
  std::string out{version, static_cast<char>(deletion.finished ? 1 : 0)};
  for (const auto count : taken_counts) put_varint(out, deletion.taken.*count);
  put_varint(out, deletion.taken.reviews);
  return out;
}

Result<Deletion> decode_deletion(const DeletionKey& key, std::string_view bytes) {
  ByteReader in{bytes};
  if (in.byte() != version) return unreadable("deletion");
  Deletion deletion{.at = key.at, .kind = key.kind};
  deletion.finished = in.byte_below(2) == 1;
  for (const auto count : taken_counts) deletion.taken.*count = in.varint();
  if (!in.at_end()) deletion.taken.reviews = in.varint();
  if (!complete(in)) return unreadable("deletion");
  return deletion;
}

std::string encode_cursor(const Cursor& cursor) { return version + cursor.bytes; }

Result<Cursor> decode_cursor(std::string_view bytes) {
  if (bytes.empty() || bytes.front() != version) return unreadable("cursor");
  return Cursor{std::string(bytes.substr(1))};
}

}  // namespace barometer
