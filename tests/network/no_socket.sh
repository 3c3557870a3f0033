#!/bin/sh
# no_socket.sh RIGFIT WATCH COLLECT_TEST: no command of rigfit opens a socket, of any kind, unless --metadata is given on
# Google's cloud. The tests of the metadata server, which do, show that the watch would see it.
set -eu
rigfit=$1 watch=$2 collect_test=$3
log=$(mktemp)
trap 'rm -f "$log"' EXIT

watched() { SOCKET_LOG=$log LD_PRELOAD=$watch "$@" >/dev/null 2>&1 || true; }

watched "$collect_test" --gtest_filter=Metadata.AnAttributeIsAskedForWithTheHeader
if ! [ -s "$log" ]; then
  echo "the watch sees no socket where there are some: this test tests nothing"
  exit 1
fi

: >"$log"
for command in recommend probe doctor capture 'probe --plan' 'recommend --format json' 'rules list'; do
  # shellcheck disable=SC2086  # the command's words
  watched "$rigfit" $command
  if [ -s "$log" ]; then
    echo "rigfit $command opened a socket:"
    cat "$log"
    exit 1
  fi
done

if ! grep -qs 'Google Compute Engine' /sys/class/dmi/id/product_name; then
  watched "$rigfit" probe --metadata
  if [ -s "$log" ]; then
    echo "rigfit probe --metadata opened a socket although this is not Google's cloud"
    exit 1
  fi
fi
