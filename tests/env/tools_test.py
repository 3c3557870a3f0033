#!/usr/bin/env python3
"""The files of `rigfit env`, and the commands that rigfit prints, read by the tools they are for:
tools_test.py RIGFIT MACHINES PACKAGES

PACKAGES is a folder in which npm installed package.json (`./dev test --env`). A tool that is not there is named as skipped.
Every kind of every machine is read, each text once."""
import functools
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "end_to_end"))
from command_line import all_machines, machine, run  # noqa: E402  (beside the other tests of the command line)

PACKAGES = os.path.abspath(sys.argv[3])
HERE = os.path.dirname(os.path.abspath(__file__))
FRAMEWORKS = ("", "jax", "tensorflow")


def npm(path):
    """A program or module that npm installed; None without it."""
    whole = os.path.join(PACKAGES, "node_modules", path)
    return whole if shutil.which("node") and os.path.exists(whole) else None


def python_with(module):
    """A Python that has the module: Debian's own where another one comes first on the path."""
    for python in (sys.executable, "/usr/bin/python3"):
        if os.path.exists(python) and subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0:
            return python
    return None


@functools.lru_cache(None)
def files_of(kind):
    """Every text that is written for this kind, with one machine and framework that it is for."""
    found = {}
    for name in all_machines():
        for framework in FRAMEWORKS:
            options = ["--framework", framework] if framework else []
            result = run("env", kind, "--from", machine(name), *options)
            if result.returncode == 0:
                found.setdefault(result.out, f"{name} {framework}")
    assert len(found) >= 10, f"{kind}: only {len(found)}"
    return found


@functools.lru_cache(None)
def commands():
    """Every install command that is printed, with a machine."""
    found = {}
    for name in all_machines():
        report = json.loads(run("--from", machine(name), "--format", "json", "--profile", "edge").out)
        for part in (report, report["runtime"] or {"frameworks": []}):
            for framework in part["frameworks"]:
                for build in (framework["build"], framework["build_to_install"]):
                    if build and build["pip"]:
                        found.setdefault(build["pip"], name)
    assert len(found) >= 20, len(found)
    return found


