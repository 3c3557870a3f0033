#!/usr/bin/env python3
"""engines_test.py RIGFIT MACHINES: the recipes for ClusterShell, Ansible, MPI, Kubernetes and Prometheus, run on this host: each node is a
name that has a machine of its own. What is not installed is skipped."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unittest

RIGFIT, MACHINES = (os.path.abspath(path) for path in sys.argv[1:3])
RECIPES = os.path.dirname(os.path.abspath(__file__))
NODES = {"n1": "cuda/ready-two-sockets", "n2": "rocm/ready-instinct", "n3": "host/no-accelerator", "n4": "cuda/blocked-driver-not-bound"}


def needs(tool, package):
    return unittest.skipUnless(shutil.which(tool), f"{tool} is not installed (Debian: {package}; ./dev test --cluster)")


def may_mount():
    if os.geteuid() != 0 or not shutil.which("unshare"):
        return False
    return subprocess.run(["unshare", "--mount", "mount", "--rbind", "/", "/mnt"], capture_output=True, check=False).returncode == 0


class Engines(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.bin = os.path.join(self.folder, "bin")
        os.makedirs(self.bin)
        cases = "\n".join(f"  {node} | {n}) machine={MACHINES}/{name}/machine.json ;;" for n, (node, name) in enumerate(NODES.items()))
        # rigfit of the node that NODE names, or that is the MPI rank's.
        self.program("rigfit", f"""case ${{NODE:-$OMPI_COMM_WORLD_RANK}} in
{cases}
  hangs) exec sleep 3600 ;;
  dies) kill -KILL $$ ;;
esac
case $1 in
  export) target=$2; shift 2; exec {RIGFIT} export "$target" --from "$machine" "$@" ;;
  *) exec {RIGFIT} --from "$machine" "$@" ;;
