#!/usr/bin/env bash
# From a fresh clone to a running Barometer with its demo stream: installs, builds, starts, and says where to look.
#   ./deploy/quickstart.sh        install what is missing, build, start (or find it running)
#   ./deploy/quickstart.sh stop   stop it; what it heard stays in barometer-data/
set -euo pipefail
cd "$(dirname "$0")/.."
source deploy/packages.sh

binary=$PWD/build/release/barometer
store=$PWD/barometer-data
log=$PWD/build/release/barometer.log
pid_file=$PWD/build/release/barometer.pid
config=deploy/barometer.yaml
address=$(sed -n 's/^ *listen: *"\{0,1\}\([0-9.:]*\).*/\1/p' $config)

fail() { printf '\nquickstart: %s\n' "$*" >&2; exit 1; }
step() { printf '\n== %s\n' "$*"; }

# The process id of our running daemon, from the file it was noted in; nothing when it does not run.
# A daemon whose binary was built anew since counts as running: its link ends in " (deleted)".
running() {
  local pid
  pid=$(cat "$pid_file" 2>/dev/null) || return 1
  [[ $(readlink "/proc/$pid/exe" 2>/dev/null) == "$binary"* ]] && echo "$pid"
}

# A process that has ended but that nobody has asked about (State: Z) is not alive.
alive() { grep -q '^State:[[:space:]]*[^Z]' "/proc/$1/status" 2>/dev/null; }

stop() {
  local pid
  pid=$(running) || return 0
  kill -TERM "$pid"
  for _ in {1..150}; do
    alive "$pid" || { rm -f "$pid_file"; return 0; }
    sleep 0.2
  done
  fail "process $pid did not stop within 30 seconds; its log is $log"
}

# Opens a connection to the page's address as descriptor 3. Plain bash: a fresh machine has no curl.
connect() { { exec 3<>"/dev/tcp/${address%:*}/${address##*:}"; } 2>/dev/null; }

# True when the page's server answers that it is ready.
ready() {
  local status
  connect || return 1
  printf 'GET /-/ready HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$address" >&3
  read -r -t 5 _ status _ <&3 || true
  exec 3<&- 3>&-
  [ "${status:-}" = 200 ]
}

if [ "${1:-}" = stop ]; then
  stop
  echo "Stopped."
  exit
fi
[ $# = 0 ] || fail "unknown argument '$1'; the only one is: stop"

step "Packages"
install_packages "${build_packages[@]}" || fail "the packages above are needed to build."
echo "All there."

step "Build (a few minutes the first time)"
export CMAKE_GENERATOR=Ninja  # for a new build folder; one that exists keeps its own
configured=$(cmake --preset release 2>&1) || {
  printf '%s\n' "$configured" >&2
  fail "CMake could not configure; its complaint is above."
}
cmake --build --preset release --target barometer || fail "the build failed; the compiler's complaint is above."

step "Start"
if pid=$(running) && [ "$(readlink "/proc/$pid/exe")" != "$binary" ]; then
  echo "A newer binary was built: restarting process $pid."
  stop
fi
if pid=$(running); then
  echo "It runs already, process $pid."
else
  if connect; then fail "something else answers on $address: stop it, or change web.listen in $config."; fi
  "$binary" check-config $config || fail "the settings above need a change."
  nohup setsid "$binary" run --config $config --demo >"$log" 2>&1 </dev/null &
  pid=$!
  echo "$pid" >"$pid_file"
fi
for _ in {1..300}; do
  if ready; then
    cat <<TEXT

Barometer is listening. Open

    http://$address/

It plays two weeks at an invented trust and, when there is a network, listens to the public sources of
$config. Metrics for Prometheus are at http://$address/metrics, the log is $log.

    $binary posts --store $store --severity 3 --format table
    ./deploy/quickstart.sh stop
TEXT
    exit
  fi
  alive "$pid" || { tail -n 20 "$log" >&2; fail "it stopped at once; the end of its log is above ($log)."; }
  sleep 0.2
done
tail -n 20 "$log" >&2
fail "process $pid runs but was not ready within a minute; the end of its log is above ($log)."
