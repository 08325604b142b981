#pragma once

#include <chrono>
#include <string>

#include "connectors/walk.hpp"

namespace barometer {

// A walk (connectors/walk.hpp) that now and then goes further down than the usual overlap: where a platform lets posts through late
// (federation, moderation, slow indexes) they stand below what is known, and so do edits.
struct DeepWalkRules {
  WalkRules usual = {};
  std::chrono::minutes deep = std::chrono::hours{24};  // overlap of a deep walk
  std::chrono::minutes every = std::chrono::hours{6};  // between the beginnings of two deep walks
};

// How far below what is known the walk under way, or the one that begins now, goes.
std::chrono::minutes overlap_of(const Walk& walk, const DeepWalkRules& rules, UtcTime now);

// As walk_on().
void deep_walk_on(Walk walk, const std::string& next_token, const DeepWalkRules& rules, UtcTime now, Page& page);

}  // namespace barometer
