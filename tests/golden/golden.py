#!/usr/bin/env python3
"""What `rigfit` prints by default for machines of each kind, held to files that people have read.

    golden.py RIGFIT MACHINES [--renew]

Each file NAME.txt beside this script is the output for MACHINES/NAME with "/" for "--", at 80 columns; the folder of that name
holds the other formats: doctor.txt, report.md, doctor.md and issue.md as they are, page.txt and report.json.txt as what the HTML
page and the JSON say (page_text.py, report_lines.py: whole they would be 3 MB, most of it the rules' own sentences). --renew
writes them anew: read the difference before it is committed. Also held: the first screen of every machine is one screen of 80 columns
and 23 lines (the prompt takes one), lines keep the width that was asked for, and no text needs more than ASCII where the locale has no more; `rigfit explain` answers every word that is printed.
"""
import argparse
import difflib
import glob
import json
import os
import re
import subprocess
import sys

import page_text
import report_lines

HERE = os.path.dirname(os.path.abspath(__file__))
MACHINES = [
    "cuda/ready-driver-too-old", "cuda/ready-mig-instances", "cuda/ready-two-gpus", "cuda/ready-gb10-unified-memory",
    "cuda/blocked-secure-boot", "rocm/ready-instinct", "rocm/blocked-render-denied", "mps/ready", "tpu/ready-v5e",
    "mixed/nvidia-and-amd", "host/no-accelerator", "host/nothing-recorded",
]
# Other commands: the name of the file, and the arguments, in which "@" stands before a machine.
COMMANDS = {
    "what-if--newer-driver": ["--with-driver", "580", "--from", "@cuda/ready-driver-too-old"],
    "what-if--two-gpus-without-a-driver": ["--with-gpu", "2x RTX 5090", "--from", "@host/no-accelerator"],
    "what-if--amd-for-nvidia": ["--with-gpu", "MI300X", "--from", "@cuda/ready-two-gpus"],
    "what-if--driver-too-old": ["--with-gpu", "RTX 5090", "--with-driver", "550", "--from", "@cuda/ready-two-gpus"],
    "what-if--doctor": ["doctor", "--with-driver", "580", "--from", "@cuda/blocked-driver-not-loaded"],
    "diff--driver-and-gpus": ["diff", "@cuda/ready-two-gpus", "@cuda/ready-driver-too-old"],
    "diff--mismatch": ["diff", "@cuda/ready-open-module", "@cuda/blocked-library-mismatch"],
    "builds--cuda": ["builds", "--from", "@cuda/ready-driver-too-old"],
    "builds--rocm": ["builds", "--from", "@rocm/ready-instinct"],
    "builds--markdown": ["builds", "--framework", "pytorch", "--platform", "cuda", "--format", "markdown", "--from", "@cuda/ready-driver-too-old"],
    "env--uv": ["env", "uv", "--from", "@cuda/ready-driver-too-old"],
    "env--pip-rocm": ["env", "pip", "--from", "@rocm/ready-instinct"],
    "env--conda": ["env", "conda", "--from", "@cuda/ready-driver-too-old"],
    "env--pixi-rocm": ["env", "pixi", "--from", "@rocm/ready-instinct"],
    "env--docker-old-driver": ["env", "docker", "--from", "@cuda/ready-driver-too-old"],
    "env--docker-rocm": ["env", "docker", "--from", "@rocm/ready-instinct"],
    "env--docker-mac": ["env", "docker", "--from", "@mps/ready"],
    "env--docker-gaudi": ["env", "docker", "--from", "@gaudi/ready"],
    "env--apptainer": ["env", "apptainer", "--from", "@cuda/ready-two-gpus"],
    "env--devcontainer": ["env", "devcontainer", "--from", "@rocm/ready-instinct"],
}


def output_of(options, *arguments, **environment):
    arguments = [os.path.join(options.machines, one[1:], "machine.json") if one.startswith("@") else one for one in arguments]
    variables = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "LANG", "LC_CTYPE")}
    variables.update({"LC_ALL": "C.UTF-8", **environment})
    run = subprocess.run([options.rigfit, *arguments], capture_output=True, env=variables, timeout=60, check=False)
    return run.stdout.decode()


def output(options, name, *arguments, **environment):
    return output_of(options, "--from", "@" + name, *arguments, **environment)


