#!/usr/bin/env python3
"""cluster_test.py RIGFIT MACHINES EMULATION: the recipes for Slurm, on a real Slurm of many nodes on this host.

EMULATION is a script that starts it (../shared/cluster/slurm-emulation.sh): every node has a host name and a mount
namespace of its own, in which /mnt holds the recording of its hardware; n3 is this host itself. Needs root, and Debian's slurmctld slurmd slurm-client munge; else it is skipped (77)."""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

RIGFIT, MACHINES, EMULATION = (os.path.abspath(path) for path in sys.argv[1:4])
RECIPES = os.path.dirname(os.path.abspath(__file__))
PORTS = 29817  # 400 apart from those that a person would use

# Six nodes of five kinds, two of them with a fault; two more that hang and die where a test wants that.
NODES = {"n1": "cuda/ready-two-sockets", "n2": "rocm/ready-instinct", "n3": "", "n4": "tpu/ready-v5e",
         "n5": "cuda/blocked-driver-not-bound", "n6": "rocm/blocked-kfd-missing", "n7": "cuda/ready-two-sockets",
         "n8": "cuda/ready-two-sockets"}
STATES = {"n1": ("cuda", "ready"), "n2": ("rocm", "ready"), "n4": ("tpu", "ready"), "n5": ("cuda", "blocked"),
          "n6": ("rocm", "blocked"), "n7": ("cuda", "ready"), "n8": ("cuda", "ready")}


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def why_not():
    if os.geteuid() != 0:
        return "the nodes' namespaces need root"
    if not os.path.exists(EMULATION):
        return f"{EMULATION} is not there"
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    missing = [tool for tool in ("slurmctld", "slurmd", "srun", "munged", "unshare", "flock") if not shutil.which(tool)]
    if missing:
        return f"{', '.join(missing)} not installed (./dev test --cluster)"
    if subprocess.run(["unshare", "--uts", "--mount", "true"], capture_output=True).returncode != 0:
        return "no namespaces may be made here"
    return None


def write(path, text, mode=0o755):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)
    return path