esac
""")
        self.environment = {**os.environ, "PATH": f"{self.bin}:{os.environ['PATH']}", "HOME": self.folder, "RIGFIT_PATH": self.bin}

    def program(self, name, text):
        path = os.path.join(self.bin, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + text)
        os.chmod(path, 0o755)

    def run_in(self, *command, **environment):
        done = subprocess.run(command, capture_output=True, text=True, timeout=180, stdin=subprocess.DEVNULL, cwd=self.folder,
                              env={**self.environment, **environment})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def expect_reports(self, folder, names):
        files = sorted(name for name in os.listdir(folder) if name.endswith(".json"))
        self.assertEqual(files, sorted(f"{name}.json" for name in names))
        for name, node in zip(names, NODES):
            with open(os.path.join(folder, f"{name}.json"), encoding="utf-8") as file:
                report = json.load(file)
            self.assertEqual(report["schema"], "rigfit.report/1")
            blocked = any(platform["state"] == "blocked" for platform in report["platforms"].values())
            self.assertEqual(blocked, "blocked" in NODES[node], name)

    @needs("clush", "clustershell")
    def test_clush(self):
        """The worker "exec" runs a command for each node on this host, with the node's name in it."""
        reports = os.path.join(self.folder, "reports")
        command = "NODE=%host timeout --kill-after=5 4 rigfit --format json --exit-zero"
        out = self.run_in(f"{RECIPES}/clush/collect.sh", reports, "n[1-4],hangs,dies", CLUSH_OPTIONS="-R exec", RIGFIT_COMMAND=command,
                          RIGFIT_SECONDS="4")
        self.assertIn("4 reports", out)
        self.expect_reports(reports, list(NODES))

    @unittest.skipUnless(may_mount(), "mounting needs root, and a namespace to do it in")
    def test_kubernetes_script(self):
        """What the container of the DaemonSet runs, once, with this host mounted as the node's tree."""
        with open(f"{RECIPES}/kubernetes/rigfit.yaml", encoding="utf-8") as file:
            text = file.read()
        script = textwrap.dedent(text[text.index("            - |\n") + len("            - |\n"):text.index("          resources:")])
        places = {name: os.path.join(self.folder, name) for name in ("host", "share", "features.d")}
        for place in places.values():
            os.makedirs(place)
        for path, place in (("/usr/local/bin/rigfit", RIGFIT), ("/run/rigfit/rigfit", f"{places['share']}/rigfit"),
                            ("/share", places["share"]), ("/features.d", places["features.d"]), ("/host", places["host"])):
            self.assertIn(f" {path}", script)
            script = script.replace(f" {path}", f" {place}")
        mounts = f"mount --rbind / {places['host']} && mount -o remount,bind,ro {places['host']}\nsleep() {{ exit 0; }}\n"
        self.run_in("unshare", "--mount", "sh", "-euc", mounts + script)
        self.assertEqual(os.listdir(places["features.d"]), ["rigfit"])
        with open(f"{places['features.d']}/rigfit", encoding="utf-8") as file:
            labels = file.read()
        self.assertEqual(labels, subprocess.run([RIGFIT, "export", "nfd"], capture_output=True, text=True, check=False).stdout)
        self.assertIn("rigfit.feature.node.kubernetes.io/framework=", labels)

    @needs("promtool", "prometheus")
    def test_alerts(self):
        out = self.run_in("promtool", "check", "rules", f"{RECIPES}/prometheus/alerts.yml")
        self.assertIn("3 rules found", out)

    @needs("mpirun", "openmpi-bin")
    def test_mpi(self):
        """A process a slot of this host takes the place of one a node."""
        reports = os.path.join(self.folder, "reports")
        self.run_in(f"{RECIPES}/mpi/collect.sh", reports, "--oversubscribe", "-np", "5", RIGFIT_MAP="slot", RIGFIT_BY_RANK="1",
                    OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", RIGFIT_SECONDS="20")
        # The fifth has no machine, so that it fails; the others are there all the same.
        self.expect_reports(reports, ["rank0", "rank1", "rank2", "rank3"])

    @needs("ansible-playbook", "ansible-core")
    def test_ansible(self):
        reports, facts = (os.path.join(self.folder, name) for name in ("reports", "facts"))
        inventory = os.path.join(self.folder, "inventory")
        with open(inventory, "w", encoding="utf-8") as file:
            for node in NODES:
                # Each node's own folder of facts, since all of them are this host.
                file.write(f"{node} ansible_connection=local ansible_python_interpreter={sys.executable} rigfit_facts_d={facts}/{node}\n")
        # The environment of each node says which machine it is.
        play = os.path.join(self.folder, "site.yml")
        shutil.copy(f"{RECIPES}/ansible/rigfit.fact", self.folder)
        with open(f"{RECIPES}/ansible/site.yml", encoding="utf-8") as recipe, open(play, "w", encoding="utf-8") as file:
            file.write(recipe.read().replace("  hosts: all\n", "  hosts: all\n  environment: {NODE: \"{{ inventory_hostname }}\"}\n"))
        options = {"ANSIBLE_NOCOLOR": "1", "LC_ALL": "C.UTF-8", "ANSIBLE_LOCAL_TEMP": f"{self.folder}/tmp",
                   "ANSIBLE_REMOTE_TEMP": f"{self.folder}/tmp"}
        out = self.run_in("ansible-playbook", "-i", inventory, "-e", f"rigfit_reports={reports}", play, **options)
        self.expect_reports(reports, list(NODES))
        # Local facts are seen: only n1 is in the group of nodes whose CUDA can be used, and it names its own command.
        last = out[out.index("What to do where CUDA can be used"):]
        self.assertIn("ok: [n1]", last)
        self.assertIn("pip install", last)
        for node in ("n2", "n3", "n4"):
            self.assertNotIn(f"ok: [{node}]", last)
        self.assertNotIn("failed=1", out)
        # The second run changes nothing.
        again = self.run_in("ansible-playbook", "-i", inventory, "-e", f"rigfit_reports={reports}", play, **options)
        self.assertEqual(len(re.findall(r"changed=0 ", again)), len(NODES), again)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
