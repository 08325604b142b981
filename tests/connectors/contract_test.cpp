#include <doctest/doctest.h>
#include "connectors/html_text.hpp"
#include "connectors/http_client.hpp"
#include "connectors/post_json.hpp"
#include "connectors/pseudonym.hpp"
#include "connectors/registry.hpp"
#include "connectors/scheduler.hpp"
#include "connectors/time.hpp"
