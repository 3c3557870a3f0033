#!/usr/bin/env python3
"""Holds what some runs cost, in instructions, against what they cost when budgets.json was written.

    guard.py RIGFIT CONFIG [--write]

CONFIG is that of the build, Release or Debug. A run may take 1.5 times its budget. `--write` writes the counts as the new
budgets of that build. Exit status: 0 all hold, 1 some do not, 77 valgrind is missing, or nobody wrote budgets of this build.
"""
import argparse
import json
import os
import sys
import tempfile

import instructions
import machines

BUDGETS = os.path.join(machines.HERE, "budgets.json")
MARGIN = 1.5


def runs(scratch):
    """Name of a run → its arguments."""
    def made(name, gpus, functions):
        return ["--from", machines.write(machines.with_gpus(gpus, functions), os.path.join(scratch, name + ".json"))]

    return {
        "no accelerator": ["--from", machines.NO_GPU],
        "no accelerator, JSON": ["--format", "json", "--from", machines.NO_GPU],
        "8 GPUs": made("gpus8", 8, 0),
        "64 GPUs": made("gpus64", 64, 0),
        "1000 PCI functions": made("pci1000", 0, 1000),
        "nothing recorded": ["--from", os.path.join(machines.HERE, "..", "machines", "host", "nothing-recorded", "machine.json")],
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rigfit")
    parser.add_argument("config")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    if not instructions.can_count():
        print("skipped: valgrind is not installed")
        return 77
    with open(BUDGETS, encoding="utf-8") as file:
        budgets = json.load(file)
    budget = budgets.setdefault(given.config, {})
    if not budget and not given.write:
        print("skipped: no budgets of a %s build" % given.config)
        return 77
    status = 0
    with tempfile.TemporaryDirectory() as scratch:
        for name, arguments in runs(scratch).items():
            took = instructions.count(given.rigfit, *arguments)
            if given.write:
                budget[name] = took
                continue
            if name not in budget:
                print("%s: has no budget; guard.py --write writes it" % name)
                status = 1
                continue
            is_within = took <= MARGIN * budget[name]
            status = status if is_within else 1
            print("%-24s %6.1f M, %4.2f of the budget%s" % (name, took / 1e6, took / budget[name], "" if is_within else ": too much"))
    if given.write:
        with open(BUDGETS, "w", encoding="utf-8") as file:
            json.dump(budgets, file, indent=2)
            file.write("\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
