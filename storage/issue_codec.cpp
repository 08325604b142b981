#include "storage/issue_codec.hpp"

#include <algorithm>

#include "storage/codec_parts.hpp"
#include "storage/keys.hpp"

namespace barometer {

namespace {

// Of records of issues and of what was heard: with what came to be known later. Those of record_version end before it.
constexpr char version = 2;

// Whether a record of what was heard has a sketch, and how long its parts are: of all but the last, once written, the lowest bytes count.
enum SketchForm : char { no_sketch, sketch_of_words, sketch_of_halves, sketch_of_bytes };

std::uint8_t read_part(ByteReader& in, int form) {
  if (form == sketch_of_words) return static_cast<std::uint8_t>(in.word<std::uint32_t>());
  if (form == sketch_of_halves) return static_cast<std::uint8_t>(in.word<std::uint16_t>());
  return in.word<std::uint8_t>();
}

bool reads(char read) { return read == record_version || read == version; }

}  // namespace

void put_issue(std::string& out, const Issue& issue) {
  put_text(out, issue.id);
  out.push_back(static_cast<char>(issue.kind));
  out.push_back(static_cast<char>(issue.state));
  out.push_back(static_cast<char>(issue.theme));
  put_text(out, issue.place);
  put_text(out, issue.tag);
  out.push_back(static_cast<char>(issue.severity));
  put_signed(out, since_1970(issue.first_post_at));
  put_signed(out, since_1970(issue.opened_at));
  put_varint(out, issue.escalated_at.size());
  for (const auto time : issue.escalated_at) put_signed(out, since_1970(time));
  put_signed(out, since_1970(issue.last_post_at));
  put_varint(out, issue.posts);
  put_varint(out, issue.voices);
  put_texts(out, issue.sources);
  put_texts(out, issue.rules);
  put_signed(out, issue.evidence.voices);
  put_f64(out, issue.evidence.expected);
  put_signed(out, issue.evidence.window.count());
  put_f64(out, issue.evidence.chance);
  put_signed(out, issue.evidence.blind.count());
  put_text(out, issue.detector);
}

Issue read_issue(ByteReader& in) {
  Issue issue;
  issue.id = in.text();
  issue.kind = read_number<IssueKind>(in, IssueKind::burst, IssueKind::unanswered);
  issue.state = read_number<IssueState>(in, IssueState::fresh, IssueState::merged);
  issue.theme = read_theme(in);
  issue.place = in.text();
  issue.tag = in.text();
  issue.severity = in.byte_below(severities);
  issue.first_post_at = at_since_1970(in.signed_number());
  issue.opened_at = at_since_1970(in.signed_number());
  issue.escalated_at = read_list<UtcTime>(in, [](ByteReader& from) { return at_since_1970(from.signed_number()); });
  issue.last_post_at = at_since_1970(in.signed_number());
  issue.posts = in.varint();
  issue.voices = in.varint();
  issue.sources = read_texts(in);
  issue.rules = read_texts(in);
  issue.evidence.voices = static_cast<int>(in.signed_number());
  issue.evidence.expected = in.f64();
  issue.evidence.window = std::chrono::hours{in.signed_number()};
  issue.evidence.chance = in.f64();
  issue.evidence.blind = std::chrono::hours{in.signed_number()};
  issue.detector = in.text();
  return issue;
}

void put_issue_tail(std::string& out, const Issue& issue) {
  put_optional_time(out, issue.unanswered_since);
  out.push_back(issue.coordinated ? 1 : 0);
  put_text(out, issue.merged_into);
  put_signed(out, issue.evidence.heard);
}

void read_issue_tail(ByteReader& in, Issue& issue) {
  issue.unanswered_since = read_optional_time(in);
  issue.coordinated = in.byte_below(2) == 1;
  issue.merged_into = in.text();
  issue.evidence.heard = static_cast<int>(in.signed_number());
}

std::string encode_utterance(const Utterance& heard) {
  std::string out{version};
  put_signed(out, since_1970(heard.made_at));
  put_word(out, heard.voice);
  for (const auto* text : {&heard.place, &heard.tag, &heard.source}) put_text(out, *text);
  put_varint(out, heard.concerns.size());
  for (const auto& concern : heard.concerns) {
    out.push_back(static_cast<char>(concern.theme));
    out.push_back(static_cast<char>(concern.severity));
    put_text(out, concern.rule);
  }
  const bool sketched = heard.sketch != Sketch{};
  out.push_back(sketched ? sketch_of_bytes : no_sketch);
  if (sketched)
    for (const auto part : heard.sketch) put_word(out, part);
  put_optional_time(out, heard.unanswered_since);
  out.push_back(heard.copied ? 1 : 0);
  return out;
}

Result<Utterance> decode_utterance(std::string_view key, std::string_view bytes) {
  const auto place = parse_post_key(key);
  ByteReader in{bytes};
  const auto read_version = static_cast<char>(in.byte());
  if (!place || !reads(read_version)) return unreadable("concern");
  Utterance heard{.post = place->id, .heard_at = place->made_at};
  heard.made_at = at_since_1970(in.signed_number());
  heard.voice = in.word<std::uint64_t>();
  for (auto* text : {&heard.place, &heard.tag, &heard.source}) *text = in.text();
  heard.concerns = read_list<Utterance::Concern>(in, [](ByteReader& from) {
    Utterance::Concern concern;
    concern.theme = read_theme(from);
    concern.severity = from.byte_below(severities);
    concern.rule = from.text();
    return concern;
  });
  if (const int form = in.byte_below(sketch_of_bytes + 1); form != no_sketch)
    for (auto& part : heard.sketch) part = read_part(in, form);
  if (read_version == version) {
    heard.unanswered_since = read_optional_time(in);
    heard.copied = in.byte_below(2) == 1;
  }
  if (!complete(in) || heard.concerns.empty()) return unreadable("concern");
  return heard;
}

std::string encode_issue(const Issue& issue) {
  std::string out{version};
  put_issue(out, issue);
  put_optional_time(out, issue.closed_at);
  put_varint(out, issue.told_voices);
  put_f64(out, issue.evidence.surprise);
  put_varint(out, issue.spells.size());
  for (const auto& spell : issue.spells) {
    out.push_back(static_cast<char>(spell.theme));
    put_signed(out, since_1970(spell.from));
    put_signed(out, since_1970(spell.to));
  }
  put_issue_tail(out, issue);
  return out;
}

Result<Issue> decode_issue(std::string_view bytes) {
  ByteReader in{bytes};
  const auto read_version = static_cast<char>(in.byte());
  if (!reads(read_version)) return unreadable("issue");
  auto issue = read_issue(in);
  issue.closed_at = read_optional_time(in);
  issue.told_voices = in.varint();
  issue.evidence.surprise = in.f64();
  issue.spells = read_list<UnusualSpell>(in, [](ByteReader& from) {
    UnusualSpell spell;
    spell.theme = read_theme(from);
    spell.from = at_since_1970(from.signed_number());
    spell.to = at_since_1970(from.signed_number());
    return spell;
  });
  if (read_version == version) read_issue_tail(in, issue);
  if (!complete(in)) return unreadable("issue");
  return issue;
}

std::string encode_member(const Member& member) {
  std::string out{record_version};
  put_signed(out, since_1970(member.heard_at));
  put_word(out, member.voice);
  return out;
}

Result<Member> decode_member(std::string_view bytes) {
  ByteReader in{bytes};
  if (in.byte() != record_version) return unreadable("issue's post");
  Member member;
  member.heard_at = at_since_1970(in.signed_number());
  member.voice = in.word<std::uint64_t>();
  if (!complete(in)) return unreadable("issue's post");
  return member;
}

std::string tone_key(const ToneDay& day) {
  std::string key{tones_prefix};
  append_name(key, day.place);
  append_name(key, day.tag);
  for (int shift = 24; shift >= 0; shift -= 8) key.push_back(static_cast<char>((day.day >> shift) & 0xff));
  return key;
}

std::string encode_tone(const ToneDay& day) {
  std::string out{record_version};
  put_varint(out, static_cast<std::uint64_t>(day.negative));
  put_varint(out, static_cast<std::uint64_t>(day.all));
  return out;
}

Result<ToneDay> decode_tone(std::string_view key, std::string_view bytes) {
  ToneDay day;
  ByteReader in{bytes};
  constexpr std::size_t day_bytes = 4;
  const bool ours = key.starts_with(tones_prefix);
  if (ours) key.remove_prefix(tones_prefix.size());
  if (!ours || !take_name(key, day.place) || !take_name(key, day.tag) || key.size() != day_bytes ||
      in.byte() != record_version)
    return unreadable("count of moods");
  std::uint32_t number = 0;
  for (const char byte : key) number = number << 8 | static_cast<unsigned char>(byte);
  day.day = static_cast<int>(number);
  day.negative = static_cast<int>(in.varint32());
  day.all = static_cast<int>(in.varint32());
  if (!complete(in) || day.negative < 0 || day.all < day.negative) return unreadable("count of moods");
  return day;
}

std::string encode_issue_order(const IssueOrder& order) {
  std::string out{record_version, static_cast<char>(order.does)};
  for (const auto* text : {&order.issue, &order.other, &order.by}) put_text(out, *text);
  put_varint(out, order.posts.size());
  for (const auto& post : order.posts) out.append(post.data(), post.size());
  return out;
}

Result<IssueOrder> decode_issue_order(UtcTime at, std::string_view bytes) {
  ByteReader in{bytes};
  if (in.byte() != record_version) return unreadable("order about an issue");
  IssueOrder order{.at = at};
  order.does = read_number<IssueOrder::Does>(in, IssueOrder::Does::merge, IssueOrder::Does::split);
  for (auto* text : {&order.issue, &order.other, &order.by}) *text = in.text();
  order.posts = read_list<PostHash>(in, [](ByteReader& from) {
    PostHash post{};
    const auto read = from.bytes(post.size());
    std::copy(read.begin(), read.end(), post.begin());
    return post;
  });
  if (!complete(in)) return unreadable("order about an issue");
  return order;
}

}  // namespace barometer
