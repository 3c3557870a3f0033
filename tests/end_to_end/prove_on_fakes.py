#!/usr/bin/env python3
"""prove_on_fakes.py RIGFIT FAKES MACHINES: `rigfit prove` from its command line down to vendors' libraries that the tests play.

The machine with two GPUs is staged below mounts that only the program sees (unshare), so this needs root, and is skipped
without. The libraries are reported what goes wrong by files in /opt/fake, since a child gets few variables.
"""
import json
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

RIGFIT, FAKES, MACHINES = (os.path.abspath(path) for path in sys.argv[1:4])

# STAGE PROGRAM...: what lies below STAGE is laid over this machine, for this program.
STAGED = """
set -e
stage=$1; shift
for folder in /sys /proc/driver /opt /usr/local /run /dev; do
  mount -t tmpfs -o mode=755 "$stage" $folder
  if [ -d "$stage$folder" ]; then cp -a "$stage$folder/." $folder/; fi
done
mknod -m 666 /dev/null c 1 3
mknod -m 444 /dev/urandom c 1 9
while read -r node; do mkdir -p "$(dirname "$node")"; mknod -m 666 "$node" c 1 3; done <"$stage/nodes"
exec "$@"
"""

CUDA = {"file:/proc/driver/nvidia/version": "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.82.07  Release Build",
        "file:/sys/module/nvidia/version": "580.82.07", "node:/dev/nvidiactl": "", "node:/dev/nvidia0": "",
        "node:/dev/nvidia1": "", "node:/dev/nvidia-uvm": ""}
for address in ("0000:0a:00.0", "0000:0b:00.0"):
    folder = f"/sys/bus/pci/devices/{address}/"
    CUDA |= {f"file:{folder}vendor": "0x10de", f"file:{folder}class": "0x030200", f"file:{folder}device": "0x2330",
             f"file:{folder}power/runtime_status": "active",
             f"link:{folder}driver": "../../../../bus/pci/drivers/nvidia"}
# What the kernel's log also holds; it is read only where something is wrong.
LOG = """4,1,1,-;NVRM: GPU Board Serial Number: 1650124014249
4,2,2,-;NVRM: Xid (PCI:0000:0b:00): 79, pid=4242, name=somebodys-job, GPU has fallen off the bus.
6,3,3,-;Linux version 6.1.0 (somebody@somewhere)
"""


def recorded(name):
    """The files, links and nodes of a recording."""
    with open(os.path.join(MACHINES, name, "machine.json"), encoding="utf-8") as file:
        answers = json.load(file)["answers"]
    return {key: answer.get("text", "\n".join(answer.get("lines", []))) for key, answer in answers.items()
            if answer["outcome"] == "found" and re.match("(file|link|node):/(sys|dev)/", key)}


def can_stage():
    return os.geteuid() == 0 and shutil.which("unshare") and subprocess.run(
        ["unshare", "-m", "mount", "-t", "tmpfs", "staged", "/opt"], capture_output=True).returncode == 0


def processes(folder):
    """That see something staged below a folder, and have not yet ended: nobody else's program is among them."""
    running = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/mountinfo", encoding="utf-8") as file:
                if f" {folder}/" in file.read():
                    with open(f"/proc/{pid}/cmdline", "rb") as line:
                        running[pid] = line.read().decode(errors="replace")
        except OSError:
            pass
    return running


class Staged(unittest.TestCase):
    """A folder that the program sees as its root, in part, by mounts that nobody else sees."""
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.restage()

    def restage(self):
        """Another stage, with nothing on it."""
        self.stage = tempfile.mkdtemp(dir=self.folder)

    def put(self, path, content, mode=0o644):
        path = self.stage + path
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(content)
        os.chmod(path, mode)

    def put_machine(self, machine):
        nodes = []
        for key, content in machine.items():
            kind, path = key.split(":", 1)
            if kind == "node":
                nodes.append(path)
            elif kind == "file":
                self.put(path, content + "\n")
            else:
                os.makedirs(os.path.dirname(self.stage + path), exist_ok=True)
                os.symlink(content, self.stage + path)
        self.put("/nodes", "".join(node + "\n" for node in nodes))