class Cluster:
    """The emulation, with the recipes put in as a site would."""

    def __init__(self):
        self.work = tempfile.mkdtemp(prefix="rf")  # short, as sockets lie below it
        self.emulation = os.path.join(self.work, "emu")
        self.trees = os.path.join(self.work, "trees")
        for node, machine in NODES.items():
            self.install(node, machine)
        # rigfit on a node looks at the node's own hardware.
        write(self.path("bin/rigfit"), f"""#!/bin/sh
[ ! -e /mnt/hangs ] || exec sleep 3600
[ -e /mnt/machine.json ] && set -- "$@" --from /mnt/machine.json
exec {RIGFIT} "$@"
""")
        environment = (f"export SLURM_CONF={self.emulation}/etc/slurm.conf RIGFIT_PATH={self.path('bin')} "
                       f"RIGFIT_POLICY={RECIPES}/slurm/gpu-node.json RIGFIT_RUN={self.path('run')}")
        for name, recipe in (("health", "health-check.sh"), ("prolog", "prolog.sh")):
            write(self.path(f"bin/{name}"), f"#!/bin/sh\n[ -e {self.path(name + '-on')} ] || exit 0\n{environment}\n"
                                            f"exec {RECIPES}/slurm/{recipe}\n")
        hook = write(self.path("bin/hook"), f'#!/bin/sh\nmount --bind "{self.trees}/$1" /mnt\n')
        extra = write(self.path("extra.conf"), f"HealthCheckProgram={self.path('bin/health')}\nHealthCheckInterval=3\n"
                                               f"HealthCheckNodeState=ANY\nProlog={self.path('bin/prolog')}\n"
                                               f"PrologEpilogTimeout=30\n{self.gpu_node()}")
        self.environment = {**os.environ, "EMU_PORT_BASE": str(PORTS), "EMU_GPU_NODES": "0", "EMU_NODE_HOOK": hook, "EMU_EXTRA": extra}
        self.own = []
        started = subprocess.run([EMULATION, "start", self.emulation, str(len(NODES))], env=self.environment,
                                 capture_output=True, text=True, timeout=120)
        if started.returncode != 0:
            raise RuntimeError(started.stdout + started.stderr)

    def path(self, name):
        return os.path.join(self.work, name)

    def install(self, node, machine):
        """New hardware for a node, below what is mounted there already."""
        os.makedirs(os.path.join(self.trees, node), exist_ok=True)
        if machine:
            shutil.copy(os.path.join(MACHINES, machine, "machine.json"), os.path.join(self.trees, node))

    def gpu_node(self):
        """The node gpu1 by what `rigfit export slurm` says belongs into slurm.conf."""
        exported = subprocess.run([RIGFIT, "export", "slurm", "--node", "gpu1", "--from",
                                   os.path.join(MACHINES, "cuda/ready-two-sockets/machine.json")],
                                  capture_output=True, text=True, check=True)
        self.gres = exported.stdout
        line = next(line[1:].strip() for line in exported.stdout.splitlines() if "NodeName=gpu1 Gres=" in line)
        host = os.uname().nodename.split(".")[0]
        return (f"{line} NodeHostname={host} NodeAddr=127.0.0.1 Port={PORTS + 99} Sockets=2 CoresPerSocket=4 ThreadsPerCore=2 "
                "RealMemory=512 State=UNKNOWN\n")

    def start_gpu_node(self):
        """slurmd of gpu1, which has eight device nodes called /dev/nvidia0 and so on."""
        etc = os.path.join(self.emulation, "etc")
        with open(os.path.join(etc, "gres.conf"), "a", encoding="utf-8") as file:
            file.write(self.gres)
        with open(os.path.join(etc, "hosts"), encoding="utf-8") as file:
            hosts = write(self.path("hosts"), file.read() + "127.0.0.1 gpu1\n", 0o644)
        device_folder = self.path("dev")
        os.makedirs(device_folder)
        for name, major, minor in (("null", 1, 3), ("zero", 1, 5), ("full", 1, 7), ("random", 1, 8), ("urandom", 1, 9),
                                   ("tty", 5, 0), *((f"nvidia{n}", 1, 3) for n in range(8))):
            os.mknod(os.path.join(device_folder, name), 0o20666, os.makedev(major, minor))
            os.chmod(os.path.join(device_folder, name), 0o666)
        for name, target in (("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2")):
            os.symlink(target, os.path.join(device_folder, name))
        os.makedirs(os.path.join(device_folder, "shm"))
        os.makedirs(os.path.join(self.emulation, "spool/gpu1"), exist_ok=True)
        script = f"hostname gpu1; mount --bind {hosts} /etc/hosts; mount --bind {device_folder} /dev; exec slurmd -D -N gpu1 -f {etc}/slurm.conf"
        with open(self.path("slurmd.gpu1"), "wb") as log:
            self.own.append(subprocess.Popen(["unshare", "--uts", "--mount", "--", "sh", "-ec", script], stdin=subprocess.DEVNULL,
                                             stdout=log, stderr=log, start_new_session=True))

    def run(self, *command, timeout=120, **environment):
        result = subprocess.run(command, capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL, env={
            **os.environ, "SLURM_CONF": os.path.join(self.emulation, "etc/slurm.conf"),
            "PATH": self.path("bin") + ":" + os.environ["PATH"], **environment})
        return result

    def show(self, node):
        """State and reason of a node."""
        text = self.run("scontrol", "show", "node", node).stdout
        words = {key: value for key, _, value in (line.strip().partition("=") for line in text.splitlines())}
        state = next((word[6:] for word in text.split() if word.startswith("State=")), "")
        return state, words.get("Reason", "").split(" [")[0]

    def wait_for(self, what, seconds=40):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if what():
                return True
            time.sleep(0.5)
        return False

    def on(self, name):
        write(self.path(name + "-on"), "", 0o644)

    def off(self, name):
        os.remove(self.path(name + "-on"))

    def processes_of(self, node):
        """Those that live in the node's namespace of host names, its slurmd among them."""
        with open(os.path.join(self.emulation, "pids"), encoding="utf-8") as file:
            slurmd = next(line.split()[0] for line in file if line.split()[2] == f"slurmd.{node}")
        space = os.readlink(f"/proc/{slurmd}/ns/uts")
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.readlink(f"/proc/{pid}/ns/uts") == space:
                    yield int(pid)
            except OSError:
                pass

    def commands_of(self, node):
        for pid in self.processes_of(node):
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    yield file.read().replace(b"\0", b" ").decode().strip()
            except OSError:
                pass

    def stop(self):
        for process in self.own:
            process.terminate()
        for process in self.own:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        subprocess.run([EMULATION, "stop", self.emulation], env=self.environment, capture_output=True, timeout=120)
        shutil.rmtree(self.work, ignore_errors=True)


