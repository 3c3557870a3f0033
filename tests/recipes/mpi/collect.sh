#!/bin/sh
# collect.sh FOLDER [OPTIONS OF MPIRUN]: a report of each node of an MPI allocation, FOLDER/NODE.json.
#
#   collect.sh reports --hostfile hosts
#
# mpirun starts any program; rigfit needs no MPI. One process a node (ppr:1:node), each writes its own file, at once and
# whole, to FOLDER, which all nodes have to share. --exit-zero: mpirun ends all when one fails.
set -eu
[ $# -ge 1 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2; }
folder=$1
shift
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
# shellcheck disable=SC2016  # the shell of each process expands it
mpirun --map-by "${RIGFIT_MAP:-ppr:1:node}" "$@" sh -c '
  name=$(uname -n)
  [ -z "${RIGFIT_BY_RANK:-}" ] || name=rank$OMPI_COMM_WORLD_RANK
  timeout --kill-after=5 "${RIGFIT_SECONDS:-30}" rigfit --format json --exit-zero --output "$0/$name.json" || true' "$folder"
echo "$(find "$folder" -name '*.json' | wc -l) reports in $folder"
