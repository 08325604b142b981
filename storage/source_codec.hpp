#pragma once

#include <string>
#include <string_view>

#include "connectors/result.hpp"
#include "storage/source_record.hpp"

namespace barometer {

// The values of what is remembered of sources; numbers and texts are those of bytes.hpp, times signed milliseconds
// since 1970, optional X := 00 | 01 X.
//
//   gap record    := 01 reason:u8 end:u8 [to - from : varint, unless open]
//   reason        := 0 down, 1 limited, 2 misconfigured, 3 restarted, 4 capped
//   end           := 0 open, 1 ended and not known, 2 ended and caught up, 3 ended and lost
//   source record := 01 platform host : text   written_at : signed   retired:u8
//                    last_success last_post next_ask failing_since : optional signed
//                    interval:varint (milliseconds)   failures_in_a_row:varint   failure: optional (
//                      remedy:u8 (0 retry, 1 wait, 2 skip, 3 ask_operator) capped:u8 detail:text not_before:optional signed)
//                    limit_left limit_resets_at : optional signed   sweep: optional (after:text began:signed)   [began: optional signed]
//   hour tally    := 01 hour:signed (hours since 1970)   heard stored edited deleted : varint
//                    dropped: list of (reason:text posts:varint)
//   moment        := 01 time, as in keys: of "alive" and of a native id's post
//
// Reading returns a failure for any bytes that are not exactly such a record, and never more than the bytes hold.

std::string encode_gap(const Gap& gap);
Result<Gap> decode_gap(std::string_view source, UtcTime from, std::string_view bytes);

std::string encode_source(const SourceRecord& record);
Result<SourceRecord> decode_source(std::string_view bytes);

std::string encode_tally(const HourTally& tally);
Result<HourTally> decode_tally(std::string_view bytes);

std::string encode_moment(UtcTime time);
Result<UtcTime> decode_moment(std::string_view bytes);

}  // namespace barometer
