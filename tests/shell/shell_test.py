#!/usr/bin/env python3
"""Help, completions and manual pages, which are all made of the table of commands: shell_test.py RIGFIT

Completions are tried in bash, zsh and fish themselves, manual pages in groff, mandoc and man, where those are installed."""
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

RIGFIT = os.path.abspath(sys.argv[1])
SHELLS = ["bash", "zsh", "fish"]


def rigfit(*arguments, expect=0):
    result = subprocess.run([RIGFIT, *arguments], capture_output=True, text=True, check=False)
    assert result.returncode == expect, (arguments, result.returncode, result.stderr)
    return result.stdout


def commands():
    """Those of --help: indented, with the group in front of the first of each."""
    text = rigfit("--help").split("\n\n")[2]
    return [re.match(r"  (?:\S+(?: \S+)*)? {2,}([a-z-]+) {2,}\S", line).group(1)
            for line in text.splitlines() if re.match(r"  .* {2,}[a-z-]+ {2,}\S", line)]


def options_of(command):
    """The long options that its --help lists."""
    return re.findall(r"^  (?:-\w, )?(--[a-z-]+)", rigfit(command, "--help"), re.M)


class Help(unittest.TestCase):
    def test_fits_a_screen(self):
        text = rigfit("--help")
        self.assertLessEqual(len(text.splitlines()), 24, text)
        for command in ["", *commands()]:
            for line in rigfit(*([command] if command else []), "--help").splitlines():
                self.assertLessEqual(len(line), 80, f"{command}: {line}")

    def test_of_a_command_is_its_own_with_an_example(self):
        for command in commands():
            text = rigfit(command, "--help")
            self.assertIn(f"Usage: rigfit {command}", text)
            self.assertIn("Exit codes:", text, command)
            self.assertRegex(text, r"Examples:\n(.*\n)*  .*rigfit", command)


