#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/result.hpp"
#include "storage/review.hpp"

namespace barometer {

// The keys and values of what people did with issues and posts.
//
//   review key    := 'i' issue:name number:u32 | 'p' id_hash number:u32      number counts the steps of one subject from 0, big-endian
//   review action := 01 step:u8 who:text at:signed status:u8 verdict:u8 severity:u8 about text : text
//                    until: 00 | 01 signed   concerns: list of (theme:u8 severity:u8 rule:text)
std::string review_prefix(const ReviewSubject& subject);
std::string review_key(const ReviewSubject& subject, std::uint32_t number);
struct ReviewKey {
  ReviewSubject subject = {};
  std::uint32_t number = 0;
};
std::optional<ReviewKey> parse_review_key(std::string_view key);

std::string encode_review(const ReviewAction& action);
Result<ReviewAction> decode_review(std::string_view bytes);

}  // namespace barometer
