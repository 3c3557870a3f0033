#!/usr/bin/env python3
"""world.py RIGFIT FAKES MACHINES: the program where little is left of what a program is used to: it never hangs, never crashes,
leaves nothing behind, and says the same."""
import ctypes
import json
import os
import random
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

RIGFIT, MACHINES = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[3])
MACHINE = os.path.join(MACHINES, "cuda/ready-two-gpus/machine.json")
# The sanitizers' own needs are larger than what some of these leave.
SANITIZED = bool(os.environ.get("RIGFIT_SANITIZE"))


def run(*arguments, environment=None, **options):
    return subprocess.run([RIGFIT, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=120,
                          env=os.environ if environment is None else environment, **options)


def limited(*limits):
    """A function for preexec_fn that sets (resource, most)."""
    def lower():
        for what, most in limits:
            resource.setrlimit(what, (most, most))
    return lower


def can_unshare():
    return os.geteuid() == 0 and shutil.which("unshare") and subprocess.run(
        ["unshare", "-m", "true"], capture_output=True, check=False).returncode == 0


def without_new_system_calls():
    """What filters of containers that are older than a system call do: EPERM for all from 424 on (openat2, close_range,
    pidfd_open, clone3 ...), whose numbers are the same on every architecture."""
    def instruction(code, jump_true, jump_false, value):
        return struct.pack("HBBI", code, jump_true, jump_false, value)
    load, at_least, give = 0x20, 0x35, 0x06
    allow, deny = 0x7FFF0000, 0x00050000 | 1
    code = (instruction(load, 0, 0, 0) + instruction(at_least, 0, 1, 424) + instruction(give, 0, 0, deny) +
            instruction(give, 0, 0, allow))
    buffer = ctypes.create_string_buffer(code, len(code))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", 4, ctypes.addressof(buffer)))
    library = ctypes.CDLL(None, use_errno=True)

    def install():
        library.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
        if library.prctl(22, 2, program, 0, 0) != 0:  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
            os._exit(77)
    install.kept = buffer  # the program refers to it
    return install


class World(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.expected = run("--from", MACHINE, "--format", "json")
        self.assertEqual(self.expected.returncode, 0, self.expected.stderr)

    def says_the_same(self, **options):
        """About a recording; and this machine is judged."""
        result = run("--from", MACHINE, "--format", "json", **options)
        self.assertEqual((result.returncode, result.stderr, result.stdout), (0, b"", self.expected.stdout))
        live = run("--format", "json", **options)
        self.assertIn(live.returncode, (0, 3), live.stderr)
        json.loads(live.stdout)

    def test_no_environment(self):
        self.says_the_same(environment={})
        self.says_the_same(environment={"HOME": "", "TERM": "", "PATH": "", "LANG": "", "USER": ""})
        self.says_the_same(environment={"HOME": "/nonexistent/\xff\n", "TERM": "\x1b[2J", "LANG": "x" * 100000,
                                        "CUDA_VISIBLE_DEVICES": "\xfe" * 1000, "VIRTUAL_ENV": "/" * 5000})

    def test_in_a_folder_that_is_gone(self):
        gone = os.path.join(self.folder, "gone")
        self.says_the_same(preexec_fn=lambda: (os.mkdir(gone), os.chdir(gone), os.rmdir(gone)))

    @unittest.skipIf(SANITIZED, "a sanitizer needs more")
    def test_small_stack_few_descriptors_little_memory(self):
        self.says_the_same(preexec_fn=limited((resource.RLIMIT_STACK, 64 << 10)))
        for most in (50, 6):
            self.says_the_same(preexec_fn=limited((resource.RLIMIT_NOFILE, most)))
        self.says_the_same(preexec_fn=limited((resource.RLIMIT_AS, 100 << 20)))
        self.says_the_same(preexec_fn=limited((resource.RLIMIT_STACK, 64 << 10), (resource.RLIMIT_NOFILE, 10),
                                              (resource.RLIMIT_AS, 100 << 20), (resource.RLIMIT_NPROC, 1)))

    @unittest.skipIf(SANITIZED or not sys.platform.startswith("linux"), "filters of system calls are Linux's")
    def test_a_container_older_than_its_system_calls(self):
        install = without_new_system_calls()
        if run("--version", preexec_fn=install).returncode == 77:
            self.skipTest("no filter may be set here")
        self.says_the_same(preexec_fn=install)
        root = os.path.join(self.folder, "root/etc")
        os.makedirs(root)
        with open(os.path.join(root, "os-release"), "w", encoding="utf-8") as file:
            file.write("ID=debian\n")
        result = run("capture", "--root", os.path.dirname(root), preexec_fn=install)
        self.assertEqual(json.loads(result.stdout)["answers"]["file:/etc/os-release"]["lines"], ["ID=debian"])

    @unittest.skipUnless(can_unshare(), "needs root, and mounts of its own")
    def test_no_proc_no_sys_nothing_writable(self):
        script = """
          for folder in /proc /sys /dev; do mount -t tmpfs -o mode=755 none $folder; done
          exec "$@" """
        for command in ([RIGFIT, "--format", "json"], [RIGFIT, "doctor"], [RIGFIT, "capture"]):
            result = subprocess.run(["unshare", "-m", "sh", "-c", script, "sh", *command], capture_output=True, check=False)
            self.assertIn(result.returncode, (0, 1, 3), result.stderr)
            self.assertNotIn(b"internal error", result.stderr)
        script = """
          mount --make-rprivate / && mount -o remount,bind,ro / && mount -t tmpfs -o ro none /tmp2 2>/dev/null
          exec "$@" """
        command = ["unshare", "-m", "sh", "-c", script, "sh", RIGFIT, "--from", MACHINE, "--format", "json"]
        result = subprocess.run(command, capture_output=True, check=False)
        self.assertEqual((result.returncode, result.stdout), (0, self.expected.stdout), result.stderr)
        result = subprocess.run([*command, "--output", "/rigfit-test-output"], capture_output=True, check=False)
        if os.path.exists("/rigfit-test-output"):
            os.unlink("/rigfit-test-output")
            self.skipTest("the root stays writable here")
        self.assertEqual(result.returncode, 2)
        self.assertTrue(result.stderr.startswith(b"rigfit: /rigfit-test-output "), result.stderr)

    @unittest.skipUnless(os.geteuid() == 0, "needs root, to become nobody")
    def test_a_user_whom_nobody_knows(self):
        here = os.path.join(self.folder, "rigfit")
        shutil.copy(RIGFIT, here)
        machine = shutil.copy(MACHINE, os.path.join(self.folder, "machine.json"))
        os.chmod(self.folder, 0o755)
        for arguments in (["--from", machine, "--format", "json"], ["--format", "json"], ["doctor"]):
            result = subprocess.run([here, *arguments], capture_output=True, user=54321, group=54321, extra_groups=[], cwd="/",
                                    env={}, check=False)
            self.assertIn(result.returncode, (0, 1, 3), result.stderr)
            self.assertEqual(result.stderr, b"")

    @unittest.skipUnless(os.geteuid() == 0, "needs root, to become nobody")
    def test_with_the_rights_of_another(self):
        with open("/proc/self/status", encoding="utf-8") as file:
            if os.statvfs(self.folder).f_flag & os.ST_NOSUID or "NoNewPrivs:\t1" in file.read():
                self.skipTest("set-ID bits are ignored here")
        here = os.path.join(self.folder, "rigfit")
        shutil.copy(RIGFIT, here)
        os.chmod(self.folder, 0o755)
        for bits in (0o4755, 0o2755):
            os.chmod(here, bits)
            result = subprocess.run([here, "--version"], capture_output=True, user=54321, group=54321, extra_groups=[], cwd="/",
                                    check=False)
            self.assertEqual((result.returncode, result.stdout), (2, b""))
            self.assertIn(b"set-ID", result.stderr)

    def test_many_at_once(self):
        many = 20 if SANITIZED else 200
        begin = time.monotonic()
        children = [subprocess.Popen([RIGFIT, "--format", "json", "--compact"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE) for _ in range(many)]
        seen = set()
        for child in children:
            out, err = child.communicate(timeout=120)
            report = json.loads(out)
            report.pop("changing")
            seen.add((child.returncode, json.dumps(report), err))
        self.assertEqual(len(seen), 1, "all say the same")
        self.assertLess(time.monotonic() - begin, 100)

    def test_thousands_of_devices(self):
        """Time grows as their number does: a file of 64 MiB must not hold a node for an hour."""
        with open(MACHINE, encoding="utf-8") as file:
            machine = json.load(file)

        def seconds(count):
            answers = dict(machine["answers"])
            addresses = [f"{n // 256 + 16:04x}:{n % 256:02x}:00.0" for n in range(count)]
            for address in addresses:
                folder = f"/sys/bus/pci/devices/{address}"
                for name, text in (("vendor", "0x10de"), ("device", "0x2330"), ("class", "0x030200")):
                    answers[f"file:{folder}/{name}"] = {"outcome": "found", "lines": [text]}
                answers[f"link:{folder}/driver"] = {"outcome": "found", "text": "../../../../bus/pci/drivers/nvidia"}
            answers["list:/sys/bus/pci/devices"] = {"outcome": "found", "names": addresses}
            path = os.path.join(self.folder, "many.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump({**machine, "answers": answers}, file)
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            for command in ([], ["doctor"], ["probe"]):
                result = run(*command, "--from", path, preexec_fn=limited((resource.RLIMIT_CPU, 20)))
                self.assertIn(result.returncode, (0, 1), result.stderr)
            return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before.ru_utime
        few, many = seconds(300), seconds(1200)
        self.assertLess(many, 10 * few + 0.5)

    def test_variables_of_thousands_of_entries(self):
        """Lists of devices where nobody knows how many there are: no number is out of range."""
        for name, path in (("cuda", "cuda/ready-two-gpus"), ("rocm", "rocm/ready-instinct")):
            with open(os.path.join(MACHINES, path, "machine.json"), encoding="utf-8") as file:
                machine = json.load(file)
            answers = {key: answer for key, answer in machine["answers"].items()
                       if not key.startswith(("list:/sys/", "ask:", "command:"))}
            for variable in ("CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"):
                answers["env:" + variable] = {"outcome": "found", "text": ",".join(map(str, range(500_000)))}
            path = os.path.join(self.folder, "long.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump({**machine, "answers": answers}, file)
            result = run("probe", name, "--from", path, preexec_fn=limited((resource.RLIMIT_CPU, 10)))
            self.assertIn(result.returncode, (0, 1, 3), (name, result.stderr))

    def test_other_languages(self):
        if not shutil.which("localedef"):
            self.skipTest("no localedef")
        for name in ("tr_TR", "de_DE"):
            made = subprocess.run(["localedef", "-i", name, "-f", "UTF-8", os.path.join(self.folder, name + ".UTF-8")],
                                  capture_output=True, check=False)
            if made.returncode != 0:
                self.skipTest("no sources of locales")
            environment = {**os.environ, "LOCPATH": self.folder, "LC_ALL": name + ".UTF-8", "LANG": name + ".UTF-8"}
            self.says_the_same(environment=environment)
            result = run("check", "--from", MACHINE, "CUDA.DRIVER >= 1.5", "memory >= 1.5GiB", environment=environment)
            self.assertEqual(result.stdout, run("check", "--from", MACHINE, "CUDA.DRIVER >= 1.5", "memory >= 1.5GiB").stdout)

    def test_a_limit_on_the_size_of_files(self):
        output = os.path.join(self.folder, "report.json")
        with open(output, "w", encoding="utf-8") as file:
            file.write("before")
        for where in (["--output", output], ["--output", os.path.join(self.folder, "new.json")]):
            result = run("--from", MACHINE, "--format", "json", *where, preexec_fn=limited((resource.RLIMIT_FSIZE, 4096)))
            self.assertEqual(result.returncode, 2)
            self.assertTrue(result.stderr.startswith(b"rigfit: " + where[1].encode()), result.stderr)
        self.assertEqual(os.listdir(self.folder), ["report.json"], "no temporary file is left")
        with open(output, encoding="utf-8") as file:
            self.assertEqual(file.read(), "before")

    def test_killed_while_it_writes(self):
        output = os.path.join(self.folder, "report.json")
        dice = random.Random(3)
        begin = time.monotonic()
        run("--from", MACHINE, "--format", "json", "--output", output)
        usual = time.monotonic() - begin
        with open(output, "rb") as file:
            whole = file.read()
        for n in range(60):
            with open(output, "wb") as file:
                file.write(b"before")
            child = subprocess.Popen([RIGFIT, "--from", MACHINE, "--format", "json", "--output", output])
            time.sleep(usual * dice.uniform(0.2, 1.2))
            child.send_signal([signal.SIGKILL, signal.SIGTERM, signal.SIGQUIT][n % 3])
            child.wait(60)
            with open(output, "rb") as file:
                self.assertIn(file.read(), (b"before", whole), "half a report")
            left = [name for name in os.listdir(self.folder) if name != "report.json"]
            if n % 3 != 0:
                self.assertEqual(left, [], "a signal that asks leaves nothing")
            for name in left:
                os.unlink(os.path.join(self.folder, name))

    def test_streams_that_are_closed(self):
        for closed in ([0], [1], [2], [0, 1, 2]):
            result = run("--from", MACHINE, "--format", "json", "--output", os.path.join(self.folder, "x.json"),
                         preexec_fn=lambda closed=closed: [os.close(n) for n in closed])
            self.assertEqual(result.returncode, 0, closed)
            with open(os.path.join(self.folder, "x.json"), "rb") as file:
                self.assertEqual(file.read(), self.expected.stdout)

    def test_names_that_are_no_text(self):
        """Every capture can be read again, and loses nothing."""
        opt = os.path.join(self.folder.encode(), b"root/opt")
        for name in (b"rocm-\xff", b"rocm-\xfe", b"rocm-\xe2\x90\x9bff", b"rocm-6.4", b"rocm-\x1b[2J\n"):
            os.makedirs(os.path.join(opt, name, b".info"))
        root = os.path.join(self.folder, "root")
        captured = run("capture", "--root", root)
        self.assertEqual(captured.returncode, 0, captured.stderr)
        names = json.loads(captured.stdout)["answers"]["list:/opt"]["names"]
        self.assertEqual(len(set(names)), 5, names)
        machine = os.path.join(self.folder, "machine.json")
        with open(machine, "wb") as file:
            file.write(captured.stdout)
        again = run("capture", "--from", machine)
        self.assertEqual((again.returncode, again.stderr), (0, b""))
        self.assertEqual(json.loads(again.stdout)["answers"], json.loads(captured.stdout)["answers"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
