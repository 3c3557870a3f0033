#!/bin/sh
# fuzz.sh SOURCE BUILD SECONDS: builds the fuzz targets with clang++ in BUILD and runs each for SECONDS. What it finds
# is kept in BUILD/corpus; a text that breaks something lies in BUILD beside it. 77: there is no libFuzzer here.
set -eu
source=$1
build=$2
seconds=$3

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
cmake --build "$build" --target fuzz_conditions -- --quiet >&2
mkdir -p "$build/corpus/conditions"
exec "$build/tests/fuzz/fuzz_conditions" -max_total_time="$seconds" -max_len=400 -timeout=5 -print_final_stats=1 \
  -dict="$source/tests/fuzz/conditions.dict" -artifact_prefix="$build/" "$build/corpus/conditions" \
  "$source/tests/fuzz/seeds/conditions"
