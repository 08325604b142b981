#include <doctest/doctest.h>
#include "storage/store.hpp"
#include "analysis/judge.hpp"
#include "daemon/config.hpp"
#include "daemon/run_on.hpp"
#include "daemon/source_state.hpp"
