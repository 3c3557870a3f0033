#!/usr/bin/env python3
"""What `rigfit` prints by default for machines of each kind, held to files that people have read.

    golden.py RIGFIT MACHINES [--renew]

Each file NAME.txt beside this script is the output for MACHINES/NAME with "/" for "--", at 80 columns. --renew writes them
anew: read the difference before it is committed. Also held: the first screen of typical machines is one screen of 80 columns
and 24 lines, lines keep the width that was asked for, and no text needs more than ASCII where the locale has no more.
"""
import argparse
import difflib
import os
import subprocess
import sys

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
ONE_SCREEN = [
    "cuda/ready-open-module", "cuda/ready-two-gpus", "cuda/ready-mig-instances", "cuda/blocked-secure-boot",
    "rocm/ready-instinct", "mps/ready", "tpu/ready-v5e", "host/no-accelerator",
]


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


def all_outputs(options):
    for name in MACHINES:
        yield name.replace("/", "--"), output(options, name, "--width", "80")
    for name, arguments in COMMANDS.items():
        yield name, output_of(options, *arguments, COLUMNS="80")


def differences(options):
    for name, text in all_outputs(options):
        path = os.path.join(HERE, name + ".txt")
        if options.renew:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            continue
        with open(path, encoding="utf-8") as file:
            wanted = file.read()
        if text != wanted:
            yield "".join(difflib.unified_diff(wanted.splitlines(True), text.splitlines(True), path, name))


def is_whole(line):
    """A command or an address, which is of use only when it is not broken."""
    return "://" in line or " -c " in line or "pip install" in line or "sudo " in line


def mistakes(options):
    for name in ONE_SCREEN:
        rows = rows_on_screen(output(options, name, "--width", "80"), 80)
        if rows > 24:
            yield f"{name}: {rows} lines, and a screen has 24"
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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rigfit")
    parser.add_argument("machines")
    parser.add_argument("--renew", action="store_true")
    options = parser.parse_args()
    found = [*differences(options), *mistakes(options)]
    print("\n".join(found) or "all as they should be")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
