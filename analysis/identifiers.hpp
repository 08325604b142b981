#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace barometer {

// A text in which what points to one private person has been replaced by its kind: "[NHS number]", "[phone]" …
struct Masked {
  std::string text = {};
  std::vector<std::string> kinds =
      {};  // each once: nhs_number, phone, email, postcode, date_of_birth, hospital_number, name
};

// Masks, whatever blanks, dots, dashes, line breaks, invisible characters or Unicode digits stand in between:
//   NHS numbers        ten digits whose last is right (NHS Data Dictionary: weights 10 to 2, modulus 11)
//   telephone numbers  of the United Kingdom's numbering plan, and any with + and a country code; not the emergency and
//                      advice lines (999, 111, 116 123, 0300, 0800 …) nor one called a switchboard or helpline
//   e-mail addresses   also with (at) and (dot); not a handle such as @name@server.example
//   postcodes          in the areas that exist; not "m6 4th"
//   dates of birth     a full date after "dob", "born", "date of birth" …
//   hospital numbers   after "hospital number", "MRN", "patient number" …
//   names              two or more capitalised words after "Mr", "Mrs", "Ms", "Miss" or "name is"
// Any bytes; linear in their number. Nothing inside a web address is touched.
Masked mask_identifiers(std::string_view text);

}  // namespace barometer
