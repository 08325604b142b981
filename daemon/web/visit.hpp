#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/judge.hpp"
#include "connectors/result.hpp"
#include "daemon/config.hpp"
#include "daemon/http_server.hpp"
#include "daemon/orders.hpp"
#include "daemon/source_state.hpp"
#include "daemon/web/access.hpp"
#include "daemon/web/audit.hpp"
#include "daemon/web/fields.hpp"
#include "daemon/web/shared_answer.hpp"
#include "storage/store.hpp"

namespace barometer {

struct TodayView;

// Whether the address is one of the API, whose answers are JSON.
inline bool for_programs(const WebRequest& request) { return request.path.starts_with("/api/"); }

// What a page or an answer of the API is made from.
struct Desk {
  Store& store;
  std::shared_ptr<const Config> config;
  std::vector<SourceState> sources;  // by name
  SharedAnswer<TodayView>& today;    // what the first page shows; the same for all who ask within a moment
  Access& access;
  AuditLog& audit;
  const std::function<void(const ReviewAction&)>& reviewed;  // told of each step that was taken; may be empty
  std::shared_ptr<const Judge> judge = {};  // of the settings: what judged posts as they are judged now
  // Carries out what changes the store as a whole, one after another; empty if it is still under way after a moment.
  std::function<std::optional<Result<std::string>>(const Order&)> obey = {};
};

// Who asks, and what they asked for.
struct Visit {
  const WebRequest& request;
  Params params = {};
  Fields query = {};
  Fields form = {};
  UtcTime now = {};
  Viewer viewer = {};
  bool open = true;  // nobody has to sign in

  // Lists show words only where looking at them need not be noted one by one.
  bool words_in_lists() const { return open && may(viewer.rights, Right::read_text); }
};

// Notes that somebody looks at the words of these posts; empty when they may. In the open nobody has a name to note.
std::optional<Failure> note_reading(const Desk& desk, const Visit& visit, const std::string& about);

}  // namespace barometer
