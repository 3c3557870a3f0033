#!/usr/bin/env python3
"""silent.py RIGFIT FAKES MACHINES: the program on a machine with a mount behind which nobody answers, as of a dead file server:
whoever looks into it waits for ever, in a wait that no signal but SIGKILL ends. Links of the machine lead there: from an
environment of Python, from the home folder, from where a vendor's tools lie, and from ROCm's folder.

The mount is FUSE without anybody who serves it, below mounts that only the program sees, so this needs root and /dev/fuse, and
is skipped without.
"""
import ctypes
import json
import os
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "end_to_end"))

SILENT = "/opt/silent"


def mount_and_run(folder, command):
    """Mounts in this process, which holds the other end and does not read from it, and runs the command beside it."""
    device = os.open("/dev/fuse.kept", os.O_RDWR)
    os.makedirs(folder, exist_ok=True)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0".encode()
    if ctypes.CDLL(None, use_errno=True).mount(b"silent", folder.encode(), b"fuse", 0, options) != 0:
        return 77
    os.set_inheritable(device, False)
    return subprocess.run(command, check=False).returncode


if len(sys.argv) > 1 and sys.argv[1] == "--mount":
    sys.exit(mount_and_run(sys.argv[2], sys.argv[3:]))

import prove_on_fakes as fakes  # noqa: E402


def can_mount():
    return fakes.can_stage() and os.path.exists("/dev/fuse")


@unittest.skipUnless(can_mount(), "needs root, mounts of its own, and /dev/fuse")
class Silent(fakes.Staged):
    def setUp(self):
        super().setUp()
        self.put_machine(fakes.CUDA)
        for link, target in {"/opt/rocm": SILENT + "/rocm", "/usr/local/sbin": "../../opt/silent/sbin",
                             "/usr/local/cuda": SILENT, "/opt/venv": "/opt/./silent/venv"}.items():
            os.makedirs(os.path.dirname(self.stage + link), exist_ok=True)
            os.symlink(target, self.stage + link)

    def run_staged(self, *arguments, home="/", venv="/opt/venv"):
        # /dev is covered, so its node of FUSE is made before.
        script = fakes.STAGED.replace('exec "$@"', 'mknod /dev/fuse.kept c 10 229\nexec "$@"')
        command = ["unshare", "-m", "sh", "-c", script, "sh", self.stage, sys.executable, os.path.abspath(__file__), "--mount",
                   SILENT, fakes.RIGFIT, *arguments]
        begin = time.monotonic()
        result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False,
                                env={"PATH": os.environ["PATH"], "HOME": home, "VIRTUAL_ENV": venv})
        if result.returncode == 77:
            self.skipTest("FUSE cannot be mounted here")
        return result, time.monotonic() - begin

    def test_links_that_lead_there_are_not_waited_for(self):
        result, seconds = self.run_staged("capture", "--patience", "0.25")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertLess(seconds, 40, "not for ever, whatever else runs")
        answers = json.loads(result.stdout)["answers"]
        late = [key for key, answer in answers.items() if answer["outcome"] == "timed_out"]
        for part in ("/opt/venv", "/opt/rocm/", "/usr/local/cuda/", "command:nvidia-smi"):
            self.assertTrue(any(part in key for key in late), (part, sorted(late)))
        self.assertEqual(answers["file:/proc/driver/nvidia/version"]["outcome"], "found", "the rest is seen")
        self.expect_nobody_left()

    def test_a_report_says_what_did_not_answer(self):
        result, seconds = self.run_staged("probe", "--patience", "0.25", home=SILENT + "/home", venv=SILENT + "/venv")
        self.assertIn(result.returncode, (0, 1, 3), result.stderr)
        self.assertLess(seconds, 40, "not for ever, whatever else runs")
        self.assertIn("did not answer", result.stdout + result.stderr)


    def test_a_tool_that_waits_for_it_is_ended(self):
        """Where the program itself waits inside the mount, who looks there too is held by a lock: in state D, whatever the signal."""
        self.put("/usr/local/bin/nvidia-smi", "#!/bin/sh\nstat /opt/silent/state & stat /opt/silent/state\n", 0o755)
        result, seconds = self.run_staged("capture", "--patience", "0.25")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertLess(seconds, 40)
        answers = json.loads(result.stdout)["answers"]
        tools = [answer["outcome"] for key, answer in answers.items() if key.startswith("command:nvidia-smi")]
        self.assertEqual(len(tools), 1)
        self.assertIn(tools[0], ("timed_out", "stuck"))
        self.expect_nobody_left()

    def expect_nobody_left(self):
        """Who was killed in state D goes as soon as the program is gone, whose lock held him."""
        end = time.monotonic() + 20
        while fakes.processes(self.folder) and time.monotonic() < end:
            time.sleep(0.05)
        self.assertEqual(fakes.processes(self.folder), {}, "a child was left behind")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
