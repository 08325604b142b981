#pragma once

#include <chrono>

namespace barometer {

// Whether a day is a bank holiday in England and Wales: the rules of the Banking and Financial Dealings Act 1971 with substitute
// days, and what proclamations moved or added from 2011 on. A proclamation that comes after this was written is not known.
bool bank_holiday(std::chrono::year_month_day day);

}  // namespace barometer
