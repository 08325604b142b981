#!/usr/bin/env bash
# Puts Bluesky's own servers into a folder, for the test end_to_end.atproto: 474 packages of npm, 360 MB, about four minutes,
# and Postgres. Not among what every build needs; tests/run.sh does it when BAROMETER_ATPROTO names the folder.
#   usage: install.sh FOLDER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:?"say which folder to install into"}
source "$here/../../../deploy/packages.sh"

packages=()
command -v node >/dev/null || packages+=(nodejs libnode-dev)
command -v npm >/dev/null || packages+=(npm)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || packages+=(postgresql)
if [ ${#packages[@]} -gt 0 ]; then install_packages "${packages[@]}"; fi

mkdir -p "$folder"
if cmp -s "$here/package.json" "$folder/installed.json"; then exit 0; fi
cp "$here/package.json" "$folder/package.json"
# Headers of the installed node, because others could not be fetched.
if [ -e /usr/include/node/node.h ]; then export npm_config_nodedir=/usr; fi
# One of the packages is built here; no other runs anything while it is installed.
npm --prefix "$folder" install --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error
npm --prefix "$folder" rebuild better-sqlite3 --loglevel=error
cp "$here/package.json" "$folder/installed.json"
