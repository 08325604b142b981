#pragma once

#include <string>
#include <string_view>

namespace barometer {

struct MendedXml {
  std::string xml = {};
  bool cut = false;          // the document broke off before its last <item> or <entry> was closed
  bool cut_in_item = false;  // and inside one of that item's elements
};

// Well-formed XML from something like it, as feeds are found: HTML's entities and bare '&', '<' that begins no tag, tags
// left open or closed in the wrong order, attributes without quotes, <br> and <img> without '/', text before the document,
// a document that breaks off. Comments, processing instructions and the document type go; of the latter's entities short
// plain ones are put in where they are used, all others stay as written, so nothing grows and nothing is fetched.
// UTF-8 in and out; linear in the size.
MendedXml mend_xml(std::string_view xml);

}  // namespace barometer
