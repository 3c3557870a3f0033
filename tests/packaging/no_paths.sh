#!/bin/sh
# no_paths.sh PROGRAM SOURCE BUILD: a program that holds the name of a folder it was built in is another one in each folder.
set -eu
for folder in "$2" "$3"; do
  if grep -qaF "$folder/" "$1"; then
    echo "$1 holds $folder:" >&2
    grep -aoE "$folder/[[:print:]]{0,60}" "$1" | sort -u | head -n 5 >&2
    exit 1
  fi
done
