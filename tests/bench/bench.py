#!/usr/bin/env python3
"""Prints the tables of tests/bench/README.md: times beside other tools, instructions, and how both grow.

    bench.py RIGFIT [--runs N] [--only times|growth]

Times are by hyperfine, medians of N runs (200 unless given) without a shell; instructions are by callgrind.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

import instructions
import machines

PEERS = [("lspci", "-nn"), ("lstopo", "--of", "xml"), ("hwinfo", "--gfxcard"), ("inxi", "-GCm"), ("neofetch",), ("true",)]


def table(header, rows):
    print("| " + " | ".join(header) + " |")
    print("| --- |" + " ---: |" * (len(header) - 1))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def medians(commands, runs, scratch):
    """Seconds, in the order of `commands`; measured side by side in one run of hyperfine."""
    out = os.path.join(scratch, "times.json")
    subprocess.run(["hyperfine", "--shell=none", "--warmup", "5", "--runs", str(runs), "--ignore-failure", "--export-json", out, *commands],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, env=dict(instructions.ENVIRONMENT, TERM="dumb"))
    with open(out, encoding="utf-8") as file:
        return [result["median"] for result in json.load(file)["results"]]


def times(rigfit, runs, scratch):
    names = ["rigfit", "rigfit --format json", "rigfit probe", "rigfit doctor"]
    names += [" ".join(peer) for peer in PEERS if shutil.which(peer[0], path=instructions.ENVIRONMENT["PATH"])]
    missing = [peer[0] for peer in PEERS if not shutil.which(peer[0], path=instructions.ENVIRONMENT["PATH"])]
    took = medians([name.replace("rigfit", rigfit, 1) for name in names], runs, scratch)
    floor = took[-1]
    table(["command, on this machine", "median ms", "of `true`"],
          [["`%s`" % name, "%.2f" % (1000 * one), "%.1f" % (one / floor)] for name, one in zip(names, took)])
    if missing:
        print("Not installed: %s.\n" % ", ".join(missing))


def grown(rigfit, runs, scratch, what, sizes, make):
    """A row a size: what a replay takes, and what each one more adds since the row before."""
    files = []
    for size in sizes:
        path = os.path.join(scratch, "%s-%d.json" % (what.replace(" ", "-"), size))
        files.append(machines.write(make(size), path))
    seconds = medians(["%s --from %s" % (rigfit, path) for path in files], runs, scratch)
    rows, before = [], None
    for size, path, took in zip(sizes, files, seconds):
        count = instructions.count(rigfit, "--from", path) / 1e6
        more = "" if before is None else "%.3f M" % ((count - before[1]) / (size - before[0]))
        rows.append([str(size), "%.2f" % (1000 * took), "%.2f M" % count, more])
        before = (size, count)
    table([what, "median ms", "instructions", "for each more"], rows)


def several_files(rigfit, scratch):
    path = machines.write(machines.with_gpus(8), os.path.join(scratch, "one-of-many.json"))
    rows, before = [], None
    for files in (1, 10, 100):
        count = instructions.count(rigfit, *["--from", path] * files) / 1e6
        more = "" if before is None else "%.3f M" % ((count - before[1]) / (files - before[0]))
        rows.append([str(files), "%.2f M" % count, more])
        before = (files, count)
    table(["`--from` files of 8 GPUs", "instructions", "for each more"], rows)


def rules(rigfit, scratch):
    """The program's own rules with more laid over them: they are read as JSON, checked and judged."""
    rows, before = [], None
    for count in (1, 10, 100, 1000):
        folder = os.path.join(scratch, "rules-%d" % count)
        os.makedirs(os.path.join(folder, "findings", "cuda"))
        machines.write(machines.findings(count), os.path.join(folder, "findings", "cuda", "site.json"))
        took = instructions.count(rigfit, "--rules", folder, "--from", machines.TWO_GPUS) / 1e6
        more = "" if before is None else "%.3f M" % ((took - before[1]) / (count - before[0]))
        rows.append([str(count), "%.1f M" % took, more])
        before = (count, took)
    table(["findings of `--rules`", "instructions", "for each more"], rows)


def growth(rigfit, runs, scratch):
    grown(rigfit, runs, scratch, "PCI functions", [10, 100, 1000], lambda size: machines.with_gpus(0, size))
    grown(rigfit, runs, scratch, "GPUs", [0, 8, 64], lambda size: machines.with_gpus(size, 80))
    grown(rigfit, runs, scratch, "Python environments", [0, 1, 10, 100], machines.with_environments)
    several_files(rigfit, scratch)
    rules(rigfit, scratch)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rigfit")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--only", choices=["times", "growth"])
    given = parser.parse_args()
    rigfit = os.path.abspath(given.rigfit)
    with tempfile.TemporaryDirectory() as scratch:
        if given.only != "growth":
            times(rigfit, given.runs, scratch)
            if instructions.can_count():
                table(["command, on this machine", "instructions"],
                      [["`rigfit %s`" % " ".join(arguments), "%.2f M" % (instructions.count(rigfit, *arguments) / 1e6)]
                       for arguments in ([], ["--format", "json"], ["probe"], ["--version"])])
        if given.only != "times":
            growth(rigfit, given.runs, scratch)
    return 0


if __name__ == "__main__":
    sys.exit(main())
