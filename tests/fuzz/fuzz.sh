#!/bin/sh
# fuzz.sh SOURCE BUILD TARGET SECONDS: builds the fuzz targets with clang++ in BUILD and runs TARGET (all: each in turn) for
# SECONDS altogether. What it finds is kept in BUILD/corpus; a text that breaks something lies in BUILD beside it. At the end
# a line a target: how many texts it tried. 77: there is no libFuzzer here. RIGFIT_FUZZ_LOGS, a folder, keeps all it says.
set -eu
source=$1
build=$2
target=$3
seconds=$4

if ! command -v clang++ >/dev/null; then
  echo "skipped: there is no clang++ here" >&2
  exit 77
fi
mkdir -p "$build"
echo 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }' >"$build/try.cpp"
if ! clang++ -fsanitize=fuzzer,address "$build/try.cpp" -o "$build/try" 2>"$build/try.log"; then
  echo "skipped: clang++ has no libFuzzer here (Debian: libclang-rt-dev)" >&2
  exit 77
fi

if [ ! -f "$build/build.ninja" ]; then
  cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER=clang++ \
    "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -gline-tables-only" -DRIGFIT_FUZZ=ON -DRIGFIT_TESTS=OFF -DRIGFIT_WERROR=OFF >&2
fi
cmake --build "$build" --target fuzz_targets -- --quiet >&2
program=$build/tests/fuzz/fuzz_targets
fixtures=${RIGFIT_SHARED:-$source/../shared}/fixtures
[ -d "$fixtures" ] || fixtures=
logs=${RIGFIT_FUZZ_LOGS:-$build/logs}
mkdir -p "$logs"

all=$("$program")
if [ "$target" != all ]; then
  all=$(echo "$all" | grep "^$target ") || { echo "there is no target \"$target\"; there are:" "$("$program" | cut -d' ' -f1 | tr '\n' ' ')" >&2; exit 2; }
fi
each=$((seconds / $(echo "$all" | wc -l)))
[ "$each" -gt 0 ] || each=1
failed=0

# run NAME LONGEST
run() {
  mkdir -p "$build/corpus/$1" "$build/made/$1"
  RIGFIT_FUZZ_TARGET=$1 RIGFIT_FUZZ_SEEDS=$build/made/$1 RIGFIT_FUZZ_FIXTURES=$fixtures "$program"
  folders="$build/corpus/$1 $build/made/$1"
  [ ! -d "$source/tests/fuzz/seeds/$1" ] || folders="$folders $source/tests/fuzz/seeds/$1"
  words=
  [ ! -f "$source/tests/fuzz/$1.dict" ] || words="-dict=$source/tests/fuzz/$1.dict"
  status=0
  # shellcheck disable=SC2086  # lists of words
  RIGFIT_FUZZ_TARGET=$1 "$program" -max_total_time="$each" -max_len="$2" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
    $words -artifact_prefix="$build/$1-" $folders >"$logs/$1" 2>&1 || status=$?
  echo "$1: $(sed -n 's/^stat::number_of_executed_units: *//p' "$logs/$1") texts in $each s, coverage $(sed -n 's/.*cov: \([0-9]*\).*/\1/p' "$logs/$1" | tail -1)"
  if [ "$status" -ne 0 ]; then
    tail -40 "$logs/$1" >&2
    failed=1
  fi
}

while read -r name longest; do
  run "$name" "$longest" </dev/null
done <<LIST
$all
LIST
exit "$failed"
