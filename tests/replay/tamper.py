#!/usr/bin/env python3
"""Damages recordings of real machines and gives them to the program: none may crash it or turn into a working accelerator.

    tamper.py RIGFIT RECORDINGS [--rounds N]

Text is cut, bytes are changed, lines are dropped, doubled, indented, ended or cased otherwise; archives are cut and changed.
Whatever comes: exit 0, 1, 2 or 3 and no signal, a whole JSON document where it is 0 or 3, and no platform that was blocked or
unknown becomes ready. Nor does damage to what a tool printed prove that hardware is absent; only lists of the PCI bus may, as
a function whose lines are gone leaves no trace. The same seed each time: a failure names what to run again.

Exit status: 0 all hold, 1 some do not, 77 no recordings here.
"""
import argparse
import concurrent.futures
import json
import os
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import replay  # noqa: E402

ODD = "\0\t !09:[|\x7fA\u00ff\u202e"


def cut(text, rng):
    return text[:rng.randrange(len(text) + 1)]


def change(text, rng):
    chars = list(text)
    for _ in range(rng.randrange(1, 12)):
        if chars:
            chars[rng.randrange(len(chars))] = rng.choice(ODD)
    return "".join(chars)


def drop(text, rng):
    lines = text.split("\n")
    for _ in range(rng.randrange(1, 8)):
        if lines:
            del lines[rng.randrange(len(lines))]
    return "\n".join(lines)


def double(text, rng):
    lines = text.split("\n")
    for _ in range(rng.randrange(1, 12)):
        at = rng.randrange(len(lines))
        lines.insert(at, lines[at])
    return "\n".join(lines)


def shuffle(text, rng):
    lines = text.split("\n")
    rng.shuffle(lines)
    return "\n".join(lines)


DAMAGES = [cut, cut, cut, change, change, drop, drop, double, shuffle,
           lambda text, rng: text.replace("\n", "\r\n"),
           lambda text, rng: text.upper(),
           lambda text, rng: text.lower(),
           lambda text, rng: "  " + text.replace("\n", "\n  "),
           lambda text, rng: text.replace("  ", "\t"),
           lambda text, rng: "\ufeff" + text,
           lambda text, rng: "\n\n" + text + "\n" + text]


def run(rigfit, arguments, machine=None):
    return subprocess.run([rigfit, "probe", "--format", "json", *arguments], input=machine, capture_output=True, timeout=60, check=False)


def states(output):
    return {name: platform["state"] for name, platform in json.loads(output)["platforms"].items()}


def judge(done, before, may_be_absent):
    """What is wrong with this answer; None when nothing is."""
    if done.returncode not in (0, 1, 2, 3):
        return "exit %d: %s" % (done.returncode, done.stderr.decode(errors="replace")[:200])
    if done.returncode in (1, 2):
        return None if done.stderr else "exit %d without a word" % done.returncode
    try:
        after = states(done.stdout)
    except (ValueError, KeyError, TypeError) as error:
        return "no report: %r" % error
    for platform, state in after.items():
        was = before.get(platform)
        if state in ("ready", "proven") and was not in ("ready", "proven"):
            return "%s was %s and became %s" % (platform, was, state)
        if state == "absent" and was != "absent" and not may_be_absent:
            return "%s was %s and became absent" % (platform, was)
    return None


def damaged_archives(path, rng, scratch):
    with open(path, "rb") as file:
        whole = file.read()
    for kind in ("cut", "changed"):
        data = bytearray(whole[:rng.randrange(len(whole))] if kind == "cut" else whole)
        for _ in range(8 if kind == "changed" else 0):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        name = os.path.join(scratch, "%s-%x-%s" % (kind, rng.getrandbits(64), os.path.basename(path)))
        with open(name, "wb") as file:
            file.write(data)
        yield kind, name


def damage_entry(rigfit, path, arguments, rounds, scratch):
    rng = random.Random(path)
    before = states(run(rigfit, arguments).stdout)
    wrong = []
    runs = 0
    if arguments[0] == "--root":
        for kind, name in damaged_archives(arguments[1], rng, scratch):
            problem = judge(run(rigfit, ["--root", name]), before, True)
            os.unlink(name)
            runs += 1
            if problem:
                wrong.append("%s, archive %s: %s" % (path, kind, problem))
        return runs, wrong
    with open(arguments[1], encoding="utf-8") as file:
        machine = json.load(file)
    fields = [(key, "lines" if "lines" in answer else "out") for key, answer in machine["answers"].items() if "lines" in answer or "out" in answer]
    for n in range(rounds if fields else 0):
        key, field = rng.choice(fields)
        damage = rng.randrange(len(DAMAGES))
        answers = dict(machine["answers"])
        answers[key] = dict(answers[key])
        answers[key][field] = DAMAGES[damage]("\n".join(answers[key][field]), rng).split("\n")
        damaged = json.dumps({**machine, "answers": answers}).encode()
        problem = judge(run(rigfit, ["--from", "-"], damaged), before, "lspci" in key)
        runs += 1
        if problem:
            wrong.append("%s, round %d, damage %d of %s: %s" % (path, n, damage, key, problem))
    return runs, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rigfit")
    parser.add_argument("recordings")
    parser.add_argument("--rounds", type=int, default=2, help="damages to each recording")
    options = parser.parse_args()
    manifest_path = os.path.join(options.recordings, "MANIFEST.json")
    if not os.path.exists(manifest_path):
        print("skipped: no recordings at", options.recordings)
        return 77
    with open(manifest_path, encoding="utf-8") as file:
        entries = json.load(file)["entries"]
    tool = replay.load_tool(options.recordings)
    runs, wrong = 0, []
    with tempfile.TemporaryDirectory() as scratch:
        jobs = [(e["path"], replay.arguments_for(tool, options.recordings, e, scratch)) for e in entries]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for done, problems in pool.map(lambda job: damage_entry(options.rigfit, *job, options.rounds, scratch), [j for j in jobs if j[1]]):
                runs += done
                wrong += problems
    print(runs, "damaged recordings,", len(wrong), "wrong")
    for problem in wrong:
        print("FAILED", problem)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
