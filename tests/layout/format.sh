#!/usr/bin/env bash
# Every C++ file of ours is set as .clang-format says. To mend: clang-format -i FILE
#   format.sh [CLANG_FORMAT]
set -euo pipefail
cd "$(dirname "$0")/../.."
if ! [ -x "${1:-}" ]; then
  echo "skipped: clang-format is not installed"
  exit 77
fi
git ls-files -z '*.cpp' '*.hpp' | xargs -0 "$1" --dry-run --Werror
