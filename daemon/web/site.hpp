#pragma once

#include <functional>
#include <memory>

#include "daemon/web/shared_answer.hpp"
#include "daemon/web/today.hpp"
#include "daemon/web/visit.hpp"

namespace barometer {

// Everything that people and programs may ask for beside metrics and health: which address is answered by what.
class Site {
 public:
  struct Of {
    const Store& store;
    const SourceStates& states;
    std::function<std::shared_ptr<const Config>()> config;
    std::function<UtcTime()> now;
  };
  explicit Site(Of of);

  // Any thread; reads the store.
  HttpReply answer(const WebRequest& request);

 private:
  Of of_;
  SharedAnswer<TodayView> today_{std::chrono::seconds{2}};
};

}  // namespace barometer
