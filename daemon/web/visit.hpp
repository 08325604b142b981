#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/result.hpp"
#include "daemon/config.hpp"
#include "daemon/http_server.hpp"
#include "daemon/source_state.hpp"
#include "daemon/web/fields.hpp"
#include "daemon/web/shared_answer.hpp"
#include "storage/store.hpp"

namespace barometer {

struct TodayView;

// What a page or an answer of the API is made from.
struct Desk {
  const Store& store;
  std::shared_ptr<const Config> config;
  std::vector<SourceState> sources;  // by name
  SharedAnswer<TodayView>& today;    // what the first page shows; the same for all who ask within a moment
};

// Who asks, and what they asked for.
struct Visit {
  const WebRequest& request;
  Params params = {};
  Fields query = {};
  Fields form = {};
  UtcTime now = {};
};

}  // namespace barometer
