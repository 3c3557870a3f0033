#!/usr/bin/env python3
"""Makes terminal.svg, the picture in the README, from what rigfit prints on a terminal of 80 columns.

    docs/terminal.py RIGFIT [--check]     --check changes nothing, and fails where the picture is out of date

The same output gives the same bytes."""
import os
import re
import subprocess
import sys
from xml.sax.saxutils import escape

from made import keep

HERE = os.path.dirname(os.path.abspath(__file__))
PICTURE = os.path.join(HERE, "terminal.svg")
MACHINE = os.path.join(HERE, "..", "tests", "machines", "cuda", "blocked-secure-boot-workstation", "machine.json")
COLUMNS = 80
CELL, LINE, SIZE, MARGIN, BAR = 8.4, 18, 14, 18, 34  # in pixels
STYLES = {"1": "b", "2": "f", "31": "r", "32": "g", "35": "m"}  # Select Graphic Rendition: classes below
SHEET = """.t{fill:#d6deeb;font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}
.b{font-weight:700;fill:#fff}.f{fill:#8b98a9}.r{fill:#ff8b8b}.g{fill:#7ee2a8}.m{fill:#e5a6ff}.p{fill:#7fb6ff}"""


def printed(rigfit):
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}
    run = subprocess.run([rigfit, "--from", MACHINE, "--color", "always", "--width", str(COLUMNS)],
                         capture_output=True, text=True, env=environment, check=False)
    if run.returncode not in (0, 1, 3):
        raise SystemExit(run.stderr)
    return run.stdout


def runs_of(line):
    """Column, class and text of each piece of a line that is shown in one way."""
    column, style = 0, ""
    for piece in re.split(r"(\x1b\[[0-9;]*m)", line):
        code = re.fullmatch(r"\x1b\[([0-9;]*)m", piece)
        if code:
            style = STYLES.get(code.group(1), "")
        elif piece:
            yield column, style, piece
            column += len(piece)


def rows_of(text):
    """Rows of the screen: what is longer than it goes on in the next."""
    for line in text.splitlines():
        rows = [[]]
        for column, style, piece in runs_of(line):
            while piece:
                if column // COLUMNS >= len(rows):
                    rows.append([])
                fits = COLUMNS - column % COLUMNS
                rows[-1].append((column % COLUMNS, style, piece[:fits]))
                column, piece = column + len(piece[:fits]), piece[fits:]
        yield from rows


def text_element(row, column, style, text):
    start = len(text) - len(text.lstrip(" "))
    shown = text.strip(" ")
    if not shown:
        return ""
    x, y = MARGIN + (column + start) * CELL, BAR + MARGIN + SIZE - 4 + row * LINE
    return (f'<text class="{" ".join(filter(None, ["t", style]))}" x="{x:.1f}" y="{y}" textLength="{len(shown) * CELL:.1f}"'
            f' xml:space="preserve">{escape(shown)}</text>\n')


def picture(text):
    rows = [[(0, "p", "$"), (2, "b", "rigfit")], *rows_of(text)]
    width, height = round(2 * MARGIN + COLUMNS * CELL), BAR + 2 * MARGIN + len(rows) * LINE
    plain = escape(re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines()[0])
    svg = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">\n'
           f"<title>rigfit on a terminal: {plain}</title>\n<style>{SHEET}</style>\n"
           f'<rect width="{width}" height="{height}" rx="10" fill="#10151d"/>\n'
           f'<path d="M0 10a10 10 0 0 1 10-10h{width - 20}a10 10 0 0 1 10 10v{BAR - 10}h-{width}z" fill="#1c2430"/>\n')
    for number, color in enumerate(("#ff5f57", "#febc2e", "#28c840")):
        svg += f'<circle cx="{20 + 20 * number}" cy="{BAR // 2}" r="6" fill="{color}"/>\n'
    for number, row in enumerate(rows):
        for column, style, piece in row:
            svg += text_element(number, column, style, piece)
    return svg + "</svg>\n"


if __name__ == "__main__":
    sys.exit(keep(PICTURE, picture(printed(sys.argv[1])), "docs/terminal.py RIGFIT"))
