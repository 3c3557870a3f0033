#!/usr/bin/env python3
"""privacy.py RIGFIT FAKES MACHINES: a machine on which names, serial numbers, addresses and secrets are planted wherever one
could be met, and none of them in anything that the program writes about it.

The machine is staged below mounts and a host name that only the program sees (unshare), so this needs root, and is skipped
without.
"""
import json
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "end_to_end"))
import prove_on_fakes as fakes  # noqa: E402

# What must not come out, by what it is.
PLANTED = {
    "host name": "heartofgold", "user": "zaphod", "other user": "trillian", "job's owner": "fordprefect",
    "serial number": "1650124014249", "board": "692-2G500-0200", "UUID": "deadbeef-1234-5678-9abc-def012345678",
    "MAC": "aa:bb:cc:dd:ee:42", "token": "ghp_S3cr3tT0k3n", "password": "hunter2hunter2", "job": "8472991", "address": "10.42.17.99",
    "server": "filer.example.org", "mail": "zaphod@example.org", "machine id": "0123456789abcdef0123456789abcdef",
}
ALL = " ".join(PLANTED.values())

TOOL = f"""#!/bin/sh
echo "Welcome to heartofgold, zaphod ({ALL})"
echo "Last login from 10.42.17.99" >&2
echo "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Board serial 1650124014249" >&2
echo "0, NVIDIA H100 80GB HBM3, 00000000:0A:00.0, 580.82.07, 81559 MiB, 9.0, Disabled, Enabled"
echo "Unable to determine the device handle for GPU GPU-deadbeef-1234-5678-9abc-def012345678: Unknown Error"
echo "Goodbye {ALL}"
exit 9
"""

LOG = f"""4,1,1,-;NVRM: GPU at PCI:0000:0b:00: GPU-deadbeef-1234-5678-9abc-def012345678
4,2,2,-;NVRM: GPU Board Serial Number: 1650124014249
4,3,3,-;NVRM: Xid (PCI:0000:0b:00): 79, pid=4242, name=fordprefect, GPU has fallen off the bus.
6,4,4,-;Linux version 6.1.0 (zaphod@heartofgold) {ALL}
6,5,5,-;e1000e 0000:00:1f.6 eth0: aa:bb:cc:dd:ee:42
"""

ENVIRONMENT = {
    "USER": "zaphod", "LOGNAME": "zaphod", "SUDO_USER": "trillian", "HOSTNAME": "heartofgold", "HOME": "/home/zaphod",
    "VIRTUAL_ENV": "/home/trillian/venv", "CONDA_PREFIX": "/scratch/trillian/conda/envs/ml",
    "PYTHONPATH": "/home/zaphod/src:/nfs/homes/fordprefect/lib", "GITHUB_TOKEN": "ghp_S3cr3tT0k3n", "HF_TOKEN": "ghp_S3cr3tT0k3n",
    "PGPASSWORD": "hunter2hunter2", "SLURM_JOB_ID": "8472991", "PBS_JOBID": "8472991.heartofgold", "LSB_JOBID": "8472991",
    "SLURM_JOB_USER": "fordprefect", "KUBERNETES_SERVICE_HOST": "10.42.17.99", "COLAB_TPU_ADDR": "10.42.17.99:8470",
    "TPU_WORKER_HOSTNAMES": "heartofgold,10.42.17.99", "SLURM_CONF": "/home/zaphod/slurm.conf", "SGE_ROOT": "/nfs/homes/zaphod/sge",
    "CUDA_VISIBLE_DEVICES": "GPU-deadbeef-1234-5678-9abc-def012345678", "SSH_CONNECTION": "10.42.17.99 1 10.42.17.99 22",
    "NVIDIA_VISIBLE_DEVICES": "GPU-deadbeef-1234-5678-9abc-def012345678", "TPU_LIBRARY_PATH": "/home/trillian/libtpu.so",
    "TPU_NAME": "heartofgold", "MASTER_ADDR": "10.42.17.99", "ASCEND_TOOLKIT_HOME": "/home/fordprefect/Ascend",
}


