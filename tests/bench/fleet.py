#!/usr/bin/env python3
"""Times `rigfit fleet` on a made-up fleet beside jq on the same reports in the same run, and writes Markdown tables.

fleet.py RIGFIT [--folder DIR] [--reports N] [--most N] [--jq-reports N]

--reports: full reports of nodes with eight GPUs, 100 KB each, in one file below DIR, which needs that much room (100000:
10 GB). --most: the largest number of short reports (`rigfit doctor`, 6 KB each).
"""
import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
GENERATOR = os.path.join(HERE, "fleet_reports.py")
# What jq can group by, of what rigfit compares: one state, one driver, one number, and the findings.
GROUPING = ('reduce inputs as $r ({}; .[[$r.platforms.cuda.state, $r.platforms.cuda.driver_version, '
            '$r.platforms.cuda.device_count, $r.machine.kernel, ($r.findings | map(.id))] | tojson] += 1)')


class Timing:
    def __init__(self, command, stdin=None):
        start = time.monotonic()
        process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.wall = time.monotonic() - start
        self.cpu = usage.ru_utime + usage.ru_stime
        self.peak = usage.ru_maxrss / 1024
        if process.returncode not in (0, 1):
            sys.exit(f"{command[0]} failed with {process.returncode}")


def best(times, command):
    return min((Timing(command) for _ in range(times)), key=lambda timing: timing.wall)


def generate(rigfit, path, *arguments):
    if not os.path.exists(path):
        with open(path + ".new", "wb") as file:
            subprocess.run([sys.executable, GENERATOR, rigfit, *arguments], stdout=file, check=True)
        os.rename(path + ".new", path)
    return os.path.getsize(path)


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def beside_jq(rigfit, folder, count):
    print(f"\nThe same {count} reports (`fleet_reports.py --count {count}`), the best of three runs:\n")
    row("program", "input", "wall s", "CPU s", "MB/s", "times jq", "times jq by CPU", "peak MiB")
    row("---", "---", "---:", "---:", "---:", "---:", "---:", "---:")
    for label, arguments in (("as nodes report", ()), ("no two alike", ("--distinct",))):
        path = os.path.join(folder, f"{count}{'-distinct' if arguments else ''}.ndjson")
        size = generate(rigfit, path, "--count", str(count), *arguments) / 1e6
        jq = best(1, ["jq", "-n", GROUPING, path])
        own = best(3, [rigfit, "fleet", path, "--exit-zero"])
        single = best(3, [rigfit, "fleet", "--jobs", "1", path, "--exit-zero"])
        for name, timing in (("jq 1.6", jq), ("rigfit fleet", own), ("rigfit fleet --jobs 1", single)):
            row(name, label, f"{timing.wall:.2f}", f"{timing.cpu:.2f}", f"{size / timing.wall:.0f}",
                f"{jq.wall / timing.wall:.0f}", f"{jq.cpu / timing.cpu:.0f}", f"{timing.peak:.0f}")


def many(rigfit, folder, count):
    print(f"\n{count} full reports in one file:\n")
    path = os.path.join(folder, f"{count}.ndjson")
    size = generate(rigfit, path, "--count", str(count)) / 1e6
    row("reports", "MB", "wall s", "CPU s", "MB/s", "µs a report", "peak MiB")
    row("---:", "---:", "---:", "---:", "---:", "---:", "---:")
    timing = best(2, [rigfit, "fleet", path, "--exit-zero"])
    row(count, f"{size:.0f}", f"{timing.wall:.2f}", f"{timing.cpu:.2f}", f"{size / timing.wall:.0f}",
        f"{timing.wall / count * 1e6:.1f}", f"{timing.peak:.0f}")


def scaling(rigfit, folder, most):
    print("\nShort reports (`rigfit doctor`), by their number; CPU time of `rigfit fleet` alone:\n")
    row("reports", "MB", "CPU s", "CPU µs a report", "peak MiB")
    row("---:", "---:", "---:", "---:", "---:")
    count = 1000
    while count <= most:
        path = os.path.join(folder, f"doctor-{count}.ndjson")
        size = generate(rigfit, path, "--part", "doctor", "--count", str(count)) / 1e6
        timing = best(3, [rigfit, "fleet", path, "--exit-zero"])
        row(count, f"{size:.0f}", f"{timing.cpu:.2f}", f"{timing.cpu / count * 1e6:.1f}", f"{timing.peak:.0f}")
        count *= 10


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rigfit")
    parser.add_argument("--folder")
    parser.add_argument("--reports", type=int, default=0)
    parser.add_argument("--most", type=int, default=100_000)
    parser.add_argument("--jq-reports", type=int, default=2000)
    given = parser.parse_args()
    rigfit = os.path.abspath(given.rigfit)
    folder = given.folder or tempfile.mkdtemp(prefix="rigfit-bench-")
    os.makedirs(folder, exist_ok=True)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        if given.jq_reports:
            beside_jq(rigfit, folder, given.jq_reports)
        if given.reports:
            many(rigfit, folder, given.reports)
        scaling(rigfit, folder, given.most)
    finally:
        if not given.folder:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
