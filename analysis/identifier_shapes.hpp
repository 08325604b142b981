#pragma once

#include <cstdint>
#include <vector>

#include "analysis/plain_text.hpp"

namespace barometer {

enum class IdentifierKind : std::uint8_t { nhs_number, phone, email, postcode, date_of_birth, hospital_number, name };

// Characters [begin, end) of a PlainText that identify a person.
struct IdentifierSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
  IdentifierKind kind = IdentifierKind::name;
};

// Each finder adds what it finds, in order of appearance; identifiers.hpp says what counts. All are linear.
void find_emails(const PlainText& plain, std::vector<IdentifierSpan>& found);
void find_numbers(const PlainText& plain, std::vector<IdentifierSpan>& found);  // NHS numbers and telephones
void find_dates_of_birth(const PlainText& plain, std::vector<IdentifierSpan>& found);
void find_hospital_numbers(const PlainText& plain, std::vector<IdentifierSpan>& found);
void find_postcodes(const PlainText& plain, std::vector<IdentifierSpan>& found);
void find_names(const PlainText& plain, std::vector<IdentifierSpan>& found);

// Ten digits, the last of which is the check digit of the nine before (weights 10 to 2, modulus 11; a check of 10 never is).
bool is_nhs_number(std::string_view ten_digits);

}  // namespace barometer