@unittest.skipUnless(fakes.can_stage(), "needs root, and mounts of its own")
class Privacy(fakes.Staged):
    def setUp(self):
        super().setUp()
        self.lay()
        captured = self.run_staged("capture")
        self.assertEqual(captured.returncode, 0, captured.stderr)
        self.machine = captured.stdout
        self.answers = json.loads(captured.stdout)["answers"]

    def lay(self):
        self.put_machine(fakes.CUDA)
        self.put("/proc/driver/nvidia/version", fakes.CUDA["file:/proc/driver/nvidia/version"] + "  (root@heartofgold)\n")
        self.put("/proc/driver/nvidia/gpus/0000:0a:00.0/information", "GPU UUID: GPU-deadbeef-1234-5678-9abc-def012345678\n")
        for name in ("product_serial", "product_uuid", "board_serial", "chassis_serial"):
            self.put("/sys/class/dmi/id/" + name, ALL + "\n")
        self.put("/sys/class/net/eth0/address", "aa:bb:cc:dd:ee:42\n")
        for address in ("0000:0a:00.0", "0000:0b:00.0"):
            self.put(f"/sys/bus/pci/devices/{address}/serial_number", ALL + "\n")
        self.put("/dev/kmsg", LOG)
        self.put("/run/cdi/nvidia.yaml", "devices:\n- name: \"0\"\n- name: GPU-deadbeef-1234-5678-9abc-def012345678\n"
                 f"  hostPath: /home/zaphod/libcuda.so.580.82.07\n  annotations: {ALL}\nkind: nvidia.com/gpu\n")
        self.put("/run/cdi/plugin.json", '{"kind":"a.b/gpu","devices":[{"name":"0","containerEdits":{"hostPath":'
                 '"/home/zaphod/libcuda.so.580.82.07"}},{"name":"GPU-deadbeef-1234-5678-9abc-def012345678"}]}')
        for tool in ("nvidia-smi", "dmesg", "journalctl"):
            self.put("/usr/local/sbin/" + tool, TOOL, 0o755)
        self.put("/opt/rocm-6.4/.info/version", "6.4.0\n")

    def run_staged(self, *arguments, environment=None):
        command = "hostname heartofgold; " + fakes.STAGED
        return subprocess.run(["unshare", "-m", "-u", "sh", "-c", command, "sh", self.stage, fakes.RIGFIT, *arguments],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False,
                              env={"PATH": os.environ["PATH"], **ENVIRONMENT, **(environment or {})})

    def expect_nobody(self, where, text):
        for what, word in PLANTED.items():
            self.assertNotIn(word.lower(), text.lower(), f"{what} in {where}")

    def test_the_machine_file(self):
        self.expect_nobody("the machine file", self.machine)
        # It was not by looking at nothing that nothing was found.
        smi = next(answer for key, answer in self.answers.items() if key.startswith("command:nvidia-smi"))
        self.assertIn("NVIDIA H100", json.dumps(smi["out"]))
        self.assertIn("has failed because", json.dumps(smi["err"]))
        self.assertIn("1 other line", json.dumps(smi["err"]))
        self.assertIn("fallen off the bus", json.dumps(self.answers["file:/dev/kmsg"]))
        self.assertEqual(self.answers["file:/var/run/cdi/nvidia.yaml"]["lines"],
                         ['name: "0"', "libcuda.so.580.82.07", "kind: nvidia.com/gpu"])
        self.assertEqual(self.answers["file:/var/run/cdi/plugin.json"]["lines"],
                         ['"kind":"a.b/gpu"', '"name":"0"', 'libcuda.so.580.82.07"}}'])
        self.assertRegex(self.answers["env:VIRTUAL_ENV"]["text"], r"^~\d/venv$")
        self.assertEqual(self.answers["env:SLURM_JOB_ID"]["text"], "set")
        self.assertEqual(self.answers["env:CUDA_VISIBLE_DEVICES"]["text"], "GPU-x1")

    def test_every_format_of_every_command(self):
        for command in ([], ["probe"], ["doctor"]):
            for name in self.formats(command):
                for more in ([], ["--verbose"]):
                    told = self.run_staged(*command, "--format", name, *more)
                    self.assertIn(told.returncode, (0, 1, 3), told.stderr)
                    self.assertGreater(len(told.stdout), 100)
                    self.expect_nobody(f"{command} --format {name} {more}", told.stdout + told.stderr)
        for name in ("text", "json", "junit", "tap", "github"):
            told = self.run_staged("check", "--format", name, "cuda", "memory >= 24GiB", "no-findings:info")
            self.assertIn(told.returncode, (0, 1, 3), told.stderr)
            self.expect_nobody(f"check --format {name}", told.stdout + told.stderr)

    def formats(self, command):
        refused = subprocess.run([fakes.RIGFIT, *command, "--format", "?"], capture_output=True, text=True, check=False)
        self.assertEqual(refused.returncode, 2)
        names = refused.stderr.split("--format is ")[1].split(", not ")[0].replace(" or ", ", ").split(", ")
        self.assertIn("json", names)
        return names

    def test_the_plan(self):
        told = self.run_staged("probe", "--plan")
        self.assertEqual(told.returncode, 0, told.stderr)
        self.expect_nobody("the plan", told.stdout + told.stderr)

    def test_a_tree(self):
        tree = os.path.join(self.stage, "tree")
        for path, text in {
            "etc/os-release": "ID=debian\n", "etc/hostname": "heartofgold\n", "etc/machine-id": PLANTED["machine id"] + "\n",
            "etc/modprobe.d/site.conf": f"# {ALL}\nblacklist nouveau\n", "proc/version": f"Linux version 6.1.0 (zaphod@heartofgold) (gcc)\n",
            "proc/self/mountinfo": "22 1 0:20 / / rw - nfs4 filer.example.org:/roots/heartofgold rw,addr=10.42.17.99\n"
                                   "30 22 0:50 / /home/zaphod rw - nfs4 filer.example.org:/export/zaphod rw\n",
            "root/.ssh/id_rsa": PLANTED["password"], "home/zaphod/.netrc": PLANTED["password"],
        }.items():
            self.put("/tree/" + path, text)
        told = self.run_staged("capture", "--root", tree)
        self.assertEqual(told.returncode, 0, told.stderr)
        self.assertIn("/etc/os-release", told.stdout)
        self.expect_nobody("the capture of a tree", told.stdout + told.stderr)

    def test_identify_says_what_it_adds(self):
        told = self.run_staged("capture", "--identify")
        self.assertEqual(told.returncode, 0, told.stderr)
        self.assertEqual(told.stderr, "rigfit: --identify adds the name of this host (file:/proc/sys/kernel/hostname), and nothing else\n")
        answers = json.loads(told.stdout)["answers"]
        self.assertEqual(answers.pop("file:/proc/sys/kernel/hostname"), {"outcome": "found", "lines": ["heartofgold"]})
        self.expect_nobody("the rest", json.dumps(answers))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
