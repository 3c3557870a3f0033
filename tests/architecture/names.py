#!/usr/bin/env python3
"""names.py ROOT: no two files of a folder define a name without linkage alike, since they may be compiled as one unit
(rigfit_unite() of CMakeLists.txt). It reads text, not C++: what it overlooks, the compiler of a unit finds.
"""
import collections
import os
import re
import sys


def without_texts(code):
    code = re.sub(r'R"([^(\s]*)\(.*?\)\1"', '""', code, flags=re.S)
    code = re.sub(r"//[^\n]*|/\*.*?\*/", "", code, flags=re.S)
    code = re.sub(r'"(?:\\.|[^"\\\n])*"', '""', code)
    return re.sub(r"'(?:\\.|[^'\\\n])+'", "' '", code)


def outermost(code):
    """The statements of a body, each with {} where it has a body of its own."""
    text, depth = "", 0
    for char in code:
        if char == "{":
            text += "{}" if depth == 0 else ""
            depth += 1
        elif char == "}":
            if depth == 0:
                break
            depth -= 1
        elif depth == 0:
            text += char
    return [" ".join(statement.split()) for statement in re.split(r"\{\};?|;", text)]


def parameters(text):
    """Types alone: "const Report& report, int n = 1" is "const Report&,int"."""
    words = []
    for one in text.split(","):
        one = re.sub(r"=.*", "", one).strip()
        words.append(re.sub(r"(?<=[&*> ])\s*\w+$", "", one).strip() if " " in one else one)
    return ",".join(words)


def definitions(path):
    with open(path, encoding="utf-8") as file:
        code = without_texts(file.read())
    for begin in re.finditer(r"\bnamespace\s*\{", code):
        for statement in outermost(code[begin.end():]):
            if not statement or statement.startswith(("using ", "namespace ", "TEST", "INSTANTIATE", "static_assert")):
                continue
            if match := re.match(r"(?:template <.*> )?(?:struct|class|enum class|enum|union) (\w+)", statement):
                yield match.group(1), "type"
            elif match := re.search(r"^[^=]*?([\w:]+) ?\(([^()]*)", statement):
                if "::" not in match.group(1):
                    yield match.group(1), f"({parameters(match.group(2))})"
            else:
                for name in re.findall(r"(\w+)(?:\[[^\]]*\])*(?= ?=| ?,|$)", re.sub(r"<[^<>]*>", "", statement))[:1]:
                    yield name, "value"


def main(root):
    clashes = 0
    for top in ("src", "probes"):
        for folder, _, names in os.walk(os.path.join(root, top)):
            seen = collections.defaultdict(set)
            for name in sorted(names):
                if name.endswith(".cpp"):
                    for defined in definitions(os.path.join(folder, name)):
                        seen[defined].add(name)
            for (name, kind), files in seen.items():
                if len(files) > 1:
                    clashes += 1
                    print(f"{os.path.relpath(folder, root)}: {name}{kind if kind[0] == '(' else ''} is defined in {', '.join(sorted(files))}")
    return clashes > 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
