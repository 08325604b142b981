#include "daemon/version.hpp"

namespace barometer {

const char* const version = BAROMETER_VERSION;
const char* const revision = BAROMETER_REVISION;
const char* const compiler = BAROMETER_COMPILER;

}  // namespace barometer
