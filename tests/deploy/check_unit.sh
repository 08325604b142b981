#!/usr/bin/env bash
# The service may do little: systemd scores what is left open to it, 0 to 100 here, and 15 is our bar.
#   check_unit.sh [SYSTEMD_ANALYZE]
set -euo pipefail
cd "$(dirname "$0")/../../deploy"
if ! [ -x "${1:-}" ]; then
  echo "skipped: systemd-analyze is not installed (Debian package systemd)"
  exit 77
fi
"$1" security --no-pager --offline=true --threshold=15 ./barometer.service
