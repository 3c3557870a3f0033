#!/usr/bin/env python3
"""Times `rigfit fleet` on a made-up fleet beside jq on the same reports in the same run, and writes the tables of README.md.

fleet.py RIGFIT [--folder DIR] [--reports N] [--most N] [--jq-reports N] [--keep]

--reports: full reports of nodes with eight GPUs, 100 KB each, in one file below DIR, which needs that much room (100000:
10 GB); 0: none. --most: the largest number of short reports (`rigfit doctor`, 6 KB each; 1000000: 6 GB). --jq-reports: full
reports that jq reads, too; 0: none. A file is deleted once it is measured, unless --keep is given; with that, and the same
DIR, the next run does not make them again.
"""
import argparse
import contextlib
import datetime
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
    def __init__(self, command):
        start = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.wall = time.monotonic() - start
        self.cpu = usage.ru_utime + usage.ru_stime
        self.peak = usage.ru_maxrss / 1024
        if process.returncode not in (0, 1):
            sys.exit(f"{command[0]} failed with {process.returncode}")


def best(times, command):
    return min((Timing(command) for _ in range(times)), key=lambda timing: timing.wall)


class Bench:
    def __init__(self, rigfit, folder, keep):
        self.rigfit, self.folder, self.keep = rigfit, folder, keep

    @contextlib.contextmanager
    def reports(self, name, *arguments):
        """A file of reports, and its size in MB."""
        path = os.path.join(self.folder, name + ".ndjson")
        if not os.path.exists(path):
            print(f"fleet.py: making {path}", file=sys.stderr)
            with open(path + ".new", "wb") as file:
                subprocess.run([sys.executable, GENERATOR, self.rigfit, *arguments], stdout=file, check=True)
            os.rename(path + ".new", path)
            os.sync()  # else it is written to the disk while it is read
        try:
            yield path, os.path.getsize(path) / 1e6
        finally:
            if not self.keep:
                os.remove(path)

    def fleet(self, times, path, *arguments):
        return best(times, [self.rigfit, "fleet", *arguments, path, "--exit-zero"])

    def beside_jq(self, count):
        version = subprocess.run(["jq", "--version"], capture_output=True, text=True, check=True).stdout.strip().replace("-", " ")
        for label, name, arguments in (("full reports", "full", ()), ("no two alike", "distinct", ("--distinct",))):
            with self.reports(f"{name}-{count}", "--count", str(count), *arguments) as (path, size):
                jq = best(1, ["jq", "-n", GROUPING, path])
                for program, timing in ((version, jq), ("rigfit fleet", self.fleet(5, path)),
                                        ("rigfit fleet --jobs 1", self.fleet(5, path, "--jobs", "1"))):
                    row(program, f"{count} {label}, {size:.0f} MB", f"{timing.wall:.2f}", f"{timing.cpu:.2f}",
                        f"{size / timing.wall:.0f}", f"{jq.wall / timing.wall:.0f}", f"{jq.cpu / timing.cpu:.0f}", f"{timing.peak:.0f}")

    def many(self, count):
        with self.reports(f"full-{count}", "--count", str(count)) as (path, size):
            timing = self.fleet(2, path)
            row("rigfit fleet", f"{count} full reports, {size:.0f} MB", f"{timing.wall:.2f}", f"{timing.cpu:.2f}",
                f"{size / timing.wall:.0f}", "", "", f"{timing.peak:.0f}")

    def scaling(self, most):
        print("\nBy the number of reports (`rigfit doctor`):\n")
        row("reports", "MB", "wall s", "CPU s", "CPU µs a report", "peak MiB")
        row("---:", "---:", "---:", "---:", "---:", "---:")
        count = 1000
        while count <= most:
            with self.reports(f"doctor-{count}", "--part", "doctor", "--count", str(count)) as (path, size):
                timing = self.fleet(3, path)
                row(count, f"{size:.0f}", f"{timing.wall:.2f}", f"{timing.cpu:.2f}", f"{timing.cpu / count * 1e6:.1f}",
                    f"{timing.peak:.0f}")
            count *= 10


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), "unknown CPU")
    return f"Measured on {datetime.date.today():%-d %B %Y} on {os.cpu_count()} cores ({model}), load {os.getloadavg()[0]:.1f}."


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rigfit")
    parser.add_argument("--folder")
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--most", type=int, default=1_000_000)
    parser.add_argument("--jq-reports", type=int, default=2000)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    folder = given.folder or tempfile.mkdtemp(prefix="rigfit-bench-")
    os.makedirs(folder, exist_ok=True)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    bench = Bench(os.path.abspath(given.rigfit), folder, given.keep)
    print(machine())
    try:
        if given.jq_reports or given.reports:
            print("\nOf several runs the best:\n")
            row("program", "input", "wall s", "CPU s", "MB/s", "times jq", "times jq by CPU", "peak MiB")
            row("---", "---", "---:", "---:", "---:", "---:", "---:", "---:")
        if given.jq_reports:
            bench.beside_jq(given.jq_reports)
        if given.reports:
            bench.many(given.reports)
        bench.scaling(given.most)
    finally:
        if not given.folder:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
