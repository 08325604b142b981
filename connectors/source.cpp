#include "connectors/source.hpp"

namespace barometer {

asio::awaitable<Result<Page>> Source::recheck(std::vector<KeptPost>, UtcTime) { co_return Page{}; }

}  // namespace barometer
