#!/bin/sh
# needs.sh PROGRAM: a release needs the C library alone, no newer one than 2.35 (Ubuntu 22.04; Debian 12 has 2.36), and is no
# larger than 6.5 MiB. 77: this system is not the one that releases are made on.
set -eu
most_bytes=6815744
needed=$(readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]$/\1/p')
others=$(echo "$needed" | grep -vE '^(libc|libm|ld-linux-x86-64|ld-linux-aarch64)\.so\.' || true)
[ -z "$others" ] || { echo "it needs more than the C library: $others" >&2; exit 1; }
size=$(wc -c <"$1")
echo "$size bytes"
[ "$size" -le $most_bytes ] || { echo "it has more than $most_bytes bytes" >&2; exit 1; }
if [ "$(getconf GNU_LIBC_VERSION)" != "glibc 2.36" ]; then
  echo "skipped: which C library a program needs is that of the system it is compiled on; releases are made on Debian 12" >&2
  exit 77
fi
newest=$(readelf -W --version-info "$1" | grep -oE 'GLIBC_2\.[0-9]+' | sort -t . -k 2 -n | tail -n 1)
[ "${newest#GLIBC_2.}" -le 35 ] || { echo "it needs $newest" >&2; exit 1; }
