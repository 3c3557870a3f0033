#!/bin/sh
# includes.sh ROOT: fails when a folder includes a folder it may not know, or a header pulls in a heavy library.
# src/libraries is where heavy headers are precompiled.
#   text <- evidence <- facts <- rules <- judge <- analysis <- report <- fleet, and export beside report; probes know evidence
#   and facts, analysis knows them; collect knows evidence; ask knows text, and the protocol between it and those that start it. Each may know
#   those that the next to its left knows, too.
set -eu
cd "$1"
status=0

# may FOLDER ALLOWED...: the project's own includes of FOLDER start with one of ALLOWED
may() {
  folder=$1
  shift
  [ -d "$folder" ] || return 0
  allowed=$(echo "$@" | tr ' ' '|')
  bad=$(grep -rnE '#include "' "$folder" --include='*.?pp' | grep -vE "#include \"($allowed)(/|\\.hpp)" || true)
  if [ -n "$bad" ]; then
    echo "$folder may include only: $*" >&2
    echo "$bad" | sed 's/^/  /' >&2
    status=1
  fi
}

may src/text text
may src/evidence evidence text
may src/facts facts fact_names evidence text
may probes probes facts fact_names evidence text
may src/collect collect evidence text
may src/ask ask text evidence/ask_protocol
may src/rules rules facts fact_names evidence text
may src/judge judge rules facts fact_names evidence text
may src/analysis analysis commit judge rules probes facts fact_names evidence text
may src/export export analysis judge rules facts fact_names evidence text
may src/report report analysis judge rules facts fact_names evidence text
may src/fleet fleet report analysis judge rules facts fact_names evidence text

heavy=$(grep -rnE '#include <(boost/|nlohmann/json\.hpp|CLI/|valijson/|regex|archive)' src probes --include='*.hpp' --exclude-dir=libraries 2>/dev/null || true)
if [ -n "$heavy" ]; then
  echo "heavy headers belong in one .cpp each:" >&2
  echo "$heavy" | sed 's/^/  /' >&2
  status=1
fi
parsers=$(grep -rlE '#include <CLI/' src probes 2>/dev/null | grep -vx 'src/cli/options/parse.cpp' || true)
if [ -n "$parsers" ]; then
  echo "only src/cli/options/parse.cpp knows CLI11: $parsers" >&2
  status=1
fi
texts=$(grep -rnE '_by_name(_if_unknown)?(<[^()]*>)?\( *"' src probes || true)
if [ -n "$texts" ]; then
  echo "a name of a fact that is known when compiling is a typed one of fact_names/:" >&2
  echo "$texts" | sed 's/^/  /' >&2
  status=1
fi
exit $status
