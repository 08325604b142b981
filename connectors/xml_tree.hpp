#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <libxml/tree.h>

namespace barometer {

// Reading of libxml2's trees, for .cpp files of connectors/ only.

using XmlDocument = std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)>;

// What can be had of a text before ten thousand complaints; null when that is nothing. Nothing is fetched, no entity is replaced,
// nothing is printed. Several things take time as the square of their number here (names, namespaces, attributes of one tag,
// complaints), so the text is the mender's (platforms/feed_mend.hpp).
XmlDocument parse_xml(std::string_view utf8);

// Whose element it is. Core are all the namespaces of RSS and Atom, and none: feeds mix them at will.
enum class XmlVocabulary {
  core,
  content,
  dc,
  dcterms,
  itunes,
  media,
  slash,
  syndication,
  thread,
  feedburner,
  xhtml,
  rdf,
  other
};

XmlVocabulary vocabulary_of(const xmlNode* node);
// The name without prefix, in lower case.
std::string name_of(const xmlNode* node);

// Value of the attribute of that local name, whatever its namespace and case, without white space around it.
std::string attribute(const xmlNode* node, std::string_view name);
bool has_attribute(const xmlNode* node, std::string_view name);

// All text inside, mark-up left out, without white space around it.
std::string inner_text(const xmlNode* node);
bool has_elements(const xmlNode* node);
// The children as HTML.
std::string inner_html(const xmlNode* node);

// xml:lang of the element or the nearest around it.
std::string language_at(const xmlNode* node);
// What relative references in this element are seen from: the chain of xml:base, and the document's address.
std::string base_at(const xmlNode* node);

std::string_view trimmed(std::string_view text);
// The number that a text begins with, 0 when there is none or it is negative.
std::int64_t whole_number(std::string_view text);

}  // namespace barometer
