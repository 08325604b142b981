# shellcheck shell=bash disable=SC2034
# Which Debian 12 packages building, running and testing need, and how they are put on the machine.
# Sourced by quickstart.sh and tests/run.sh: the only place where packages are named.

# What CMakeLists.txt looks for, and what the program needs while it runs.
build_packages=(
  g++ cmake ninja-build ccache pkg-config ca-certificates
  libcurl4-openssl-dev libsimdjson-dev librocksdb-dev libboost1.81-dev libboost-json1.81-dev
  prometheus-cpp-dev libicu-dev libxml2-dev libgumbo-dev libssl-dev libyaml-cpp-dev
  libspdlog-dev libcmark-dev libcli11-dev libkainjow-mustache-dev libxxhash-dev libre2-dev libsnappy-dev libprotozero-dev libsodium-dev
  libjemalloc-dev
  doctest-dev
)

# The page's stylesheet is made with packages of npm. Debian's own, unless another npm is there: the two exclude each other.
command -v npm >/dev/null || build_packages+=(nodejs npm)

# The real servers that the tests talk to, and the tools that read our code.
test_packages=(
  prometheus prometheus-alertmanager postfix sasl2-bin libsasl2-modules openssl python3 git procps util-linux valgrind
  wordpress php-cli php-mysql mariadb-server-core
  clang libclang-rt-14-dev clang-format chromium wrk
)

# Those of the named packages that are not installed, one a line.
missing_packages() {
  comm -23 <(printf '%s\n' "$@" | sort -u) \
    <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p' | sort -u)
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "This needs root to install packages: run it as root, or install sudo." >&2
    return 1
  fi
}

# Installs what is missing of the named packages, and says so; nothing at all, and no network, when nothing is.
# Services that come with a package are not started.
install_packages() {
  local missing replaced policy=/usr/sbin/policy-rc.d made_policy="" status=0
  mapfile -t missing < <(missing_packages "$@")
  if [ ${#missing[@]} = 0 ]; then return 0; fi
  if ! command -v apt-get >/dev/null; then
    echo "These Debian packages are needed, and there is no apt-get to install them: ${missing[*]}" >&2
    return 1
  fi
  echo "Installing: ${missing[*]}"
  as_root apt-get -qq update || return 1
  # Debian's default Boost (1.74) and 1.81 exclude each other.
  replaced=$(apt-get -s --no-install-recommends install "${missing[@]}" | sed -n 's/^Remv \([^ ]*\).*/\1/p' | xargs)
  if [ -n "$replaced" ]; then echo "This replaces (apt-get install brings them back): $replaced"; fi
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null && as_root chmod 755 $policy && made_policy=yes
  fi
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 install "${missing[@]}" >/dev/null || status=$?
  if [ -n "$made_policy" ]; then as_root rm -f $policy; fi
  if [ $status != 0 ]; then echo "apt-get could not install them; its complaint is above." >&2; fi
  return $status
}
