"""The program as its users run it, for the tests beside this file: they are called with RIGFIT and MACHINES first."""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

RIGFIT, MACHINES = sys.argv[1], sys.argv[2]


def run(*arguments, stdin=b"", environment=None, **options):
    result = subprocess.run([RIGFIT, *arguments], input=stdin, capture_output=True, timeout=60,
                            env={**os.environ, **(environment or {})}, **options)
    result.out, result.err = result.stdout.decode(), result.stderr.decode()
    return result


def machine(name):
    return os.path.join(MACHINES, name, "machine.json")


def all_machines():
    return sorted(os.path.relpath(folder, MACHINES) for folder, _, files in os.walk(MACHINES) if "machine.json" in files)


class Test(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, name, content):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path

    def refused(self, *arguments, says=(), **options):
        """Wrong usage or unreadable input: status 2, nothing on stdout, one clear sentence that names the place."""
        result = run(*arguments, **options)
        self.assertEqual(result.returncode, 2, result.err)
        self.assertEqual(result.out, "")
        self.assertTrue(result.err.startswith("rigfit: "), result.err)
        for part in says:
            self.assertIn(part, result.err)
