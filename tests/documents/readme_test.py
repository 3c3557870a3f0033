#!/usr/bin/env python3
"""Runs every command of README.md and CONTRIBUTING.md in a scratch folder, as a reader would: readme_test.py RIGFIT MACHINES

Commands are the lines of blocks marked `sh`, and what stands in `backticks` and begins with rigfit, but for names such as `rigfit check`
of commands that take an argument. A block below a comment `<!-- not run here: WHY -->` is left out, and the reason is
printed. Files that commands name are made first: documents that the text itself shows behind "here `NAME.json`", recordings from
tests/machines. A command fails the test when it is wrong usage or cannot be read (exit status 2), or is not found."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

RIGFIT, MACHINES = (os.path.abspath(path) for path in sys.argv[1:3])
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
RECORDED = {"login.json": "host/slurm-login-node", "node.json": "cuda/ready-two-gpus", "monday.json": "cuda/ready-two-gpus",
            "tuesday.json": "cuda/blocked-library-mismatch"}
NOT_ALONE = {"rigfit --ask": "it asks on a terminal",
             **{f"rigfit {name}": "the name of the command" for name in ("check", "completions", "diff", "env", "explain", "export", "fleet", "man")}}
TOOLS = {"jq", "man"}  # that commands are piped into; where one is missing, so is the command


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return file.read()


def blocks(text):
    """Language, lines and the reason why not, of each fenced block."""
    for found in re.finditer(r"(?:^<!-- not run here: (.*?) -->\n)?^```(\w*)\n(.*?)^```", text, re.M | re.S):
        yield found.group(2), found.group(3).splitlines(), found.group(1)


def commands(name):
    """Each command, and None, or why it is not run."""
    for language, lines, why_not in blocks(read(name)):
        if language == "sh":
            for line in lines:
                if line.strip() and not line.startswith("#"):
                    yield re.sub(r"\s{2,}# .*", "", line), why_not


def inline_commands(name):
    """Commands in the text itself, those left out that hold a word for the reader to fill in: NAME, <id>, FILE."""
    text = re.sub(r"^```.*?^```", "", read(name), flags=re.M | re.S)
    for command in dict.fromkeys(re.findall(r"`(?:build/release/)?(rigfit [^`]+)`", text)):
        if not re.search(r"\b[A-Z]{3,}\b|<\w|\.\.\.|\b[AB]\b", command):
            yield command, NOT_ALONE.get(command)


def shown_files(name):
    """Documents of the text: "here `gpu-node.json`" and the block of JSON behind it."""
    for found in re.finditer(r"here `([\w.-]+\.json)`.*?^```json\n(.*?)^```", read(name), re.M | re.S):
        yield found.group(1), found.group(2)


class EveryCommand(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        os.mkdir(self.at("bin"))
        os.symlink(RIGFIT, self.at("bin", "rigfit"))
        os.makedirs(self.at("work", "image", "etc"))
        shutil.copytree(os.path.join(ROOT, "rules"), self.at("work", "rules"), ignore=shutil.ignore_patterns("schema"))
        os.makedirs(self.at("work", ".venv", "lib", "python3.12", "site-packages"))
        os.makedirs(self.at("work", "site-rules", "frameworks"))
        for name, machine in RECORDED.items():
            shutil.copy(os.path.join(MACHINES, machine, "machine.json"), self.at("work", name))
        self.write("image/etc/os-release", 'ID=debian\nVERSION_ID="12"\n')
        self.write(".venv/pyvenv.cfg", "version = 3.12.3\n")
        for document in ("node.md", "builds.md"):
            self.write(document, "# Our node\n\n<!-- rigfit:begin -->\n<!-- rigfit:end -->\n")
        self.write("site-rules/frameworks/ours.json", '{"extends": "pytorch", "ratings": {"ease_of_use": {"score": 50}}}\n')
        for day in ("monday", "tuesday"):
            os.mkdir(self.at("work", day))
            shutil.copy(self.at("work", f"{day}.json"), self.at("work", day, "gpu001.json"))
            shutil.copy(self.at("work", f"{day}.json"), self.at("work", f"out.gpu00{1 + (day == 'tuesday')}.json"))
        for document in ("README.md", "CONTRIBUTING.md"):
            for name, text in shown_files(document):
                self.write(name, text)

    def at(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, text):
        with open(self.at("work", name), "w", encoding="utf-8") as file:
            file.write(text)

    def run_all(self, document):
        done = 0
        for command, why_not in [*commands(document), *inline_commands(document)]:
            missing = [tool for tool in TOOLS if re.search(rf"\| {tool}\b", command) and not shutil.which(tool)]
            if why_not or missing:
                print(f"not run: {command}: {why_not or missing[0] + ' is not installed'}")
                continue
            with self.subTest(command=command):
                result = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], cwd=self.at("work"), capture_output=True, text=True,
                                        stdin=subprocess.DEVNULL, timeout=120, check=False,
                                        env={"PATH": f"{self.at('bin')}:/usr/bin:/bin", "HOME": self.folder, "LC_ALL": "C.UTF-8", "MANPAGER": "cat"})
                self.assertIn(result.returncode, (0, 1, 3), result.stderr)
                self.assertNotIn("rigfit: ", re.sub("^rigfit: left out: .*", "", result.stderr, flags=re.M))
                self.assertNotIn("not found", result.stderr)
            done += 1
        return done

    def test_of_the_readme_works(self):
        self.assertGreater(self.run_all("README.md"), 35)

    def test_of_contributing_works(self):
        self.run_all("CONTRIBUTING.md")

    def test_is_in_a_block_that_is_run(self):
        """A command in another kind of block would not be tried."""
        for document in ("README.md", "CONTRIBUTING.md"):
            for language, lines, _ in blocks(read(document)):
                if language not in ("sh", "yaml"):
                    self.assertFalse([line for line in lines if line.startswith("rigfit ")], document)


class Pictures(unittest.TestCase):
    def test_of_the_terminal_is_up_to_date(self):
        script = os.path.join(ROOT, "docs", "terminal.py")
        result = subprocess.run([sys.executable, script, RIGFIT, "--check"], capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_that_the_readme_shows_are_there_and_small(self):
        pictures = re.findall(r"!\[.+\]\(([^)]+)\)", read("README.md"))
        self.assertGreaterEqual(len(pictures), 2)
        for path in pictures:
            self.assertLess(os.path.getsize(os.path.join(ROOT, path)), 200_000, path)

    def test_links_lead_somewhere(self):
        text = read("README.md")
        headings = {re.sub(r"[^\w -]", "", line.lower()).strip().replace(" ", "-") for line in re.findall(r"^#+ (.*)", text, re.M)}
        for target in re.findall(r"\]\(([^)]+)\)", text):
            if target.startswith("#"):
                self.assertIn(target[1:], headings)
            elif not target.startswith("http"):
                self.assertTrue(os.path.exists(os.path.join(ROOT, target)), target)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
