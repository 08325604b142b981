#!/usr/bin/env bash
# The only command that the tests need: installs, builds with warnings as errors and sanitizers, runs everything.
# Ends with ctest's closing lines, and with ctest's exit code.
set -euo pipefail
cd "$(dirname "$0")/.."
source deploy/packages.sh

stage() {
  local begin=$SECONDS name=$1
  shift
  printf '\n== %s\n' "$name"
  "$@" || { echo "$name failed." >&2; exit 1; }
  printf '== %s took %d s\n' "$name" $((SECONDS - begin))
}

stage packages install_packages "${build_packages[@]}" "${test_packages[@]}"
# Large, so only where it is asked for; without it the test end_to_end.atproto says that it is skipped, and why.
if [ -n "${BAROMETER_ATPROTO:-}" ]; then stage atproto tests/support/atproto/install.sh "$BAROMETER_ATPROTO"; fi
export CMAKE_GENERATOR=Ninja  # for new build folders; one that exists keeps its own
stage configure cmake --preset dev
stage build cmake --build --preset dev
# The program as it is installed, whose instructions are counted.
stage "release configure" cmake --preset release
stage "release build" cmake --build --preset release --target barometer
if command -v clang++ >/dev/null; then
  stage "fuzz configure" cmake --preset fuzz
  stage "fuzz build" cmake --build --preset fuzz
fi
printf '\n== tests\n'
exec ctest --preset dev
