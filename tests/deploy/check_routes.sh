#!/usr/bin/env bash
# Alertmanager accepts its configuration, and each alert goes where it should.
#   check_routes.sh [AMTOOL]
set -euo pipefail
cd "$(dirname "$0")/../../deploy"
if ! [ -x "${1:-}" ]; then
  echo "skipped: amtool is not installed (Debian package prometheus-alertmanager)"
  exit 77
fi
"$1" check-config alertmanager.yml
goes_to() {
  local receiver=$1
  shift
  "$AMTOOL" config routes test --config.file=alertmanager.yml --verify.receivers="$receiver" "$@"
}
AMTOOL=$1
goes_to "those who run Barometer" alertname=SourceBlind severity=warning source=blog
goes_to duty alertname=AlertUndelivered severity=critical
goes_to duty alertname=StoreNearFull severity=critical
goes_to heartbeat alertname=Watchdog severity=none
