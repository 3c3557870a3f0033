#!/usr/bin/env python3
"""Compiles what knows no operating system for Windows, by MinGW-w64: the library of the pure run, and what writes its reports.

    windows.py BUILD [COMPILER]

BUILD is a configured build folder whose typed names of facts are there (target fact_headers). Nothing is linked or run. What
looks at a machine (src/collect, src/ask, src/cli) is written for POSIX and left out. Exit status: 0 everything compiles, 1 not,
77 the compiler is missing.
"""
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

PURE = ["src/text", "src/evidence", "src/facts", "src/rules", "src/judge", "src/analysis", "src/report", "src/export", "src/fleet", "probes"]
# Libraries of headers alone, which are the same on every system; of zlib its header. The system's other headers are not for Windows.
HEADERS = ["fmt", "nlohmann", "tl", "pugixml.hpp", "pugiconfig.hpp", "zlib.h", "zconf.h", "cereal", "boost", "valijson"]


def units(build):
    """(file, its -I and -D) of the pure folders, from what CMake wrote down."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        for entry in json.load(file):
            words = shlex.split(entry["command"])
            output = os.path.relpath(os.path.join(entry["directory"], words[words.index("-o") + 1]), build)
            folder = re.match(r"(.*?)/CMakeFiles/", output)
            if folder and folder.group(1) in PURE and not entry["file"].endswith(("cmake_pch.hxx", "cmake_pch.hxx.cxx")):
                yield entry["file"], [word for word in words if re.match("-[ID]", word)]


def main():
    build = os.path.abspath(sys.argv[1])
    compiler = sys.argv[2] if len(sys.argv) > 2 else "x86_64-w64-mingw32-g++-posix"
    if not shutil.which(compiler):
        print("skipped: there is no %s" % compiler)
        return 77
    failed, count = [], 0
    with tempfile.TemporaryDirectory() as headers:
        for name in HEADERS:
            if os.path.exists("/usr/include/" + name):
                os.symlink("/usr/include/" + name, os.path.join(headers, name))
        for file, options in units(build):
            count += 1
            done = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Werror=return-type", "-isystem", headers, "-DFMT_HEADER_ONLY",
                                   *options, file], cwd=build, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                failed.append(file)
                sys.stdout.write(done.stderr)
    print("%d of %d units compile for Windows" % (count - len(failed), count))
    return 1 if failed or not count else 0


if __name__ == "__main__":
    sys.exit(main())
