#!/bin/sh
# consumer.sh CMAKE BUILD MACHINE FRAMEWORK: installs the library into a folder of its own, builds consumer/ against it, and has
# it judge a recorded machine. Each installed header compiles by itself. 77: the library was not built.
set -eu
cmake=$1
build=$2
machine=$3
framework=$4
here=$(cd "$(dirname "$0")" && pwd)
[ -f "$build/librigfit.a" ] || { echo "skipped: librigfit.a is not built" >&2; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$cmake" --install "$build" --component development --prefix "$folder/usr" >/dev/null
"$cmake" -S "$here/consumer" -B "$folder/build" -G Ninja -DCMAKE_PREFIX_PATH="$folder/usr" -DCMAKE_CXX_COMPILER="$(sed -n 's/^CMAKE_CXX_COMPILER:[A-Z]*=//p' "$build/CMakeCache.txt")" >/dev/null
"$cmake" --build "$folder/build" >/dev/null
"$folder/build/consumer" "$machine" "$framework"

cd "$folder/usr/include/rigfit"
headers=$(find . -name '*.hpp' | sed 's|^\./||' | sort)
echo "$headers" | sed 's/.*/#include "&"/' >"$folder/all.cpp"
c++ -std=c++20 -fsyntax-only -I. "$folder/all.cpp"
# What is included and not installed would be found in the sources only by luck: nothing here may name another folder.
missing=$(grep -rhoE '#include "[^"]+"' . | sed 's/#include "//; s/"//' | sort -u | while read -r header; do [ -f "$header" ] || echo "$header"; done)
[ -z "$missing" ] || { echo "included by installed headers, and not installed: $missing" >&2; exit 1; }