class Test(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path


# What pip reads of a file or of arguments, by its own code: requirements as it takes them, and the options it was given.
READ_REQUIREMENTS = """
import json, sys
from pip._internal.network.session import PipSession
from pip._internal.req.constructors import install_req_from_parsed_requirement
from pip._internal.req.req_file import parse_requirements
for path in json.load(sys.stdin):
    found = [install_req_from_parsed_requirement(one) for one in parse_requirements(path, session=PipSession())]
    assert found and all(one.req for one in found), path
print("read")
"""
READ_ARGUMENTS = """
import json, sys
from pip._internal.commands import create_command
from pip._internal.req.constructors import install_req_from_line
for words in json.load(sys.stdin):
    options, packages = create_command("install").parse_args(words)
    assert packages or options.requirements, words
    for package in packages:
        assert install_req_from_line(package).req, package
print("read")
"""


@unittest.skipUnless(python_with("pip"), "python3-pip is not installed")
class Pip(Test):
    def read(self, program, value):
        result = subprocess.run([python_with("pip"), "-c", program], input=json.dumps(value), capture_output=True, text=True, check=False)
        return result.returncode == 0 and result.stdout == "read\n", result.stderr

    def test_reads_requirements_and_the_pip_part_of_environments(self):
        paths = []
        for number, text in enumerate([*files_of("pip"), *(self.pip_part(text) for text in files_of("conda"))]):
            paths.append(self.write(f"{number}.txt", text))
        is_read, error = self.read(READ_REQUIREMENTS, paths)
        self.assertTrue(is_read, error)
        self.assertFalse(self.read(READ_REQUIREMENTS, [self.write("bad.txt", "torch[\n")])[0], "it reads anything")

    @staticmethod
    def pip_part(text):
        return "".join(f"{line}\n" for line in re.findall(r'^ {6}- "(.*)"$', text, re.M))

    def test_takes_every_install_command(self):
        words = []
        for command in commands():
            for part in re.split(r" (?:&&|;) ", command):
                arguments = shlex.split(part)
                if arguments[1:4] == ["-m", "pip", "install"]:
                    words.append(arguments[4:])
        self.assertGreaterEqual(len(words), 20)
        is_read, error = self.read(READ_ARGUMENTS, words)
        self.assertTrue(is_read, error)
        self.assertFalse(self.read(READ_ARGUMENTS, [["--index-ulr", "x", "torch"]])[0], "it takes anything")


@unittest.skipUnless(shutil.which("validate-pyproject"), "python3-validate-pyproject is not installed")
class Pyproject(Test):
    def status(self, text):
        path = self.write("pyproject.toml", text)
        result = subprocess.run(["validate-pyproject", path], capture_output=True, text=True, check=False)
        return result.returncode, result.stdout + result.stderr

    def test_is_valid(self):
        for text, where in files_of("uv").items():
            status, said = self.status(text)
            self.assertEqual(status, 0, (where, said))
        self.assertNotEqual(self.status('[project]\nname = "x"\nversion = "1"\ndependencies = ["a <<1"]\n')[0], 0, "it takes anything")


@unittest.skipUnless(npm("dockerfile-utils/bin/dockerfile-utils"), "dockerfile-utils is not installed; `./dev test --env` does it")
class Dockerfile(Test):
    def lint(self, text):
        program = npm("dockerfile-utils/bin/dockerfile-utils")
        result = subprocess.run(["node", program, "lint", self.write("Dockerfile", text)], capture_output=True, text=True, check=False)
        return result.stdout + result.stderr

    def test_is_without_a_complaint(self):
        for text, where in files_of("docker").items():
            self.assertEqual(self.lint(text).strip(), "", where)
        self.assertIn("Unknown instruction", self.lint("FROM a:b\nRUNN x\n"))


FAKE_DOCKER = """#!/bin/sh
case "$*" in
  version*) echo 24.0.0 ;;
  "inspect --type image"*) echo '[{"Id":"sha256:1","Architecture":"amd64","Os":"linux","Config":{"User":"","Env":[],"Labels":{},"Entrypoint":null,"Cmd":["sh"]}}]' ;;
  run*) for word in "$@"; do printf '%s\\n' "$word"; done > LOG; exit 1 ;;
  buildx*) exit 1 ;;
esac
"""


@unittest.skipUnless(npm("@devcontainers/cli/devcontainer.js"), "@devcontainers/cli is not installed; `./dev test --env` does it")
class Devcontainer(Test):
    def run_arguments(self, text):
        """What the Dev Containers CLI would call docker with."""
        self.write(".devcontainer/devcontainer.json", text)
        log = os.path.join(self.folder, "log")
        docker = self.write("docker", FAKE_DOCKER.replace("LOG", shlex.quote(log)))
        os.chmod(docker, 0o755)
        subprocess.run(["node", npm("@devcontainers/cli/devcontainer.js"), "up", "--docker-path", docker, "--workspace-folder", self.folder],
                       capture_output=True, timeout=120, check=False)
        with open(log, encoding="utf-8") as file:
            return file.read().splitlines()

    def test_starts_the_container_that_it_describes(self):
        chosen = {}  # one of each set of arguments: starting the CLI takes most of a second
        for text, where in files_of("devcontainer").items():
            value = json.loads(text)
            chosen.setdefault(re.sub(r"\d+", "", json.dumps(value["runArgs"])), (text, where))
        self.assertGreaterEqual(len(chosen), 3)
        for text, where in chosen.values():
            value, words = json.loads(text), self.run_arguments(text)
            for argument in value["runArgs"]:
                self.assertIn(argument, words, where)
            self.assertIn(value["image"], words, where)
            metadata = json.loads(next(word for word in words if word.startswith("devcontainer.metadata=")).split("=", 1)[1])
            for member in ("remoteEnv", "remoteUser", "onCreateCommand"):
                self.assertEqual([part[member] for part in metadata if member in part], [value[member]] if member in value else [], where)


@unittest.skipUnless(npm("@conda-org/rattler/package.json"), "@conda-org/rattler is not installed; `./dev test --env` does it")
class Conda(Test):
    def refused(self, asked):
        result = subprocess.run(["node", os.path.join(HERE, "conda_specs.cjs"), PACKAGES], input=json.dumps(asked), capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout.splitlines()

    def test_versions_packages_and_platforms_mean_something(self):
        try:
            import tomllib  # pylint: disable=import-outside-toplevel
            import yaml  # pylint: disable=import-outside-toplevel
        except ImportError as error:
            self.skipTest(f"{error.name} is missing")
        asked = []
        for text in files_of("conda"):
            for one in yaml.safe_load(text)["dependencies"]:
                if isinstance(one, str):
                    name, _, version = one.partition("=")
                    asked += [["package", name], *([["version", "=" + version]] if version else [])]
        for text in files_of("pixi"):
            value = tomllib.loads(text)
            asked += [["platform", one] for one in value["workspace"]["platforms"]]
            for name, version in value["dependencies"].items():
                asked += [["package", name], ["version", version]]
        self.assertEqual(self.refused(asked), [])
        self.assertEqual(len(self.refused([["platform", "linux-99"], ["package", "a b"], ["version", ">=3,<"]])), 3, "it takes anything")


class NotTried(unittest.TestCase):
    def test_of_what_nobody_has_here(self):
        self.skipTest("uv, conda, pixi and apptainer themselves are in neither Debian nor npm, and docker could pull no image in a test")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
