#!/usr/bin/env bash
# Lets every built fuzz target play from its corpus, tests/fuzz/corpus/NAME.
#   run.sh FOLDER_OF_TARGETS                 a few seconds each, the same inputs every time: what passed once passes again
#   run.sh FOLDER_OF_TARGETS SECONDS_EACH    looking for something new
# What a run finds interesting is thrown away; what makes it fail stands in the output as base64.
set -uo pipefail
folder=$(realpath "$1") || exit
cd "$(dirname "$0")" || exit
shopt -s nullglob
targets=("$folder"/*_fuzz)
if [ ${#targets[@]} = 0 ]; then
  echo "skipped: no fuzz targets in $folder; build them with: cmake --preset fuzz && cmake --build --preset fuzz"
  exit 77
fi
play=(-seed=2026 -runs=4000 -max_total_time=8)
if [ $# -ge 2 ]; then play=(-max_total_time="$2"); fi
found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT
status=0
for target in "${targets[@]}"; do
  name=$(basename "$target")
  mkdir -p "$found/$name"
  corpus=("corpus/$name" "corpus/${name%_fuzz}")
  seeds=()
  for folder in "${corpus[@]}"; do if [ -d "$folder" ]; then seeds+=("$folder"); fi; done
  echo "== $name"
  "$target" "${play[@]}" -timeout=20 -rss_limit_mb=3000 -print_final_stats=1 \
    -artifact_prefix="$found/" "$found/$name" "${seeds[@]}" >"$found/log" 2>&1 || status=1
  if [ $status = 0 ]; then grep -E 'number_of_executed_units|Done' "$found/log"; else tail -n 60 "$found/log"; break; fi
done
exit $status
