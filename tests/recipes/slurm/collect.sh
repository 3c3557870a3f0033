#!/bin/sh
# collect.sh FOLDER [OPTIONS OF SRUN]: a report of each node of a Slurm cluster, FOLDER/NODE.json.
#
#   collect.sh reports --nodes=16
#   collect.sh reports --nodelist='gpu[001-016]'
#
# One file a node: what srun merges into its own output is cut after 1,024 bytes (-l) or mixed within lines. A node whose
# rigfit hangs costs the others nothing: it is ended after RIGFIT_SECONDS (30), and srun stops waiting for a node that
# died so long after the first one was done. What is missing in FOLDER did not answer: rigfit fleet --expect names it.
set -eu
[ $# -ge 1 ] || { sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 2; }
folder=$1
shift
seconds=${RIGFIT_SECONDS:-30}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
# A failed node gives srun its exit status; the others' files are there all the same.
srun --ntasks-per-node=1 --kill-on-bad-exit=0 --no-kill --wait="$((seconds + 10))" --input=none \
  --output="$folder/%N.json" --error="$folder/%N.err" "$@" \
  timeout --kill-after=5 "$seconds" rigfit --format json --exit-zero ||
  echo "collect.sh: srun ended with $?: some nodes did not answer" >&2
find "$folder" -name '*.err' -empty -delete
# A node that was ended in the middle leaves half a report, or none.
for report in "$folder"/*.json; do
  [ -s "$report" ] || rm -f "$report"
done
echo "$(find "$folder" -name '*.json' | wc -l) reports in $folder"