@unittest.skipUnless(can_stage(), "needs root, and mounts of its own")
class Prove(Staged):
    def tearDown(self):
        self.assertEqual(processes(self.folder), {}, "a child was left behind")

    def lay(self, machine, libraries, folder):
        self.put_machine(machine)
        os.makedirs(self.stage + folder, exist_ok=True)
        for name, target in libraries.items():
            shutil.copy(os.path.join(FAKES, "behaved", name), self.stage + folder + "/" + target)
            if target != name:
                os.symlink(target, self.stage + folder + "/" + name)
        self.libraries = folder

    def cuda(self, script=""):
        self.lay(CUDA, {"libcuda.so.1": "libcuda.so.580.82.07", "libnvidia-ml.so.1": "libnvidia-ml.so.580.82.07"},
                 "/usr/local/nvidia/lib64")
        self.put("/opt/fake/FAKE", script)
        self.put("/dev/kmsg", LOG)

    def rocm(self, script=""):
        self.lay(recorded("rocm/proven-one-of-two"), {name: name for name in ("libamdhip64.so.7", "libhiprtc.so.7")},
                 "/opt/rocm/lib")
        self.put("/opt/fake/FAKE_HIP", script)

    def run_staged(self, *arguments, **options):
        environment = {"PATH": os.environ["PATH"], "HOME": self.stage, "LD_LIBRARY_PATH": self.libraries}
        return subprocess.Popen(["unshare", "-m", "sh", "-c", STAGED, "sh", self.stage, RIGFIT, *arguments],
                                stdin=subprocess.DEVNULL, env=environment, **options)

    def run_whole(self, *arguments):
        with self.run_staged(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            out, err = process.communicate(timeout=120)
        return process.returncode, out.decode(), err.decode()

    def report(self, *arguments):
        status, out, err = self.run_whole(*arguments, "--format", "json")
        self.assertEqual(err, "")
        return status, json.loads(out)

    def test_cuda_is_proven(self):
        self.cuda()
        status, report = self.report("prove", "cuda", "--prove-memory", "1")
        cuda = report["platforms"]["cuda"]
        self.assertEqual((status, cuda["state"]), (0, "proven"), cuda)
        self.assertEqual([device["state"] for device in cuda["devices"]], ["proven", "proven"])
        self.assertEqual(cuda["layers"]["kernel_run"], "yes")
        status, text, err = self.run_whole("prove", "cuda", "--prove-memory", "1")
        self.assertEqual((status, err), (0, ""))
        text = re.sub(r"\s+", " ", text)
        self.assertRegex(text, r"passed device 0: NVIDIA H100 .* \d+ numbers, each right, copies [\d.]+ [GT]B/s")

    def test_nothing_is_kept_by_the_driver(self):
        self.cuda()
        status, out, err = self.run_whole("capture", "--prove", "--prove-memory", "1")
        self.assertEqual((status, err), (0, ""))
        answers = json.loads(out)["answers"]
        for key in ("ask:prove-cuda 0", "ask:prove-cuda 1"):
            self.assertEqual(answers[key]["outcome"], "found")
            self.assertNotIn("left behind", json.dumps(answers[key]))
        self.assertNotIn("file:/dev/kmsg", answers, "nothing was wrong, so the log is not worth reading")
        self.assertEqual(sorted(os.listdir(self.stage)), ["dev", "nodes", "opt", "proc", "sys", "usr"], "files in HOME")

    def test_the_default_run_starts_no_cuda(self):
        self.cuda("crash=cuInit")
        status, report = self.report("probe")
        self.assertEqual((status, report["platforms"]["cuda"]["state"]), (0, "ready"))

    def test_one_of_two_fails(self):
        self.cuda("status.cuMemAlloc_v2.1=999")
        status, report = self.report("prove", "cuda", "--prove-memory", "1")
        cuda = report["platforms"]["cuda"]
        self.assertEqual((status, cuda["state"]), (1, "proven"))
        self.assertEqual([device["state"] for device in cuda["devices"]], ["proven", "blocked"])
        self.assertIn("cuda.proof.failed", [finding["id"] for finding in report["findings"]])

    def test_one_of_two_computes_wrongly(self):
        self.cuda("wrong=kernel")
        status, text, _ = self.run_whole("prove", "cuda", "--prove-memory", "1")
        self.assertEqual(status, 1)
        self.assertIn("wrong result", text)
        self.assertIn("the first at 17", re.sub(r"\s+", " ", text))

    def test_a_worker_that_hangs_or_crashes_is_ended(self):
        # A worker gives up by itself after --prove-seconds, and is ended after 30 more; --patience shortens that alone. Who
        # does not hang has to be done by then, on a busy machine, too.
        for script, word, patience in (("deaf=cuLaunchKernel.1", "timed_out", "0.2"), ("crash=cuLaunchKernel.1", "crashed", "1")):
            with self.subTest(script):
                self.restage()
                self.cuda(script)
                status, report = self.report("prove", "cuda", "--prove-memory", "1", "--prove-seconds", "20",
                                             "--patience", patience)
                self.assertEqual(status, 1)
                first, second = report["platforms"]["cuda"]["devices"]
                self.assertEqual((first["state"], second["state"]), ("proven", "blocked"))
                self.assertEqual(second["proof"], word)

    def test_cuda_that_does_not_start(self):
        self.cuda("status.cuInit=802")
        status, report = self.report("prove", "cuda")
        self.assertEqual((status, report["platforms"]["cuda"]["state"]), (1, "blocked"))
        self.assertIn("cuda.init.not_ready", [finding["id"] for finding in report["findings"]])

    def test_the_log_is_read_where_something_is_wrong(self):
        self.cuda("status.nvmlDeviceGetHandleByIndex_v2.1=15")
        status, out, _ = self.run_whole("capture")
        self.assertEqual(status, 0)
        for secret in ("1650124014249", "pid=4242", "somebody"):
            self.assertNotIn(secret, out)
        self.assertEqual(json.loads(out)["answers"]["file:/dev/kmsg"]["lines"],
                         ["NVRM: Xid (PCI:0000:0b:00): 79, pid=x, name=x, GPU has fallen off the bus."])
        _, report = self.report("doctor")
        self.assertIn("cuda.device.lost", [finding["id"] for finding in report["findings"]])
        self.assertIn("/dev/kmsg (of its lines only those with NVRM: Xid (", self.run_whole("probe", "--plan")[1])

    def test_rocm_is_proven(self):
        self.rocm()
        status, report = self.report("prove", "rocm", "--prove-memory", "1")
        rocm = report["platforms"]["rocm"]
        self.assertEqual((status, rocm["state"]), (0, "proven"), rocm)
        self.assertEqual([device["state"] for device in rocm["devices"]], ["proven", "proven"])

    def test_rocm_that_crashes_or_hangs(self):
        for script in ("crash", "hang"):
            with self.subTest(script):
                self.restage()
                self.rocm(script)
                status, report = self.report("prove", "rocm", "--prove-seconds", "1", "--patience", "0.1")
                self.assertEqual((status, report["platforms"]["rocm"]["state"]), (1, "blocked"))

    def on_terminal(self, *arguments):
        """What a terminal of 60 columns shows on stderr, while stdout is a file."""
        mine, its = pty.openpty()
        import fcntl
        import struct
        import termios
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
        shown = b""
        with self.run_staged(*arguments, stdout=subprocess.PIPE, stderr=its) as process:
            os.close(its)
            out, _ = process.communicate(timeout=120)
            while True:
                try:
                    piece = os.read(mine, 65536)
                except OSError:  # the other end is closed
                    piece = b""
                if not piece:
                    break
                shown += piece
        os.close(mine)
        return process.returncode, out.decode(), shown.decode()

    def test_who_is_left_behind_is_seen(self):
        self.put_machine(CUDA)
        with subprocess.Popen(["unshare", "-m", "sh", "-c", STAGED, "sh", self.stage, "sleep", "100"]) as sleeper:
            while sleeper.poll() is None and not any(one.startswith("sleep") for one in processes(self.folder).values()):
                time.sleep(0.01)
            seen = processes(self.folder)
            sleeper.kill()
        self.assertEqual(seen, {str(sleeper.pid): "sleep\000100\0"})

    def test_progress_is_shown_on_a_terminal_alone(self):
        self.cuda()
        status, out, shown = self.on_terminal("prove", "cuda", "--prove-memory", "1")
        self.assertEqual(status, 0)
        self.assertNotIn("\x1b", out)
        lines = [line.replace("\x1b[K", "") for line in shown.split("\r")]
        self.assertGreater(len(lines), 4, shown)
        for line in lines:
            self.assertLess(len(line), 60, "it would wrap, and stay")
        for part in ("CUDA: initialising CUDA", "CUDA device 0: ", "CUDA device 1: ", "kernel"):
            self.assertIn(part, shown)
        self.assertTrue(shown.endswith("\r\x1b[K"), "the line is left on the terminal: " + repr(shown[-80:]))
        self.assertEqual(self.on_terminal("probe")[2], "", "a passive run shows none")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
