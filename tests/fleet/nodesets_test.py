#!/usr/bin/env python3
"""Folds and expands random sets of nodes and holds them against ClusterShell (`nodeset -f`, `nodeset -e`).

nodesets_test.py FOLD_NODES [COUNT]   COUNT sets, 10000 unless given; exit status 77 where ClusterShell is missing
"""
import itertools
import os
import random
import subprocess
import sys

try:
    from ClusterShell.NodeSet import NodeSet
except ImportError:
    SYSTEM = "/usr/bin/python3"  # whose packages Debian's are, where another Python comes first
    if os.path.exists(SYSTEM) and os.path.realpath(sys.executable) != os.path.realpath(SYSTEM):
        os.execv(SYSTEM, [SYSTEM, *sys.argv])
    print("skipped: ClusterShell is not installed (Debian: clustershell)")
    sys.exit(77)

PREFIXES = ("n", "gpu", "node-", "rack", "c", "login", "a1b", "host.x")
SUFFIXES = ("", "", "", "-ib", ".cluster", "x")


def names_of_one_number(rng):
    """Names that each have one number, padded or not, in several patterns."""
    names = []
    for _ in range(rng.randint(1, 3)):
        prefix, suffix = rng.choice([p for p in PREFIXES if not any(c.isdigit() for c in p)]), rng.choice(SUFFIXES)
        width = rng.choice((0, 0, 1, 2, 3, 4))
        most = rng.choice((3, 12, 120, 1200, 12000))
        for _ in range(rng.randint(1, 40)):
            pad = width if rng.random() < 0.9 else rng.choice((0, 2, 3))
            names.append(f"{prefix}{rng.randint(0, most):0{pad}}{suffix}")
    if rng.random() < 0.3:
        names.append(rng.choice(("login", "head", "a-b")))
    return names


def names_of_several_numbers(rng):
    """Names of two or three numbers, padded or not: whole racks, with holes, and scattered."""
    dimensions = rng.randint(2, 3)
    words = ["r", "n", "-ib"][:dimensions]
    widths = [rng.choice((0, 0, 2, 3)) for _ in range(dimensions)]
    lows = [rng.choice((0, 1, 8, 98)) for _ in range(dimensions)]
    sizes = [rng.randint(1, 12 if dimensions == 2 else 5) for _ in range(dimensions)]
    share = rng.choice((1, 0.95, 0.8, 0.3))
    names = []
    for numbers in itertools.product(*(range(low, low + size) for low, size in zip(lows, sizes))):
        if rng.random() < share:
            names.append("".join(f"{word}{number:0{width}}" for word, number, width in zip(words, numbers, widths)))
    names.append("r9n09")
    rng.shuffle(names)
    return names


def set_text(rng):
    """A set as people write it: ranges, steps, several brackets."""
    parts = []
    for _ in range(rng.randint(1, 3)):
        word = rng.choice(("n", "gpu", "node-", "c"))
        for _ in range(rng.randint(1, 2)):
            ranges = []
            width = rng.choice((0, 0, 2, 3))
            for _ in range(rng.randint(1, 3)):
                low = rng.randint(0, 90)
                high = low + rng.randint(0, 9)
                if width and len(f"{low:0{width}}") != len(f"{high:0{width}}"):
                    high = low
                text = f"{low:0{width}}" if low == high else f"{low:0{width}}-{high:0{width}}"
                if high > low and rng.random() < 0.2:
                    text += f"/{rng.randint(1, 4)}"
                ranges.append(text)
            word += f"[{','.join(ranges)}]"
            word += rng.choice(("-ib", "x"))  # ClusterShell wants something between two brackets
        parts.append(word if rng.random() < 0.5 else word[:word.rindex("]") + 1])
    return ",".join(parts)


def main(program, count):
    rng = random.Random(17)
    lines, expected = [], []
    for n in range(count):
        if n % 3 == 2:
            text = set_text(rng)
            lines.append("expand " + text)
            expected.append(("expand", text, set(NodeSet(text))))
        elif n % 9 == 1:
            names = names_of_several_numbers(rng)
            lines.append("fold " + " ".join(names))
            expected.append(("several", lines[-1], str(NodeSet.fromlist(names))))
        else:
            names = names_of_one_number(rng)
            lines.append("fold " + " ".join(names))
            expected.append(("fold", lines[-1], str(NodeSet.fromlist(names))))
    answers = subprocess.run([program], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True)
    answers = answers.stdout.splitlines()
    assert len(answers) == count, f"{count} questions, {len(answers)} answers"
    wrong = exact = several = same_several = 0
    lengths = [0, 0]  # of all answers for names of several numbers, ours and ClusterShell's
    for answer, (kind, question, wanted) in zip(answers, expected):
        if kind == "fold":
            # Behind a padded number ClusterShell 1.9.1 ends a range where the next number has more digits ("999,1000"):
            # a text for the same set that is no longer is as right.
            is_right = answer == wanted or (len(answer) <= len(wanted) and set(NodeSet(answer)) == set(NodeSet(wanted)))
            exact += answer == wanted
        elif kind == "expand":
            is_right = set(answer.split()) == wanted
        else:
            # With several numbers in a name there are several short texts; ClusterShell has to read the same set.
            is_right = set(NodeSet(answer)) == set(NodeSet(wanted)) == set(question.split()[1:])
            several += 1
            same_several += answer == wanted
            lengths[0] += len(answer)
            lengths[1] += len(wanted)
        if not is_right:
            wrong += 1
            if wrong <= 5:
                print(f"{kind}: {question}\n  expected {wanted}\n  got      {answer}")
    # The test has to be able to fail.
    assert str(NodeSet.fromlist(["n1", "n2"])) != "n[1-3]"
    print(f"{count} sets, {exact} of one number and {same_several} of {several} of several numbers folded to the same text, {wrong} differences")
    print(f"names of several numbers: {lengths[0]} characters, ClusterShell {lengths[1]}")
    return 1 if wrong or lengths[0] > 1.1 * lengths[1] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10000))