class Terminal:
    """An interactive shell, as a person has one."""

    def __init__(self, arguments, variables):
        self.process, self.file = pty.fork()
        if self.process == 0:
            os.environ.clear()
            os.environ.update(variables)
            os.execvp(arguments[0], arguments)
        self.text = ""

    def type(self, text):
        os.write(self.file, text.encode())

    def until(self, pattern, seconds=20):
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.text)):
            ready, _, _ = select.select([self.file], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise AssertionError(f"no {pattern!r} in {self.text!r}")
            try:
                self.text += os.read(self.file, 65536).decode(errors="replace")
            except OSError as error:
                raise AssertionError(f"it ended: {self.text!r}") from error
        self.text = self.text[found.end():]
        return found

    def close(self):
        os.close(self.file)
        os.kill(self.process, 9)
        os.waitpid(self.process, 0)


class Completions(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.scripts = {}
        for shell in SHELLS:
            self.scripts[shell] = os.path.join(self.folder, f"rigfit.{shell}")
            rigfit("completions", shell, "--output", self.scripts[shell])
        os.mkdir(os.path.join(self.folder, "here"))
        for name in ("machine one.json", "other.json"):
            with open(os.path.join(self.folder, "here", name), "w", encoding="utf-8") as file:
                file.write("{}")
        self.variables = {"PATH": f"{os.path.dirname(RIGFIT)}:/usr/bin:/bin", "HOME": self.folder, "TERM": "dumb", "LC_ALL": "C.UTF-8"}

    def bash(self, *words):
        """What bash offers for the last word; "=" is a word of its own, as bash takes words apart there."""
        listed = " ".join("'" + word.replace("'", "'\\''") + "'" for word in ("rigfit", *words))
        script = (f"source {self.scripts['bash']}; COMP_WORDS=({listed}); COMP_CWORD={len(words)}; _rigfit; "
                  "printf '%s\\n' \"${COMPREPLY[@]}\"")
        result = subprocess.run(["bash", "--norc", "-u", "-c", script], capture_output=True, text=True, check=False,
                                cwd=os.path.join(self.folder, "here"), env=self.variables)
        self.assertEqual(result.stderr, "", words)
        return result.stdout.split("\n")[:-1] if result.stdout.strip() else []

    def fish(self, line):
        result = subprocess.run(["fish", "--no-config", "-c", f"source {self.scripts['fish']}; complete -C '{line}'"],
                                capture_output=True, text=True, check=False, cwd=os.path.join(self.folder, "here"), env=self.variables)
        self.assertEqual(result.stderr, "", line)
        return [one.split("\t")[0] for one in result.stdout.splitlines()]

    def test_name_every_command_and_option(self):
        self.assertIn("completions", commands())
        for shell in SHELLS:
            with open(self.scripts[shell], encoding="utf-8") as file:
                script = file.read()
            for command in commands():
                self.assertRegex(script, rf"\b{command}\b", shell)
                for option in options_of(command):
                    self.assertIn(option[2:] if shell == "fish" else option, script, (shell, command))
            self.assertNotRegex(script, r"rigfit ask\b", "a hidden command")

    def test_of_an_unknown_shell_are_refused(self):
        rigfit("completions", "csh", expect=2)
        rigfit("completions", expect=2)

    def test_of_the_release_are_shell_scripts(self):
        for shell in SHELLS:
            if shutil.which(shell):
                subprocess.run([shell, "-n", self.scripts[shell]], check=True)
        if shutil.which("shellcheck"):
            result = subprocess.run(["shellcheck", "-s", "bash", "-e", "SC2207", self.scripts["bash"]], capture_output=True, text=True, check=False)
            self.assertEqual(result.stdout, "")

    def test_in_bash(self):
        self.assertEqual(self.bash("doc"), ["doctor"])
        self.assertEqual(self.bash(""), commands())
        self.assertEqual(sorted(self.bash("doctor", "--")), sorted(options_of("doctor")))
        self.assertIn("--ask", self.bash("--"))
        self.assertEqual(self.bash("--format", "js"), ["json"])
        self.assertEqual(self.bash("--format", "=", "js"), ["json"])
        self.assertEqual(self.bash("--format", "="), self.bash("probe", "--format", ""))
        self.assertEqual(self.bash("check", "--format", "ju"), ["junit"])
        self.assertEqual(self.bash("probe", "--only", "cu"), ["cuda"])
        self.assertEqual(self.bash("--profile", "edu"), ["education"])
        self.assertEqual(self.bash("--priority", "ease"), ["ease_of_use="])
        self.assertEqual(self.bash("--candidates", "pytorch,te"), ["pytorch,tensorflow"])
        self.assertEqual(self.bash("--from", "ma"), ["machine one.json"])
        self.assertEqual(self.bash("--from", "other.json", "doc"), ["doctor"])
        self.assertEqual(self.bash("--priority", "=", "ease_of_use", "=", "3", "doc"), ["doctor"])
        self.assertEqual(self.bash("rules", "sche"), ["schema"])
        self.assertIn("report", self.bash("rules", "schema", "re"))
        self.assertEqual(self.bash("completions", "z"), ["zsh"])
        self.assertIn("cuda.module.secure_boot", self.bash("explain", "cuda.mod"))
        self.assertEqual(self.bash("--width", ""), [])

    def test_in_bash_on_a_terminal(self):
        terminal = Terminal(["bash", "--norc", "--noprofile", "-i"], {**self.variables, "PS1": "> "})
        self.addCleanup(terminal.close)
        terminal.until("> ")
        terminal.type(f"source {self.scripts['bash']}\n")
        terminal.until("> ")
        terminal.type("rigfit doc\t")
        terminal.until("rigfit doctor ")
        terminal.type("--fail-on=war\t")
        terminal.until("--fail-on=warning")

    @unittest.skipUnless(shutil.which("fish"), "fish is not installed")
    def test_in_fish(self):
        self.assertEqual(self.fish("rigfit doc"), ["doctor"])
        self.assertEqual(sorted(self.fish("rigfit ")), sorted(commands()))
        self.assertEqual(set(options_of("doctor")) - set(self.fish("rigfit doctor --")), set())
        self.assertNotIn("--ask", self.fish("rigfit doctor --"))
        self.assertIn("--ask", self.fish("rigfit --"))
        self.assertEqual(self.fish("rigfit --format js"), ["json"])
        self.assertEqual(self.fish("rigfit probe --only=cu"), ["--only=cuda"])
        self.assertEqual(self.fish("rigfit --from ma"), ["machine one.json"])
        self.assertEqual(self.fish("rigfit --from other.json doc"), ["doctor"])
        self.assertEqual(self.fish("rigfit rules sche"), ["schema"])
        self.assertIn("report", self.fish("rigfit rules schema re"))
        self.assertEqual(self.fish("rigfit completions z"), ["zsh"])

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
    def test_in_zsh(self):
        terminal = Terminal(["zsh", "-f", "-i"], {**self.variables, "PS1": "> "})
        self.addCleanup(terminal.close)
        terminal.type(f"cd {self.folder}/here; autoload -Uz compinit; compinit -u -D; source {self.scripts['zsh']}; PS1='ready> '\n")
        terminal.until("\nready> |\rready> ")
        for typed, expected in (
            ("rigfit doc\t", "rigfit doctor "), ("rigfit --format js\t", "--format json "), ("rigfit probe --only=cu\t", "--only=cuda "),
            ("rigfit doctor --fail-on w\t", "--fail-on warning "), ("rigfit --profile edu\t", "--profile education "),
            ("rigfit --from ma\t", r"--from machine\\ one\.json "), ("rigfit --from other.json doc\t", "other.json doctor "),
            ("rigfit --candidates pytorch,te\t", "pytorch,tensorflow"), ("rigfit --priority ease\t", "ease_of_use="),
            ("rigfit rules sche\t", "rules schema "), ("rigfit explain cuda.module.sec\t", r"cuda\.module\.secure_boot "),
            ("rigfit completions fi\t", "completions fish "), ("rigfit doctor --exit-\t", "doctor --exit-zero ")):
            terminal.type(typed)
            terminal.until(expected)
            terminal.type("\x15")  # Ctrl-U: an empty line
            terminal.type("print -r ${:-an}swer\n")
            terminal.until("\nanswer|\ranswer")
            terminal.until("ready> ")


class Manual(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        rigfit("man", "--all", folder.name)
        self.pages = [os.path.join(folder.name, name) for name in sorted(os.listdir(folder.name))]

    def test_has_a_page_for_every_command(self):
        names = [os.path.basename(page) for page in self.pages]
        self.assertEqual(names, sorted(["rigfit.1", *(f"rigfit-{command}.1" for command in commands())]))
        for command in commands():
            page = rigfit("man", command)
            with open(next(one for one in self.pages if one.endswith(f"/rigfit-{command}.1")), encoding="utf-8") as file:
                self.assertEqual(file.read(), page)
            for option in options_of(command):
                self.assertIn("\\fB" + option.replace("-", "\\-") + "\\fR", page, command)
        self.assertEqual(rigfit("man").count(".TP\n\\fBrigfit\\-"), len(commands()))
        rigfit("man", "docter", expect=2)

    @unittest.skipUnless(shutil.which("groff") or shutil.which("man"), "neither groff nor man is installed")
    def test_groff_has_nothing_to_say(self):
        groff = shutil.which("groff")
        self.assertTrue(groff, "groff-base has groff")
        for page in self.pages:
            result = subprocess.run([groff, "-ww", "-man", "-Tutf8", "-Kutf8", "-rLL=80n", page], capture_output=True, text=True, check=False)
            self.assertEqual(result.stderr, "", page)
            plain = re.sub(r".\x08|\x1b\[[0-9;]*m", "", result.stdout)
            for part in ("NAME", "SYNOPSIS", "EXIT STATUS", "SEE ALSO"):
                self.assertIn(part, plain, page)

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_mandoc_has_nothing_to_say(self):
        result = subprocess.run(["mandoc", "-Tlint", "-W", "warning", *self.pages], capture_output=True, text=True, check=False)
        self.assertEqual((result.returncode, result.stdout), (0, ""))

    @unittest.skipUnless(shutil.which("man") and shutil.which("lexgrog"), "man-db is not installed")
    def test_man_shows_and_indexes_it(self):
        for page in self.pages:
            shown = subprocess.run(["man", "-l", page], capture_output=True, text=True, check=False,
                                   env={**os.environ, "MANPAGER": "cat", "LC_ALL": "C.UTF-8", "MANWIDTH": "80"})
            self.assertEqual((shown.returncode, shown.stderr), (0, ""), page)
            self.assertIn("rigfit", shown.stdout)
            whatis = subprocess.run(["lexgrog", page], capture_output=True, text=True, check=False).stdout
            self.assertRegex(whatis, rf'"{os.path.basename(page)[:-2]} - .+"', page)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
