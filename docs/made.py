"""What the scripts of this folder make: a file that is kept in the repository and held up to date by a test."""
import os
import sys


def keep(path, text, made_by):
    """Writes the file anew, or with --check among the arguments only says where it is out of date. The exit status."""
    if "--check" not in sys.argv[1:]:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return 0
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return 0
    print(f"docs/{os.path.basename(path)} is out of date: {made_by} makes it anew", file=sys.stderr)
    return 1
