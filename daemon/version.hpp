#pragma once

namespace barometer {

extern const char* const version;   // as in CMakeLists.txt
extern const char* const revision;  // of the source tree when it was configured; "unknown" outside a checkout
extern const char* const compiler;

}  // namespace barometer
