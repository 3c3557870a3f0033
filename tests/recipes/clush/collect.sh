#!/bin/sh
# collect.sh FOLDER NODES: a report of each node through ClusterShell, FOLDER/NODE.json.
#
#   collect.sh reports 'gpu[001-128]'
#   collect.sh reports @gpus
#
# clush gathers whole outputs, a file a node; what a node says on stderr goes to FOLDER/NODE.err. A node that hangs is
# ended after RIGFIT_SECONDS (30). CLUSH_OPTIONS are for clush itself ("--fanout 128").
set -eu
[ $# -eq 2 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2; }
folder=$1
nodes=$2
seconds=${RIGFIT_SECONDS:-30}
mkdir -p "$folder/out" "$folder/err"
command=${RIGFIT_COMMAND:-"timeout --kill-after=5 $seconds rigfit --format json --exit-zero"}
# shellcheck disable=SC2086  # a list of words
clush ${CLUSH_OPTIONS:-} --quiet --command_timeout="$((seconds + 10))" --outdir="$folder/out" --errdir="$folder/err" \
  -w "$nodes" "$command" >/dev/null 2>&1 || true # the files tell who did not answer
for answer in "$folder"/out/*; do
  [ -s "$answer" ] && mv "$answer" "$folder/$(basename "$answer").json"
done
for error in "$folder"/err/*; do
  [ -s "$error" ] && mv "$error" "$folder/$(basename "$error").err"
done
rm -rf "$folder/out" "$folder/err"
echo "$(find "$folder" -name '*.json' | wc -l) reports in $folder"
