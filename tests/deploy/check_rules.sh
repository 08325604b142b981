#!/usr/bin/env bash
# Prometheus accepts its configuration and rules, and the rules fire when they should.
#   check.sh [PROMTOOL]
set -euo pipefail
cd "$(dirname "$0")/../../deploy"
if ! [ -x "${1:-}" ]; then
  echo "skipped: promtool is not installed (Debian package prometheus)"
  exit 77
fi
"$1" check config prometheus.yml
"$1" check rules alerts.yml
"$1" test rules alerts_test.yml
