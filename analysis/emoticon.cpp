#include "analysis/emoticon.hpp"

namespace barometer {
namespace {

constexpr std::string_view eyes = ":;=";
constexpr std::string_view noses = "-o*'";
constexpr std::string_view mouths = ")]dDpP3([/\\|{@cC";
constexpr std::string_view mirrored_mouths = "()[]";
constexpr std::string_view whole[] = {"</3", ">_<", "^_^", "-_-", "D:", ":*", "^^", "xD", "XD", "xP", "XP"};

// The sets are short and known here: told without a call.
bool one_of(std::string_view set, char c) {
  bool found = false;
  for (const char one : set) found = found || one == c;
  return found;
}

bool ends_well(std::string_view text, std::size_t at) {
  return at >= text.size() || one_of(" \t\r\n\f\v.,!?", text[at]);
}

std::size_t run_end(std::string_view text, std::size_t at) {
  const char first = text[at];
  while (at < text.size() && text[at] == first) ++at;
  return at;
}

// [<>] eyes nose mouth…
Emoticon upright(std::string_view text) {
  Emoticon face;
  std::size_t at = 0;
  if (one_of("<>", text[at])) face.letters[face.length++] = text[at++];
  if (at >= text.size() || !one_of(eyes, text[at])) return {};
  face.letters[face.length++] = text[at++];
  if (at + 1 < text.size() && one_of(noses, text[at]) && one_of(mouths, text[at + 1])) ++at;
  if (at >= text.size() || !one_of(mouths, text[at])) return {};
  face.letters[face.length++] = text[at];
  face.bytes = run_end(text, at);
  return ends_well(text, face.bytes) ? face : Emoticon{};
}

// mouth… nose eyes
Emoticon mirrored(std::string_view text) {
  if (!one_of(mirrored_mouths, text[0])) return {};
  Emoticon face;
  face.letters[face.length++] = text[0];
  std::size_t at = run_end(text, 0);
  if (at + 1 < text.size() && one_of(noses, text[at])) ++at;
  if (at >= text.size() || !one_of(eyes, text[at])) return {};
  face.letters[face.length++] = text[at];
  face.bytes = at + 1;
  return ends_well(text, face.bytes) ? face : Emoticon{};
}

// "<3", or any other face written in one way only.
Emoticon fixed(std::string_view text, bool after_blank) {
  if (text.starts_with("<3")) {
    const auto bytes = run_end(text, 1);
    if (ends_well(text, bytes)) return {bytes, {'<', '3'}, 2};
  }
  for (const auto face : whole) {
    if (text[0] != face[0] || text[1] != face[1]) continue;  // as nearly always
    if (!text.starts_with(face) || !ends_well(text, face.size())) continue;
    if (!after_blank && face != ":*" && face != "</3") continue;
    Emoticon found{face.size(), {}, face.size()};
    face.copy(found.letters.data(), face.size());
    return found;
  }
  return {};
}

}  // namespace

Emoticon emoticon_at(std::string_view text, bool after_blank) {
  if (text.size() < 2) return {};
  if (const auto face = fixed(text, after_blank); face.bytes != 0) return face;
  if (const auto face = upright(text); face.bytes != 0) return face;
  return after_blank ? mirrored(text) : Emoticon{};
}

}  // namespace barometer