def rows_on_screen(text, width):
    """Lines of commands are longer than the screen, which breaks them."""
    return sum(max(1, -(-len(line) // width)) for line in text.splitlines())


def page_of(html):
    """What a page says, but for the list of sources, which is the rules' own."""
    text = page_text.text_of(html)
    return text[:text.index("\n## Sources\n") + 1]


FORMATS = {  # the file of each in a machine's folder: its arguments, and what is kept of it
    "doctor.txt": (("doctor", "--width", "80"), str),
    "report.md": (("--format", "markdown"), str),
    "doctor.md": (("doctor", "--format", "markdown"), str),
    "issue.md": (("--format", "issue"), str),
    "page.txt": (("--format", "html"), page_of),
    "report.json.txt": (("--format", "json"), report_lines.text_of),
}


def all_outputs(options):
    for name in MACHINES:
        file = name.replace("/", "--")
        yield file + ".txt", output(options, name, "--width", "80")
        for format_, (arguments, kept) in FORMATS.items():
            yield os.path.join(file, format_), kept(output(options, name, *arguments))
    for name, arguments in COMMANDS.items():
        yield name + ".txt", output_of(options, *arguments, COLUMNS="80")


def differences(options):
    for name, text in all_outputs(options):
        path = os.path.join(HERE, name)
        if options.renew:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            continue
        wanted = ""
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                wanted = file.read()
        if text != wanted:
            yield "".join(difflib.unified_diff(wanted.splitlines(True), text.splitlines(True), path, name))


def is_whole(line):
    """A command or an address, which is of use only when it is not broken."""
    return "://" in line or " -c " in line or "pip install" in line or "sudo " in line


def mistakes(options):
    paths = sorted(glob.glob(os.path.join(options.machines, "*", "*", "machine.json")))
    for name in (os.path.relpath(os.path.dirname(path), options.machines) for path in paths):
        rows = rows_on_screen(output(options, name, "--width", "80"), 80)
        if rows > 23:
            yield f"{name}: {rows} lines, and a screen has 23 beside the prompt"
    for name in MACHINES:
        for width in (60, 80, 200):
            for text in (output(options, name, "--width", str(width)), output(options, name, COLUMNS=str(width))):
                for line in text.splitlines():
                    if len(line) > width and not is_whole(line):
                        yield f"{name}: {width} columns, and this line has {len(line)}: {line}"
        text = output(options, name, "-v", LC_ALL="C")
        if not text.isascii():
            yield f"{name}: more than ASCII where the locale is C"
        if "\x1b" in text + output(options, name, "--color", "auto"):
            yield f"{name}: colors where no terminal is"


def is_part_of(value, whole):
    """Whether one says nothing else than the other, which may say more."""
    if isinstance(value, dict) and isinstance(whole, dict):
        return all(name in whole and is_part_of(member, whole[name]) for name, member in value.items())
    return value == whole


def parts_that_differ(options):
    """Commands whose HTML and JSON say something else than the whole report does."""
    for name in MACHINES:
        if output(options, name, "doctor", "--format", "html") != output(options, name, "--format", "html"):
            yield f"{name}: the page of `rigfit doctor` is not that of `rigfit`"
        whole = json.loads(output(options, name, "--format", "json"))
        for command in ("probe", "doctor"):
            part = json.loads(output(options, name, command, "--format", "json"))
            for member, value in part.items():
                if member not in ("part", "platforms") and not is_part_of(value, whole[member]):
                    yield f"{name}: \"{member}\" of `rigfit {command}` is not that of `rigfit`"


STATES = "ok|ready|proven|blocked|absent|none|not applicable|unknown"
PRINTED = [  # command, and what in its lines is a word of the program's own
    ((), r"^([A-Z][a-z]+(?: [a-z]+)?) {2,}\S"),  # Machine, Fix first
    ((), rf"^  ({STATES}) "), ((), rf"^  (?:{STATES}|-) +(?:none  )?([A-Z]\w+)  "),  # ok, CUDA
    ((), r"^  \* (best or tied) "), ((), r"^  \* best or tied.* {2}(\w+)"), ((), r"^  \* best or tied +(\w+)"),
    ((), r"^  ([A-Z][A-Za-z]+) +\(?\d+\.\d"),  # PyTorch
    ((), r"\b(bf16|fp\d+|int8)\b"), ((), r"\((sm_\d+|gfx\w+)\)"), ((), r"\b(room|parameters|4-bit)\b"), ((), r"\((8K context)\)"),
    (("probe",), rf"^([A-Z]\w+)  (?:{STATES})"), (("probe",), rf"^[A-Z]\w+  ({STATES})"),
    (("probe",), r"^ +([a-z]+ [a-z]+|bus) +(?:yes|no|unknown)  "), (("probe",), r"^ +[a-z ]+ (yes|no|unknown)  "),
    (("probe",), r"^ {2,4}([a-z_0-9]+[._][a-z_0-9.]+)  "),  # facts
    (("doctor",), r"^(error|warning|info|note): "), (("doctor",), r"^  ([A-Z][a-z]+) {2,}"),
    (("doctor",), r"^(Could not be decided)$"), (("doctor",), r"^[a-z]+: .*\[([a-z_.0-9]+)\]$"),
    (("prove",), r"^  ([a-z]+(?: [a-z]+)*) {2,}device "),
    (("check", "cuda", "not cuda", "cuda.proven"), r"^(yes|no|unknown)  "),
    (("-v",), r"^([A-Z][a-z]+(?: [a-z]+)?)$"), (("-v",), r"^  (Factors won|Weighted total)  "), (("-v",), r" (wins)  "),
]


GENERATIONS = r"\b(Kepler|Maxwell|Pascal|Volta|Turing|Ampere|Ada Lovelace|Hopper|Blackwell|Rubin|CDNA [34]|RDNA [34])\b"
LABELS = r"^([A-Z][a-z]+(?: [a-z]+)*)(?:: | {2,}\S)"
PRINTED_ELSEWHERE = [  # arguments, in which "@" stands before a machine, and what in the lines is a word of the program's own
    (("--with-driver", "580", "--from", "@cuda/ready-driver-too-old"), (LABELS, r"^ +(as it is) ")),
    (("doctor", "--with-driver", "580", "--from", "@cuda/blocked-driver-not-loaded"), (LABELS,)),
    (("diff", "-v", "@cuda/ready-two-gpus", "@cuda/ready-driver-too-old"), (r"^([A-Z][a-z]+(?: [a-z]+)?)$", r"^ {2}([~+-]) ")),
    (("builds", "--from", "@cuda/ready-driver-too-old", "--width", "400"), (r"^ {2}([>+y?n]) ", GENERATIONS, r"^ +(version) ", r" {2}([A-Za-z]+(?: [a-z]+)*)(?= {2}|$)(?<=for|eds|hon|UDA)")),
    (("builds", "--all", "--platform", "rocm", "--from", "@rocm/ready-instinct", "--width", "400"), (GENERATIONS, r" (for) ")),
    (("builds", "--format", "markdown", "--from", "@cuda/ready-driver-too-old"), (r"^\| (Version) \| (CUDA) \| (Driver) \| (Python) \| (Other needs) \| (For) \|", r"\| \**(part|yes|-)\** \|", r"\| \**(runs|no|after a fix|installed by rigfit)\** \|$")),
    *((("env", kind, "--from", "@cuda/ready-two-gpus"), (r"^# ([A-Z][a-z]+): ",)) for kind in ("uv", "docker", "apptainer")),
    (("fleet", "@cuda/ready-two-gpus", "@cuda/blocked-secure-boot", "@mps/ready", "--expect", "x[1-2]", "--require", "cuda"), (LABELS, r"^ *(Class) +(Nodes) +(What)$", r"^([A-Z][a-z]+)$")),
    (("export", "env", "--from", "@cuda/ready-two-gpus"), (r"^(?:export )?(RIGFIT_[A-Z_]+)=",)),
    (("export", "prometheus", "--from", "@cuda/ready-two-gpus"), (r"^# HELP (\w+) ",)),
]


def words_elsewhere(options):
    """Words of commands that take other arguments than a machine, and how many of each command."""
    for arguments, patterns in PRINTED_ELSEWHERE:
        text = output_of(options, *arguments, COLUMNS="100")
        for pattern in patterns:
            found = [word for match in re.findall(pattern, text, re.M) for word in ([match] if isinstance(match, str) else match)]
            if not found:
                raise SystemExit(f"{' '.join(arguments)}: nothing is like {pattern}")
            yield from ((word, MACHINES[0]) for word in found)


def unexplained(options):
    """Words that are printed, and that `rigfit explain` does not answer."""
    words = dict(words_elsewhere(options))
    for name in [*MACHINES, "cuda/proven-some-fail", "cuda/ready-one-of-two-asleep"]:
        outputs = {command: output(options, name, *command, "--width", "80") for command, _ in PRINTED}
        for command, pattern in PRINTED:
            for word in re.findall(pattern, outputs[command], re.M):
                words.setdefault(word, name)
    if len(words) < 180:
        yield f"only {len(words)} words were found in what is printed"
    for word, name in sorted(words.items()):
        path = os.path.join(options.machines, name, "machine.json")
        run = subprocess.run([options.rigfit, "explain", "--from", path, "--", word], capture_output=True, text=True, timeout=60, check=False)
        if run.returncode != 0 or len(run.stdout) < 30:
            yield f"{name}: \"{word}\" is printed, and `rigfit explain` does not answer it"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rigfit")
    parser.add_argument("machines")
    parser.add_argument("--renew", action="store_true")
    options = parser.parse_args()
    found = [*differences(options), *parts_that_differ(options), *mistakes(options), *unexplained(options)]
    print("\n".join(found) or "all as they should be")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
