#!/usr/bin/env python3
"""Replays recordings of real machines through the program and holds what a person read out of them.

    replay.py RIGFIT RECORDINGS [--table README]

RECORDINGS holds MANIFEST.json (entries, each with a `kind` and the facts to `expect`) and as_machine.py, which turns an entry
into a machine file or names the tarball to look at. Every expected fact of every kind is compared with the JSON report of
`rigfit probe`. `--table` also holds the table of counts in that file against what was counted.

Exit status: 0 all hold (but for those in exceptions.json, each with its reason), 1 some do not, 77 no recordings here.
"""
import argparse
import collections
import concurrent.futures
import contextlib
import importlib.util
import io
import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import expectations  # noqa: E402


def load_tool(folder):
    spec = importlib.util.spec_from_file_location("as_machine", os.path.join(folder, "as_machine.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def arguments_for(tool, folder, entry, scratch):
    """The `--from FILE` or `--root TARBALL` that replays an entry; None where it holds nothing to replay."""
    out = os.path.join(scratch, re.sub(r"[^A-Za-z0-9.+-]+", "_", entry["path"].strip("/")) + ".json")
    said = io.StringIO()
    before = sys.argv
    sys.argv = ["as_machine.py", entry["path"], "-o", out, "--set", folder]
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
            tool.main()
    except SystemExit as stop:
        if stop.code == 3:
            return None
        raise
    finally:
        sys.argv = before
    return said.getvalue().strip().split(" ", 1)


def told(rigfit, command, arguments):
    run = subprocess.run([rigfit, command, "--format", "json", *arguments], capture_output=True, timeout=60, check=False)
    if run.returncode not in (0, 1, 3):
        raise RuntimeError("exit %d: %s" % (run.returncode, run.stderr.decode(errors="replace").strip()))
    return json.loads(run.stdout)


def replay(rigfit, arguments):
    """The facts, and the findings where there may be some about an accelerator."""
    report = told(rigfit, "probe", arguments)
    states = {platform["state"] for name, platform in report["platforms"].items() if name != "cpu"}
    report["findings"] = told(rigfit, "doctor", arguments)["findings"] if states - {"absent", "not_applicable"} else []
    return report


def table_of(counts):
    rows = ["| kind | entries | nothing to replay | expected facts | hold |", "| --- | --- | --- | --- | --- |"]
    total = collections.Counter()
    for kind in sorted(counts):
        c = counts[kind]
        total.update(c)
        rows.append("| %s | %d | %d | %d | %d |" % (kind, c["entries"], c["nothing"], c["facts"], c["held"]))
    rows.append("| **all** | **%d** | **%d** | **%d** | **%d** |" % (total["entries"], total["nothing"], total["facts"], total["held"]))
    return "\n".join(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rigfit")
    parser.add_argument("recordings")
    parser.add_argument("--table", help="file whose table of counts has to agree")
    parser.add_argument("--kind", help="only this kind")
    options = parser.parse_args()
    manifest_path = os.path.join(options.recordings, "MANIFEST.json")
    if not os.path.exists(manifest_path):
        print("skipped: no recordings at", options.recordings)
        return 77
    with open(manifest_path, encoding="utf-8") as file:
        entries = [e for e in json.load(file)["entries"] if options.kind in (None, e["kind"])]
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "exceptions.json"), encoding="utf-8") as file:
        exceptions = json.load(file)
    tool = load_tool(options.recordings)
    counts = collections.defaultdict(collections.Counter)
    failures = []
    unused = set(exceptions)
    with tempfile.TemporaryDirectory() as scratch:
        jobs = [(entry, arguments_for(tool, options.recordings, entry, scratch)) for entry in entries]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            runs = [(entry, arguments and pool.submit(replay, options.rigfit, arguments)) for entry, arguments in jobs]
            for entry, run in runs:
                count = counts[entry["kind"]]
                count["entries"] += 1
                if run is None:
                    count["nothing"] += 1
                    continue
                try:
                    report = run.result()
                except (RuntimeError, ValueError, subprocess.TimeoutExpired) as error:
                    failures.append("%s: %s" % (entry["path"], error))
                    report = None
                for check in expectations.checks(entry, report):
                    count["facts"] += 1
                    if check.holds:
                        count["held"] += 1
                        continue
                    reason = next((key for key in exceptions if re.fullmatch(key, "%s %s" % (entry["path"], check.name))), None)
                    if reason:
                        unused.discard(reason)
                    else:
                        failures.append("%s %s: expected %r, got %r" % (entry["path"], check.name, check.expected, check.got))
    table = table_of(counts)
    print(table)
    for failure in failures:
        print("FAILED", failure)
    if options.kind is None:
        for key in sorted(unused):
            failures.append(key)
            print("FAILED exception that excuses nothing:", key)
    if options.table and options.kind is None:
        with open(options.table, encoding="utf-8") as file:
            if table not in file.read():
                failures.append("table")
                print("FAILED the table of counts in %s is not the one above" % options.table)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
