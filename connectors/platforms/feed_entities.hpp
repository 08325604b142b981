#pragma once

#include <map>
#include <string>
#include <string_view>

namespace barometer {

// The characters that stand for others: "&eacute;", "&#233;", and what a document type declares. Not moved while in use.
class FeedEntities {
 public:
  // <!ENTITY name "value"> in a document type's inner part. Short plain values are known from now on, with characters in numbers
  // put in; one that refers to other entities, by which small documents grow large, is not, nor is what lies elsewhere.
  void declare(std::string_view subset);

  // A text as XML may have it, also in quotes: known references as their characters, '&' of all others escaped, and '<', '>', '"'.
  // Once what the document declared has been put in for a megabyte, no more of it is.
  void append(std::string& out, std::string_view text);

 private:
  void declare_one(std::string_view rest);
  std::size_t append_reference(std::string& out, std::string_view text);
  bool append_named(std::string& out, std::string_view name);

  std::map<std::string, std::string, std::less<>> own_;
  std::size_t put_in_ = 0;  // bytes of their values, so far
};

// Plain text as XML may have it, also in quotes.
void append_escaped(std::string& out, std::string_view text);

}  // namespace barometer
