#!/bin/sh
# startup.sh RIGFIT: times the default run beside `lspci -nn` (a small C program that walks the same bus) and `/bin/true`
# (what starting any process costs), in one run and one table.
set -eu
rigfit=$1
table=$(mktemp)
trap 'rm -f "$table"' EXIT
hyperfine --shell=none --warmup 20 --runs 300 --export-markdown "$table" \
  --command-name 'rigfit' "$rigfit" \
  --command-name 'rigfit --format json' "$rigfit --format json" \
  --command-name 'rigfit probe' "$rigfit probe" \
  --command-name 'lspci -nn' 'lspci -nn' \
  --command-name '/bin/true' /bin/true >/dev/null
cat "$table"
