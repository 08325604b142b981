#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "analysis/issues/issue.hpp"
#include "analysis/issues/tracker.hpp"
#include "connectors/result.hpp"
#include "storage/bytes.hpp"
#include "storage/issue_orders.hpp"

namespace barometer {

// The values of issues and of what they are made of, as those of codec.hpp.
//
//   issue         := id:text kind:u8 state:u8 theme:u8 place tag : text   severity:u8   first_post_at opened_at : signed
//                    escalated_at: list of signed   last_post_at:signed   posts voices : varint   sources rules : lists of text
//                    evidence: voices:signed expected:f64 window:signed chance:f64 blind:signed   detector:text
//   utterance record  := 02 made_at:signed voice:u64 place tag source : text   concerns: list of (theme:u8 severity:u8 rule:text)
//                    sketched:u8 [sketch: 16 of u16 if 2, of u32 if 1: then the last 16 bits count] unanswered_since: 00 | 01 signed   copied:u8;
//                    when it was heard, and its hash, are its key
//                    | 01, likewise without the last two (read, no longer written)
//   issue record  := 02 issue closed: 00 | 01 signed   told_voices:varint surprise:f64
//                    spells: list of (theme:u8 from to : signed)   tail
//                    | 01, likewise without a tail (read, no longer written)
//   tail          := unanswered_since: 00 | 01 signed   coordinated:u8   merged_into:text   evidence.heard:signed
//   member record := 01 heard_at:signed voice:u64
//   tone          := 01 negative all : varint; its place, tag and day are its key
//   order         := 01 does:u8 issue other by : text   posts: list of 16 bytes; when it was given is its key
// Part of other records: no version of its own.
void put_issue(std::string& out, const Issue& issue);
Issue read_issue(ByteReader& in);
// Of an issue, what came to be known later: at the end of records.
void put_issue_tail(std::string& out, const Issue& issue);
void read_issue_tail(ByteReader& in, Issue& issue);

std::string encode_utterance(const Utterance& heard);
Result<Utterance> decode_utterance(std::string_view key, std::string_view bytes);

std::string encode_issue(const Issue& issue);
Result<Issue> decode_issue(std::string_view bytes);

struct Member {
  UtcTime heard_at = {};
  std::uint64_t voice = 0;
};
std::string encode_member(const Member& member);
Result<Member> decode_member(std::string_view bytes);

//   tones_prefix place tag : name   day:u32 big-endian
inline constexpr std::string_view tones_prefix = "tone ";
std::string tone_key(const ToneDay& day);
std::string encode_tone(const ToneDay& day);
Result<ToneDay> decode_tone(std::string_view key, std::string_view bytes);

std::string encode_issue_order(const IssueOrder& order);
Result<IssueOrder> decode_issue_order(UtcTime at, std::string_view bytes);

}  // namespace barometer
