#!/usr/bin/env python3
"""Adds a command, a format and a platform to a copy of the sources, and holds that each costs as many files as
CONTRIBUTING.md says.

extend.py prepare SOURCE COPY CMAKE    makes the copy and counts the files
extend.py check RIGFIT EMBED_EXTENDED EMBED COPY CONTRIBUTING MACHINES
                                       what was built of the copy works, and the numbers are those of CONTRIBUTING.md
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDERS = ("src", "probes", "rules")

# What is to be added: new files (from additions/ to the tree), and lines in front of the line that begins like this.
ADDITIONS = {
    "command": {
        "files": {"command/greet.cpp": "src/cli/commands/greet.cpp"},
        "rows": {"src/cli/commands.cpp": [
            ("Run ask_command(", "Run greet_command(Options&);\n"),
            ('{"ask",', '      {"greet", "Greet somebody", greet_command},\n')]},
    },
    "format": {
        "files": {"format/shout.cpp": "src/report/shout/shout.cpp"},
        "rows": {"src/report/formats.cpp": [
            ("std::string json_report(", "std::string shout_report(const Report&, const TextStyle&);\n"),
            ("};", '      {"shout", true, shout_report, nullptr},\n')]},
    },
    "platform": {
        "files": {"platform/abacus.hpp": "probes/abacus/abacus.hpp",
                  "platform/abacus.cpp": "probes/abacus/abacus.cpp",
                  "platform/facts.json": "rules/facts/abacus.json",
                  "platform/findings.json": "rules/findings/abacus/bus.json"},
        "rows": {"src/facts/platforms.cpp": [
            ('{"gaudi",', '    {"abacus", "Abacus", true, false, {}, "moves beads"},\n')]},
    },
}


def contents(root):
    """Every file below the folders that are copied, by its path."""
    found = {}
    for folder in FOLDERS:
        for place, _, names in os.walk(os.path.join(root, folder)):
            for name in names:
                path = os.path.join(place, name)
                with open(path, "rb") as file:
                    found[os.path.relpath(path, root)] = file.read()
    return found


def write(path, text):
    """Only when it says something new, so that nothing is built anew for nothing."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if os.path.exists(path):
        with open(path, "rb") as file:
            if file.read() == text:
                return
    with open(path, "wb") as file:
        file.write(text)


def with_rows(text, rows, path):
    lines = text.decode().splitlines(keepends=True)
    for before, row in rows:
        at = [n for n, line in enumerate(lines) if line.strip().startswith(before)]
        assert at, f"{path}: no line begins with {before!r}"
        lines.insert(at[0], row)
    return "".join(lines).encode()


def prepare(source, copy, cmake):
    before = contents(source)
    after = dict(before)
    counts = {}
    for kind, addition in ADDITIONS.items():
        start = dict(after)
        for here, there in addition["files"].items():
            with open(os.path.join(HERE, "additions", here), "rb") as file:
                after[there] = file.read()
        for path, rows in addition["rows"].items():
            after[path] = with_rows(after[path], rows, path)
        counts[kind] = {"new": sum(path not in start for path in after),
                        "changed": sum(start.get(path, text) != text for path, text in after.items())}
    for path in contents(copy) if os.path.isdir(copy) else {}:
        if path not in after:
            os.remove(os.path.join(copy, path))
    for path, text in after.items():
        write(os.path.join(copy, path), text)
    write(os.path.join(copy, "counts.json"), json.dumps(counts).encode())
    subprocess.run([cmake, f"-DFOLDER={copy}/probes", f"-DOUTPUT={copy}/probes.cpp", "-P",
                    os.path.join(copy, "probes", "list_probes.cmake")], check=True)


def numbers_of(contributing):
    """| a command | 1 | 1 |"""
    with open(contributing, encoding="utf-8") as file:
        rows = re.findall(r"^\| an? (\w+) \| (\d+) \| (\d+) \|", file.read(), re.M)
    return {kind: {"new": int(new), "changed": int(changed)} for kind, new, changed in rows}


def check(rigfit, embed_extended, embed, copy, contributing, machines):
    faults = []

    def expect(what, is_so):
        if not is_so:
            faults.append(what)

    def run(*arguments, program=rigfit):
        done = subprocess.run([program, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout, done.stderr

    with open(os.path.join(copy, "counts.json"), encoding="utf-8") as file:
        counted = json.load(file)
    reported = numbers_of(contributing)
    expect(f"CONTRIBUTING.md says {reported}, and it takes {counted}", reported == counted)

    machine = os.path.join(machines, "host", "no-accelerator", "machine.json")
    with tempfile.TemporaryDirectory() as folder:
        with open(machine, encoding="utf-8") as file:
            recording = json.load(file)
        recording["answers"]["list:/sys/class/abacus"] = {"outcome": "found", "names": ["abacus0"]}
        with_abacus = os.path.join(folder, "machine.json")
        with open(with_abacus, "w", encoding="utf-8") as file:
            json.dump(recording, file)

        # The command.
        expect("--help lists the command", re.search(r"\n  More +greet +Greet somebody\n", run("--help")[1]))
        expect("a shell completes it", "greet" in run("completions", "bash")[1])
        expect("it has a manual page", "Whom to greet" in run("man", "greet")[1])
        expect("it has a --help of its own", "--name NAME" in run("greet", "--help")[1])
        expect("its name is suggested", 'did you mean "greet"' in run("gret")[2])
        expect("it runs", run("greet", "--name", "you")[:2] == (0, "Hello, you\n"))
        # The format.
        help_text = " ".join(run("probe", "--help")[1].split())
        expect("--help names the format", re.search(r"text \(default\), [a-z, ]+ or shout", help_text))
        for command in ("recommend", "doctor"):
            out = run(command, "--format", "shout", "--from", machine)[1]
            expect(f"{command} prints it whole", out.startswith("PLATFORMS: cuda") and out.endswith("\nRECOMMENDED\n"))
        status, _, err = run("--format", "shout", "--from", machine, "--from", machine)
        expect("it refuses what it cannot write", status == 2 and "shout" in err)
        # The platform.
        expect("--only names it", "xpu, abacus, gaudi" in run("probe", "--help")[1])
        expect("--only takes it", "Abacus" in run("probe", "--only", "abacus", "--from", with_abacus)[1])
        report = json.loads(run("--format", "json", "--from", with_abacus)[1])
        order = list(report["platforms"])
        expect(f"JSON has it in its place: {order}", order.index("abacus") == order.index("gaudi") - 1)
        expect("it is read", report["platforms"]["abacus"]["state"] == "ready")
        expect("it counts as an accelerator", any("abacus" in str(one["hardware_support"]) for one in report["frameworks"]))
        expect("it can be demanded", run("--require", "platform=abacus", "--from", with_abacus)[0] == 1)
        expect("its misspelt name cannot", run("--require", "platform=abacsu", "--from", with_abacus)[0] == 2)
        expect("it can be proven", "abacus moves beads" in run("prove", "--help")[1])
        # Its rules, by schemas and conditions.
        out = os.path.join(folder, "rules.cpp")
        status, _, err = run(os.path.join(copy, "rules"), out, program=embed_extended)
        expect(f"its rules are taken: {err}", status == 0)
        status, _, err = run(os.path.join(copy, "rules"), out, program=embed)
        expect("rules of a platform that is not in the table are refused", status == 1 and "abacus" in err)
    for fault in faults:
        print("not so:", fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    actions = {"prepare": prepare, "check": check}
    sys.exit(actions[sys.argv[1]](*sys.argv[2:]) or 0)