class Slurm(unittest.TestCase):
    """In this order: a node that died stays dead."""

    @classmethod
    def setUpClass(cls):
        cls.cluster = Cluster()
        cls.addClassCleanup(cls.cluster.stop)

    def collect(self, *options, **environment):
        folder = tempfile.mkdtemp(dir=self.cluster.work)
        start = time.monotonic()
        done = self.cluster.run(os.path.join(RECIPES, "slurm/collect.sh"), folder, *options, **environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        reports = {}
        for name in os.listdir(folder):
            if name.endswith(".json"):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    reports[name[:-5]] = json.load(file)
        return folder, reports, time.monotonic() - start

    def expect_states(self, reports):
        for node, report in reports.items():
            if node in STATES:
                platform, state = STATES[node]
                self.assertEqual(report["platforms"][platform]["state"], state, node)

    def test_1_collect(self):
        folder, reports, _ = self.collect("--nodes=8")
        self.assertEqual(sorted(reports), sorted(NODES))
        self.expect_states(reports)
        direct = json.loads(subprocess.run([RIGFIT, "--format", "json", "--from", os.path.join(self.cluster.trees, "n5/machine.json")],
                                           capture_output=True, check=False).stdout)
        self.assertEqual(reports["n5"]["findings"], direct["findings"])
        self.expect_fleet(folder)

    def expect_fleet(self, folder):
        """What `rigfit fleet` makes of them, where this program has it."""
        if subprocess.run([RIGFIT, "fleet", "--help"], capture_output=True, check=False).returncode != 0:
            return
        done = subprocess.run([RIGFIT, "fleet", folder, "--expect", "n[1-9]", "--format", "json"], capture_output=True, check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        fleet = json.loads(done.stdout)
        self.assertEqual((fleet["nodes"], fleet["missing"]["nodes"], fleet["faulty"]["nodes"]), (8, "n9", "n[5-6]"))
        errors = {finding["id"]: finding["nodes"] for finding in fleet["findings"] if finding["severity"] == "error"}
        self.assertEqual(errors, {"cuda.driver.not_bound": "n5", "rocm.node.kfd_missing": "n6"})
        self.assertIn("n[1,7-8]", [one["nodes"] for one in fleet["classes"]])

    def test_2_gres_conf_and_features_are_accepted(self):
        cluster = self.cluster
        cluster.start_gpu_node()
        self.assertTrue(cluster.wait_for(lambda: cluster.show("gpu1")[0] == "IDLE"), cluster.show("gpu1"))
        node = cluster.run("scontrol", "show", "node", "gpu1").stdout
        self.assertIn("Gres=gpu:nvidia_h100_80gb_hbm3:8(S:0-1)", node, "its cores lie on both sockets")
        self.assertIn("cuda,sm_90,cuda-13.0,x86-64-v4,pytorch", node)
        found = cluster.run("srun", "--constraint=sm_90&cuda-13.0&x86-64-v4", "--gres=gpu:nvidia_h100_80gb_hbm3:2", "env")
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertIn("SLURMD_NODENAME=gpu1\n", found.stdout)
        self.assertIn("CUDA_VISIBLE_DEVICES=0,1\n", found.stdout)
        self.assertNotIn("ROCR_VISIBLE_DEVICES", found.stdout, "Flags=nvidia_gpu_env")
        # Features for a running cluster, as `rigfit export slurm-features` writes them.
        features = cluster.run("srun", "-w", "n2", "rigfit", "export", "slurm-features", "--exit-zero").stdout.strip()
        self.assertIn("rocm", features.split(","))
        set_ = cluster.run("scontrol", "update", "NodeName=n2", f"AvailableFeatures={features}", f"ActiveFeatures={features}")
        self.assertEqual(set_.returncode, 0, set_.stderr)
        for feature in features.split(","):
            self.assertIn("n2", cluster.run("srun", f"--constraint={feature}&rocm", "printenv", "SLURMD_NODENAME").stdout, feature)

    def test_3_health_check_drains_the_sick_and_no_others(self):
        cluster = self.cluster
        write(os.path.join(cluster.trees, "n7/hangs"), "", 0o644)
        cluster.run("scontrol", "update", "NodeName=n3", "State=DRAIN", "Reason=disk")
        cluster.on("health")
        for node in ("n5", "n6"):
            self.assertTrue(cluster.wait_for(lambda: "DRAIN" in cluster.show(node)[0]), (node, cluster.show(node)))
            self.assertTrue(cluster.show(node)[1].startswith("rigfit: "), cluster.show(node))
        # A program that hangs is one program, however often it is started.
        most = 0
        for _ in range(12):
            most = max(most, sum(command.startswith("sleep 3600") for command in cluster.commands_of("n7")))
            time.sleep(1)
        self.assertEqual(most, 1, "as many copies as checks")
        for node in ("n1", "n2", "n4", "n7"):
            self.assertEqual(cluster.show(node)[0], "IDLE", node)
        self.assertEqual(cluster.show("n3")[1], "disk", "an administrator's reason")
        # What was repaired comes back, and what somebody else drained does not.
        cluster.install("n5", "cuda/ready-two-sockets")
        self.assertTrue(cluster.wait_for(lambda: cluster.show("n5")[0] == "IDLE"), cluster.show("n5"))
        self.assertIn("DRAIN", cluster.show("n3")[0])
        cluster.off("health")
        for command in (["NodeName=n3", "State=RESUME"], ["NodeName=n6", "State=RESUME"]):
            cluster.run("scontrol", "update", *command)
        os.remove(os.path.join(cluster.trees, "n7/hangs"))
        cluster.install("n5", NODES["n5"])

    def test_4_prolog_keeps_jobs_from_a_sick_node(self):
        cluster = self.cluster
        cluster.on("prolog")
        well = cluster.run("srun", "-w", "n1", "true")
        self.assertEqual(well.returncode, 0, well.stderr)
        cluster.run("srun", "-w", "n6", "true", timeout=60)
        self.assertTrue(cluster.wait_for(lambda: "DRAIN" in cluster.show("n6")[0]), cluster.show("n6"))
        self.assertEqual(cluster.show("n6")[1], "Prolog error")
        cluster.off("prolog")
        cluster.run("scancel", "-u", "root")
        cluster.run("scontrol", "update", "NodeName=n6", "State=RESUME")
        self.assertTrue(cluster.wait_for(lambda: cluster.show("n6")[0] == "IDLE"), cluster.show("n6"))

    def test_5_nodes_that_hang_and_die_stop_nobody(self):
        cluster = self.cluster
        for node in ("n7", "n8"):
            write(os.path.join(cluster.trees, node, "hangs"), "", 0o644)
        killer = os.fork()
        if killer == 0:
            time.sleep(3)  # n8 dies with its job
            for pid in list(cluster.processes_of("n8")):
                os.kill(pid, signal.SIGKILL)
            os._exit(0)
        _, reports, seconds = self.collect("--nodelist=n[1-8]", RIGFIT_SECONDS="8")
        os.waitpid(killer, 0)
        self.assertEqual(sorted(reports), ["n1", "n2", "n3", "n4", "n5", "n6"])
        self.expect_states(reports)
        self.assertLess(seconds, 60)


REASON = why_not()
if REASON:
    skip(REASON)
if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[4:], verbosity=2)
