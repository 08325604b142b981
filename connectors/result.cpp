#include "connectors/result.hpp"

#include <stdexcept>

namespace barometer {

void throw_exception_from_error(const Failure& failure, const boost::source_location&) {
  throw std::runtime_error(failure.detail);
}

}  // namespace barometer
