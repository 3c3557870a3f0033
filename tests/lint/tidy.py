#!/usr/bin/env python3
"""tidy.py ROOT BUILD [PREFIX...]: clang-tidy over all sources, or those whose paths begin so, and each file compiled by itself, since it has to include what it uses.

clang-tidy spends its time on the headers of others. So the sources of a folder are given to it joined, about as many as
rigfit_unite() of CMakeLists.txt takes, in one file each, since its analyzer looks only into functions of the file it was
given. What was found good is not looked at again until it, a header of ours that it includes, or the settings change:
BUILD/good has an empty file for each. BUILD needs compile_commands.json of a build without precompiled headers and units.
"""
import concurrent.futures
import functools
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys

JOINED_BYTES = 48000
WARNINGS = ["-Wno-unknown-warning-option", "-Wno-pragma-once-outside-header"]
# The analyzer follows fewer paths of a function than its 225 000: a third of the time on the largest.
PATHS = ["-Xclang", "-analyzer-config", "-Xclang", "max-nodes=50000"]


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


class Sources:
    def __init__(self, root, build):
        self.root, self.build = root, build
        self.places = [os.path.join(root, "src"), root, os.path.join(build, "generated")]
        self.commands = {}
        for entry in json.loads(read(os.path.join(build, "compile_commands.json"))):
            path = os.path.relpath(os.path.join(entry["directory"], entry["file"]), root)
            if path.startswith(("src/", "probes/")):
                self.commands[path] = self.flags(shlex.split(entry["command"]))

    @staticmethod
    def flags(words):
        """The compiler's words without the compiler, its input, its output, and what clang does not know."""
        words = words[next(n for n, word in enumerate(words) if re.search(r"(\+\+|clang|gcc)[-0-9]*$", word)) + 1:]
        kept, skips = [], False
        for word in words:
            if skips or word in ("-c", "-o") or word == "-fpch-preprocess":
                skips = word == "-o"
                continue
            kept.append(word)
        return kept[:-1]  # the last is the input

    @functools.lru_cache(maxsize=None)
    def text(self, path):
        return read(path)

    @functools.lru_cache(maxsize=None)
    def own_headers(self, path):
        """Paths of the headers of ours that a file includes, directly or not."""
        found, open_ = set(), [path]
        while open_:
            for name in re.findall(r'^#include "([^"]+)"', self.text(open_.pop()), re.M):
                header = next((p for p in (os.path.join(place, name) for place in self.places) if os.path.exists(p)), None)
                if header and header not in found:
                    found.add(header)
                    open_.append(header)
        return frozenset(found)

    def joined(self):
        """Lists of files of one folder that are compiled alike."""
        units = {}
        for path in sorted(self.commands):
            key = (os.path.dirname(path), tuple(self.commands[path]))
            size = len(self.text(os.path.join(self.root, path)))
            rows = units.setdefault(key, [])
            if not rows or rows[-1][0] + size > JOINED_BYTES:
                rows.append([0])
            rows[-1][0] += size
            rows[-1].append(path)
        return [unit[1:] for rows in units.values() for unit in rows]

    def digest(self, paths, words):
        parts = [read(os.path.join(self.root, ".clang-tidy")), read(__file__), version(), *words]
        full = [os.path.join(self.root, path) for path in paths]
        headers = frozenset().union(*(self.own_headers(path) for path in full))
        parts += paths + [self.text(path) for path in full + sorted(headers)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@functools.lru_cache(maxsize=None)
def version():
    return subprocess.run(["clang-tidy", "--version"], capture_output=True, text=True, check=True).stdout


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def tidy(sources, paths):
    """What clang-tidy says of these files joined, with the places of the files themselves; empty when nothing."""
    folder = os.path.join(sources.build, "joined")
    os.makedirs(folder, exist_ok=True)
    name = re.sub(r"\W", "_", paths[0]) + ".cpp"
    starts, lines = [], []
    for path in paths:
        starts.append((len(lines), path))
        lines += sources.text(os.path.join(sources.root, path)).splitlines()
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    status, said = run(["clang-tidy", "--quiet", f"--config-file={os.path.join(sources.root, '.clang-tidy')}",
                        os.path.join(folder, name), "--", *sources.commands[paths[0]], *WARNINGS, *PATHS])

    def place(match):
        line = int(match.group(1))
        start, path = next(row for row in reversed(starts) if row[0] < line)
        return f"{path}:{line - start}:"

    said = re.sub(re.escape(os.path.join(folder, name)) + r":(\d+):", place, said)
    said = "\n".join(line for line in said.splitlines() if not re.match(r"\d+ warnings? generated", line))
    return said if status else ""


def compile_alone(sources, paths):
    status, said = run(["clang++", "-fsyntax-only", "-w", *sources.commands[paths[0]], os.path.join(sources.root, paths[0])])
    return said if status else ""


def main(root, build, *prefixes):
    sources = Sources(os.path.abspath(root), os.path.abspath(build))
    good = os.path.join(build, "good")
    os.makedirs(good, exist_ok=True)
    jobs = []
    wanted = lambda paths: not prefixes or any(path.startswith(prefixes) for path in paths)
    for check, units in ((tidy, sources.joined()), (compile_alone, [[path] for path in sorted(sources.commands)])):
        for paths in filter(wanted, units):
            mark = os.path.join(good, sources.digest(paths, [check.__name__, *sources.commands[paths[0]]]))
            if os.path.exists(mark):
                os.utime(mark)
            else:
                jobs.append((check, paths, mark))
    jobs.sort(key=lambda job: -sum(len(sources.text(os.path.join(sources.root, path))) for path in job[1]))
    print(f"clang: {len(jobs)} checks to do", file=sys.stderr)

    failed = False
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for (_, _, mark), said in zip(jobs, pool.map(lambda job: job[0](sources, job[1]), jobs)):
            if said:
                failed = True
                print(said, flush=True)
            else:
                open(mark, "w", encoding="utf-8").close()
    return failed


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
