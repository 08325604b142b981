#pragma once

#include <string>
#include <string_view>

namespace barometer {

// The same JSON with what strict parsers refuse in strings made harmless: bytes that are not UTF-8 and escapes of half a
// surrogate pair (\ud83d alone, as servers leave behind that cut texts by UTF-16 units) become U+FFFD, raw control
// characters blanks. Worth trying once a document was refused; a document that was fine stays as it is.
std::string mend_json(std::string_view json);

}  // namespace barometer
