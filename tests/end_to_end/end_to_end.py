#!/usr/bin/env python3
"""end_to_end.py RIGFIT MACHINES: the program as its users run it, through its command line only."""
import io
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import unittest
import xml.etree.ElementTree

try:
    import jsonschema
except ImportError:  # ./dev test installs it
    jsonschema = None

from command_line import MACHINES, RIGFIT, Test, all_machines, machine, run


class CommandLine(Test):
    def test_help_and_version(self):
        for arguments in (["--help"], ["-h"], ["help"]):
            result = run(*arguments)
            self.assertEqual((result.returncode, result.err), (0, ""))
            for command in ("recommend", "probe", "doctor", "prove", "capture", "export", "rules"):
                self.assertIn(command, result.out)
        for command in ("recommend", "probe", "doctor", "prove", "capture", "export", "rules"):
            result = run(command, "--help")
            self.assertEqual((result.returncode, result.err), (0, ""))
            self.assertIn("Usage: rigfit", result.out)
        self.assertRegex(run("--version").out, r"^rigfit \d+\.\d+\.\d+( \([0-9a-f]+\+?\))?\n$")

    def test_every_option_of_the_readme_is_in_the_help(self):
        with open(os.path.join(MACHINES, "..", "..", "README.md"), encoding="utf-8") as file:
            readme = file.read()
        commands = re.findall(r"^ +(?:\S+ +)?([a-z-]+)  +\S", run("--help").out.split("\n\n")[2], re.M)
        self.assertIn("doctor", commands)
        reported = "".join(run(*command, "--help").out for command in [[], *([one] for one in commands)])
        for option in set(re.findall(r"rigfit[^\n#`]* (--[a-z-]+)", readme)):
            self.assertIn(option, reported)

    def test_did_you_mean(self):
        for arguments, meant in (
            (["recomend"], "recommend"), (["docter"], "doctor"), (["probe", "--only", "cudda"], "cuda"),
            (["--priority", "ease_of_us=3"], "ease_of_use"), (["--candidates", "pytorch,tensorflw"], "tensorflow"),
            (["--profile", "reserch"], "research"), (["--formt", "json"], "--format"), (["--format", "jsn"], "json"),
            (["rules", "schma"], "schema"), (["chek"], "check"), (["--form", "json"], "--format"), (["probe", "cud"], "cuda"),
            (["probe", "NVIDIA"], "cuda"), (["check", "gpu"], "accelerator"), (["--require", "amd"], "rocm"),
        ):
            self.refused(*arguments, says=["did you mean", meant])

    def test_wrong_usage(self):
        self.refused("--from", "a", "--root", "b", says=["--from", "--root"])
        self.refused("--from", "", says=["--from"])
        self.refused("--candidates", "", says=["--candidates"])
        self.refused("--priority", "ease_of_use=many", says=["ease_of_use=many"])
        self.refused("--patience", "0", says=["--patience"])
        self.assertEqual(run("ask", "nonsense").returncode, 2)
        self.refused("--from", os.path.join(self.folder, "none.json"), says=["none.json"])
        self.refused("--root", os.path.join(self.folder, "none"), says=["none"])
        self.refused("--format", says=["--format needs a value: --format FORMAT"])
        self.refused("--output=", "--compact", says=["--output: may not be empty"])
        self.refused("completions", says=["SHELL is missing"])
        self.refused("probe", "cuda", "--only", "rocm", says=["both cuda and --only rocm"])

    def test_commands_of_rigfit_that_findings_name_are_understood(self):
        commands = {}
        for folder, _, files in os.walk(os.path.join(MACHINES, "..", "..", "rules", "findings")):
            for name in files:
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    for command in re.findall(r'"(?:verify|command)": "(rigfit [a-z][^"{;|&]*)"', file.read()):
                        commands[command] = name
        self.assertGreater(len(commands), 5)
        for command, name in commands.items():
            result = run(*command.split()[1:], "--from", machine("cuda/ready-two-gpus"))
            self.assertNotEqual(result.returncode, 2, (name, command, result.err))

    def test_exit_codes(self):
        ready, blocked, nothing = "cuda/ready-open-module", "cuda/blocked-driver-not-bound", "host/nothing-recorded"
        for name, recommend, doctor in ((ready, 0, 0), (blocked, 0, 1), (nothing, 3, 3)):
            self.assertEqual(run("--from", machine(name)).returncode, recommend, name)
            self.assertEqual(run("doctor", "--from", machine(name)).returncode, doctor, name)
            self.assertEqual(run("probe", "--from", machine(name)).returncode, 0, name)
            self.assertEqual(run("doctor", "--exit-zero", "--from", machine(name)).returncode, 0, name)

    def test_prove(self):
        """What was proven is reported of recordings too; this machine is worked with only when that is asked for."""
        def code(name, *arguments):
            return run("prove", *arguments, "--from", machine(name)).returncode
        self.assertEqual(code("cuda/proven"), 0)
        self.assertEqual(code("cuda/proven-some-fail", "cuda"), 1)
        self.assertEqual(code("cuda/ready-two-gpus"), 3, "it was not tried")
        self.assertEqual(code("cuda/blocked-driver-not-bound"), 1)
        self.assertEqual(code("host/no-accelerator"), 1, "nothing was proven")
        self.assertEqual(code("host/no-accelerator", "--exit-zero"), 0)
        text = run("prove", "--from", machine("cuda/proven-some-fail")).out
        for part in ("passed", "1048576 numbers, each right", "2.40 TB/s", "wrong result", "the first at 17", "46",
                     "out of memory", "only the kernel could not be compiled", "while NVIDIA H100 80GB HBM3: kernel",
                     "too slow", "--prove-seconds"):
            self.assertIn(part, re.sub(r"\s+", " ", text))
        self.refused("prove", "coda", says=["did you mean", "cuda"])
        self.refused("prove", "gaudi", says=["gaudi", "cuda"])
        self.assertEqual(code("mps/proven", "mps"), 0)
        self.assertEqual(code("mps/blocked-proof-fails"), 1)
        self.assertEqual(code("tpu/ready-libtpu-started", "tpu"), 3, "libtpu started, and no kernel ran")
        self.assertEqual(code("xpu/ready-started", "xpu"), 3, "Level Zero started, and no kernel ran")
        self.assertEqual(code("xpu/blocked-start-fails", "xpu"), 1)
        self.assertEqual(code("xpu/proven"), 0)
        self.assertEqual(code("xpu/blocked-proof-fails"), 1)
        unnamed = run("prove", "--from", machine("tpu/ready-libtpu-started"))
        self.assertEqual(unnamed.returncode, 3, "a TPU is tried only when it is named")
        self.assertIn("rigfit prove tpu", unnamed.err)
        self.assertIn("takes every TPU chip", run("prove", "tpu").err)
        self.refused("prove", "--prove-memory", "0", says=["--prove-memory"])
        self.refused("--prove", "--from", machine("cuda/proven"), says=["--prove"])
        self.assertEqual(run("--prove", "--no-children", "--format", "json").returncode,
                         run("--no-children", "--format", "json").returncode)

    def test_colour(self):
        self.assertNotIn("\x1b", run("--from", machine("cuda/ready-open-module")).out)
        self.assertIn("\x1b", run("--color", "always", "--from", machine("cuda/ready-open-module")).out)
        self.assertNotIn("\x1b", run("--color", "auto", "--from", machine("cuda/ready-open-module"),
                                     environment={"NO_COLOR": "1"}).out)

    def test_output_that_cannot_be_written(self):
        if os.path.exists("/dev/full"):
            with open("/dev/full", "wb") as full:
                result = subprocess.run([RIGFIT, "--from", machine("host/no-accelerator")], stdout=full,
                                        stderr=subprocess.PIPE)
            self.assertEqual(result.returncode, 2)
            self.assertIn(b"rigfit: ", result.stderr)
        self.refused("--from", machine("host/no-accelerator"), "--output", os.path.join(self.folder, "no", "such"),
                     says=["no/such"])

    def test_output_is_written_whole(self):
        path = os.path.join(self.folder, "report.json")
        result = run("--from", machine("host/no-accelerator"), "--format", "json", "--output", path)
        self.assertEqual((result.returncode, result.out), (0, ""))
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), run("--from", machine("host/no-accelerator"), "--format", "json").out)
        self.assertEqual(os.listdir(self.folder), ["report.json"])

    def test_output_keeps_rights(self):
        arguments = ["--from", machine("host/no-accelerator"), "--output"]

        def mode(path):
            return os.stat(path).st_mode & 0o7777
        path = self.write("kept", "old")
        os.chmod(path, 0o600)
        self.assertEqual(run(*arguments, path).returncode, 0)
        self.assertEqual(mode(path), 0o600)
        for umask in (0o077, 0o022):
            new = os.path.join(self.folder, f"new-{umask}")
            self.assertEqual(run(*arguments, new, umask=umask).returncode, 0)
            self.assertEqual(mode(new), 0o666 & ~umask)
        long = os.path.join(self.folder, "n" * 250)
        self.assertEqual(run(*arguments, long).returncode, 0)
        self.assertEqual(len(os.listdir(self.folder)), 4, "no temporary file is left")

    def test_output_through_a_link_is_refused(self):
        target = self.write("target", "precious")
        for name, leads_to in (("live", target), ("dangling", os.path.join(self.folder, "nothing"))):
            link = os.path.join(self.folder, name)
            os.symlink(leads_to, link)
            self.refused("--from", machine("host/no-accelerator"), "--output", link, says=["symbolic link"])
            self.assertTrue(os.path.islink(link))
        with open(target, encoding="utf-8") as file:
            self.assertEqual(file.read(), "precious")
        self.assertFalse(os.path.exists(os.path.join(self.folder, "nothing")))

    def test_output_to_stdout_by_its_path_is_appended(self):
        path = self.write("log", "line\n")
        for output in ("/dev/stdout", path):
            with open(path, "ab") as log:
                subprocess.run([RIGFIT, "--from", machine("host/no-accelerator"), "--output", output], stdout=log, check=True)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.assertTrue(text.startswith("line\n"))
        self.assertEqual(text, "line\n" + 2 * run("--from", machine("host/no-accelerator")).out)

    def test_a_reader_who_goes_is_no_error(self):
        process = subprocess.Popen([RIGFIT, "--from", machine("host/no-accelerator"), "--format", "json"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.close()  # before it writes anything, as it has rules to read first
        self.assertEqual((process.stderr.read(), process.wait(60)), (b"", -signal.SIGPIPE))
        process.stderr.close()

    def test_named_pipes_are_refused_at_once(self):
        pipe = os.path.join(self.folder, "pipe")
        os.mkfifo(pipe)
        for arguments in (["--from", pipe], ["--root", pipe], ["--priorities", pipe], ["check", "--policy", pipe],
                          ["--from", machine("host/no-accelerator"), "--output", pipe]):
            self.refused(*arguments, says=["pipe"])
        self.refused("--root", "/dev/zero", says=["/dev/zero"])
        shell = subprocess.run(["bash", "-c", f"'{RIGFIT}' --from <(cat '{machine('host/no-accelerator')}')"],
                               capture_output=True, timeout=60)
        self.assertEqual(shell.returncode, 0, "what a shell pipes in has a writer")

    def test_large_priorities_are_refused_at_once(self):
        points = json.dumps({"points": {f"factor{n}": 1 for n in range(80000)}})
        self.refused("--priorities", self.write("points.json", points), says=["longer than 64 KiB"])
        self.refused("--priorities", self.write("many.json", json.dumps({"require": ["cuda"] * 101})),
                     says=["more than 100 demands"])


class Reports(Test):
    def test_json_holds_to_its_schema(self):
        if not jsonschema:
            self.skipTest("python3-jsonschema is not installed")
        schema = json.loads(run("rules", "schema", "report").out)
        check = jsonschema.Draft7Validator(schema)
        for name in [None, *all_machines()]:
            result = run("--format", "json", *(["--from", machine(name)] if name else []))
            report = json.loads(result.out)
            self.assertEqual([e.message for e in check.iter_errors(report)], [], name)
            self.assertEqual(report["schema"], "rigfit.report/1")
        del report["platforms"]
        self.assertNotEqual(list(check.iter_errors(report)), [], "the schema takes everything")

    def test_every_command_of_every_machine(self):
        for name in all_machines():
            for command in ("recommend", "probe", "doctor", "prove"):
                for format_ in ("text", "json"):
                    result = run(command, "--format", format_, "--from", machine(name))
                    self.assertIn(result.returncode, (0, 1, 3), (name, command, result.err))
                    self.assertTrue(result.err == "" or (result.returncode == 3 and result.err.startswith("hint: ")))
                    if format_ == "json":
                        json.loads(result.out)

    def test_comparison_of_two(self):
        result = run("--candidates", "pytorch,tensorflow", "--from", machine("cuda/ready-open-module"))
        for part in ("PyTorch", "TensorFlow", "Ease of use", "Model availability", "Production readiness",
                     "Hardware support", "Learning resources", "Choose PyTorch when", "Choose TensorFlow when",
                     "Key statistics", "https://", "Factors won", "PyTorch 2.15 (CUDA 13.2) fits this machine best."):
            self.assertIn(part, result.out)

    def test_priorities_move_the_total(self):
        def total(*arguments):
            report = json.loads(run("--format", "json", "--from", machine("host/no-accelerator"), *arguments).out)
            return {place["id"]: place["score"] for place in report["ranking"]}
        even, weighed = total(), total("--priority", "production_readiness=1000")
        self.assertNotEqual(even, weighed)
        self.assertEqual(even.keys(), weighed.keys())

    def test_priorities_by_the_heads_of_the_columns(self):
        file = machine("mps/ready")
        heads = next(line for line in run("--from", file).out.splitlines() if "total" in line).split("total")[1].split()
        self.assertEqual(len(heads), 5)
        for points, head in enumerate(heads):
            report = json.loads(run("--format", "json", "--from", file, "--priority", f"{head}={points}").out)
            given = report["priorities"]["points"]
            self.assertEqual([name for name in given if name.split("_")[0] == head or name == "model_availability" and
                              head == "models"], [name for name, value in given.items() if value == points], head)
        self.refused("--priority", "ease=1", "--priority", "ease_of_use=2", says=["ease_of_use", "twice"])


class ThisMachine(Test):
    def test_a_capture_gives_the_identical_report(self):
        path = os.path.join(self.folder, "machine.json")
        self.assertEqual(run("capture", "--output", path).returncode, 0)
        for arguments in ([], ["--format", "json"], ["doctor"]):
            live, replayed = run(*arguments), run(*arguments, "--from", path)
            self.assertEqual(live.returncode, replayed.returncode)
            self.assertEqual(self.without_time(live.out), self.without_time(replayed.out))
        with open(path, "rb") as file:
            self.assertEqual(run("--from", "-", stdin=file.read()).out, run("--from", path).out)
        again = json.loads(run("capture", "--from", path).out)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(again["answers"], json.load(file)["answers"])

    def test_timing_tells_the_steps_beside_the_same_report(self):
        path = self.write("machine.json", run("capture").stdout)
        plain, timed = run("--from", path), run("--timing", "--from", path)
        self.assertEqual((plain.returncode, plain.out), (timed.returncode, timed.out))
        names = [line.rsplit(" ms ", 1)[0].rsplit(None, 1)[0] for line in timed.err.splitlines() if " ms " in line]
        self.assertEqual(names, ["start and options", "rules", "machine file", "facts", "diagnosis", "recommendation",
                                 "output", "total"])
        shares = [int(share) for share in re.findall(r"(\d+) %$", timed.err, re.M)]
        self.assertEqual(shares[-1], 100)
        self.assertAlmostEqual(sum(shares[:-1]), 100, delta=4)  # each is rounded
        live = run("doctor", "--timing").err
        for step in ("round 1: file", "round 1: list", "round 2: requests", "facts"):
            self.assertIn(step, live)

    @staticmethod
    def without_time(text):
        """What is another at every run stands apart."""
        if not text.startswith("{"):
            return text
        report = json.loads(text)
        report.pop("changing")
        return report

    def test_no_child_is_started_where_there_is_no_accelerator(self):
        report = json.loads(run("--format", "json").out)
        there = [name for name, platform in report["platforms"].items()
                 if name != "cpu" and platform["state"] not in ("absent", "not_applicable")]
        if there:
            self.skipTest("this machine has " + ", ".join(there))
        self.assertEqual(report["runs"], [])
        captured = json.loads(run("capture").out)["answers"]
        self.assertEqual([key for key in captured if key.startswith(("command:", "ask:"))], [])
        if shutil.which("strace"):
            trace = os.path.join(self.folder, "trace")
            done = subprocess.run(["strace", "-f", "-o", trace, "-e", "trace=process", RIGFIT], capture_output=True)
            if done.returncode == 0:
                with open(trace, encoding="utf-8", errors="replace") as file:
                    calls = file.read()
                self.assertEqual(calls.count("execve("), 1, calls)
                self.assertNotRegex(calls, r"\b(v?fork|clone3?)\(")

    def test_the_plan_runs_nothing_and_names_what_is_opened(self):
        result = run("probe", "--plan")
        self.assertEqual(result.returncode, 0)
        for part in ("/proc/cpuinfo", "/sys/bus/pci/devices", "CUDA_VISIBLE_DEVICES"):
            self.assertIn(part, result.out)

    def test_nothing_private_is_recorded(self):
        environment = {"USER": "zaphod", "HOSTNAME": "heartofgold", "HOME": "/home/zaphod", "SECRET_TOKEN": "s3cr3t"}
        text = run("capture", environment=environment).out
        for word in ("zaphod", "heartofgold", "s3cr3t"):
            self.assertNotIn(word, text)


    @unittest.skipUnless(hasattr(os, "sched_setaffinity"), "no system call says on which CPUs a process may run")
    def test_a_pinned_process_counts_its_own_cpus(self):
        cpu = min(os.sched_getaffinity(0))
        options = {"preexec_fn": lambda: os.sched_setaffinity(0, {cpu})}
        facts = json.loads(run("probe", "--format", "json", **options).out)["facts"]
        self.assertEqual(facts["cpu.allowed_cpus"], 1)
        self.assertEqual(facts["cpu.allowed"], str(cpu))
        status = json.loads(run("capture", **options).out)["answers"]["file:/proc/self/status"]
        self.assertEqual(status["lines"], [f"Cpus_allowed_list:\t{cpu}"])


class Trees(Test):
    FILES = {
        "proc/cpuinfo": "processor\t: 0\nmodel name\t: Example CPU\nflags\t: sse2 avx avx2\n",
        "proc/meminfo": "MemTotal: 16777216 kB\n",
        "proc/driver/nvidia/version": "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.95.05  Release\n",
        "sys/bus/pci/devices/0000:17:00.0/vendor": "0x10de\n",
        "sys/bus/pci/devices/0000:17:00.0/class": "0x030200\n",
        "sys/bus/pci/devices/0000:17:00.0/device": "0x2330\n",
        "etc/os-release": "ID=debian\nVERSION_ID=12\n",
    }

    def test_a_folder_and_its_archives_say_the_same(self):
        root = os.path.join(self.folder, "root")
        for name, text in self.FILES.items():
            self.write("root/" + name, text)
        os.symlink("../../../../etc/passwd", os.path.join(root, "sys/bus/pci/devices/0000:17:00.0/driver"))
        reports = [run("--format", "json", "--root", root)]
        for mode in ("gz", "bz2"):
            path = os.path.join(self.folder, "tree.tar." + mode)
            with tarfile.open(path, "w:" + mode) as archive:
                archive.add(root, arcname=".")
            reports.append(run("--format", "json", "--root", path))
        parsed = []
        for report in reports:
            self.assertEqual(report.err, "")
            one = json.loads(report.out)
            one.pop("changing")
            parsed.append(one)
            self.assertEqual(one["platforms"]["cuda"]["devices"][0]["pci_device"], "2330")
            self.assertEqual({run["outcome"] for run in one["runs"]}, {"not_recorded"})
        self.assertEqual(parsed[1], parsed[0])
        self.assertEqual(parsed[2], parsed[0])

    def test_one_cpu_for_an_accelerator(self):
        for name, content in self.FILES.items():
            self.write("root/" + name, content)
        self.write("root/proc/cpuinfo", "".join(f"processor\t: {n}\nflags\t: avx\n\n" for n in range(8)))
        self.write("root/proc/self/status", "Name:\tbash\nCpus_allowed:\tff\nCpus_allowed_list:\t0-7\n")
        self.assertNotIn("host.cpu.one_allowed", run("doctor", "--root", self.folder + "/root").out)
        self.write("root/proc/self/status", "Name:\tbash\nCpus_allowed:\t08\nCpus_allowed_list:\t3\n")
        self.assertIn("host.cpu.one_allowed", run("doctor", "--root", self.folder + "/root").out)

    def test_links_do_not_lead_out(self):
        secret = self.write("outside/secret", "MemTotal: 424242424242 kB\n")
        root = os.path.join(self.folder, "root")
        os.makedirs(os.path.join(root, "proc"))
        os.symlink(secret, os.path.join(root, "proc/meminfo"))
        self.assertNotIn("424242424242", run("capture", "--root", root).out)

    def test_damaged_archives(self):
        whole = io.BytesIO()
        with tarfile.open(fileobj=whole, mode="w:gz") as archive:
            for name, text in self.FILES.items():
                info = tarfile.TarInfo(name)
                info.size = len(text)
                archive.addfile(info, io.BytesIO(text.encode()))
        for size in (0, 1, 10, len(whole.getvalue()) // 2):
            self.refused("--root", self.write("cut.tar.gz", whole.getvalue()[:size]), says=["cut.tar.gz"])
        self.refused("--root", self.write("noise.tar.bz2", random.Random(1).randbytes(5000)), says=["noise.tar.bz2"])


class Decision(Test):
    """Priorities, demands, other machines: what the user may add to the question."""

    def ask(self, answers, *arguments):
        """The program with a terminal as its stdin, on which `answers` are typed."""
        import pty
        try:
            mine, its = pty.openpty()
        except OSError as error:  # a container or chroot without devpts
            self.skipTest(f"there are no terminals here: {error}")
        self.addCleanup(os.close, mine)
        with subprocess.Popen([RIGFIT, "--ask", *arguments], stdin=its, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            os.close(its)
            os.write(mine, answers.encode())
            out, err = process.communicate(timeout=60)
        return process.returncode, out.decode(), err.decode()

    def report(self, *arguments):
        return json.loads(run("--format", "json", *arguments).out)

    def test_what_comes_later_wins(self):
        here = ("--from", machine("host/no-accelerator"))
        points = self.report(*here)["priorities"]["points"]
        self.assertEqual(set(points.values()), {20})
        mine = self.write("p.json", '{"profile": "education", "points": {"ease_of_use": 1, "hardware_support": 2}}')
        points = self.report(*here, "--priorities", mine, "--priority", "ease_of_use=9")["priorities"]["points"]
        self.assertEqual((points["ease_of_use"], points["hardware_support"]), (9, 2))
        self.assertEqual(points["learning_resources"], 40)
        both = self.report(*here, "--priorities", mine, "--profile", "research")["priorities"]
        self.assertEqual((both["profile"], both["points"]["learning_resources"]), ("research", 20))
        self.assertEqual(self.report(*here, "--profile", "local-llm")["priorities"]["profile"], "local-inference")

    def test_a_wrong_priorities_file_is_explained(self):
        wrong = self.write("p.json", '{\n  "points": {"ease_of_us": 1}\n}')
        self.refused("--priorities", wrong, says=["p.json: line 2, column 14", "ease_of_us", "did you mean"])
        self.refused("--priorities", self.write("q.json", "{"), says=["q.json: line 1, column 2"])
        self.refused("--priorities", os.path.join(self.folder, "none"), says=["none"])
        self.refused("--priorities", "-", stdin=b"[]", says=["stdin: line 1, column 1"])

    def test_five_questions_on_a_terminal_only(self):
        self.refused("--ask", says=["--ask needs a terminal"])
        here = ("--from", machine("host/no-accelerator"), "--format", "json")
        code, out, err = self.ask("10\n\n0\nmuch\n100\n30\n", *here)
        self.assertEqual(code, 0, err)
        points = json.loads(out)["priorities"]["points"]
        self.assertEqual(list(points[k] for k in ("ease_of_use", "model_availability", "production_readiness",
                                                  "hardware_support", "learning_resources")), [10, 100, 0, 100, 30])
        for part in ("1 of 5", "5 of 5", "worst", "a whole number", "--priority ease_of_use=10"):
            self.assertIn(part, err)
        code, out, err = self.ask("10\n\x04", *here)
        self.assertEqual((code, out), (2, ""))

    def test_a_demand_that_nothing_meets(self):
        here = ("--from", machine("host/no-accelerator"))
        result = run(*here, "--require", "platform=tpu", "--require", "framework=jax")
        self.assertEqual(result.returncode, 1)
        for part in ("platform=tpu removes every candidate", "Nearest is JAX", "no tpu"):
            self.assertIn(part, result.out)
        self.assertEqual(run(*here, "--require", "platform=tpu", "--exit-zero").returncode, 0)
        report = self.report(*here, "--require", "platform=tpu", "--require", "framework=jax")
        self.assertIsNone(report["recommendation"]["framework"])
        self.assertEqual(report["recommendation"]["nearest_candidate"], "jax")
        self.assertTrue(report["demands"][0]["removes_all"])
        self.assertFalse(report["demands"][1]["removes_all"])
        self.refused("--require", "platform=gpu", says=["platform=gpu"])
        self.refused("--require", "framework=torch", says=["torch"])

    def test_a_demand_that_could_not_be_checked(self):
        result = run("--from", machine("host/nothing-recorded"), "--require", "platform=tpu")
        self.assertEqual(result.returncode, 3)
        self.assertIn("could not be checked", result.out)

    def test_one_framework_for_several_machines(self):
        files = [machine(name) for name in ("cuda/ready-open-module", "tpu/ready-v5e", "mps/ready")]
        several = [argument for file in files for argument in ("--from", file)]
        result = run(*several)
        self.assertIn(result.returncode, (0, 1), result.err)
        for name in ("cuda/ready-open-module", "tpu/ready-v5e", "mps/ready"):
            self.assertRegex(result.out, rf"\n  {name}  ")
        self.assertNotIn("machine.json", result.out)
        choice = json.loads(run(*several, "--format", "json").out)
        self.assertEqual(choice["schema"], "rigfit.choice/1")
        self.assertEqual([m["name"] for m in choice["machines"]], files)
        self.assertNotEqual(choice["choice"]["framework"], "tensorflow")
        if jsonschema:
            jsonschema.validate(choice, json.loads(run("rules", "schema", "choice").out))
        for row in choice["frameworks"]:
            for seat in row["seats"]:
                self.assertEqual(seat["possible"], seat["loss"] is not None)
                if seat["possible"]:
                    self.assertGreaterEqual(seat["loss"]["value"], 0)
        # The driver of the second is too old for the newest build: each gets what `rigfit` installs there.
        files = [machine(name) for name in ("cuda/ready-two-gpus", "cuda/ready-driver-too-old", "cuda/blocked-secure-boot")]
        choice = json.loads(run(*(word for file in files for word in ("--from", file)), "--format", "json").out)
        for file, one in zip(files, choice["machines"]):
            self.assertEqual(one["install"], self.report("--from", file)["recommendation"]["install"], file)
        files = [machine(name) for name in ("cuda/ready-open-module", "tpu/ready-v5e", "mps/ready")]
        self.assertEqual(run("--from", files[1], "--from", files[2], "--require", "platform=cuda").returncode, 1)
        self.refused("--from", files[0], "--from", os.path.join(self.folder, "none.json"), says=["none.json"])

    def test_another_system_on_the_same_hardware(self):
        gpu = ("--from", machine("cuda/ready-open-module"))
        report = self.report(*gpu, "--target-os", "windows")
        self.assertEqual((report["target_os"], report["machine"]["os"]), ("windows", "windows"))
        self.assertEqual(report["platforms"]["cuda"]["state"], "unknown")
        self.assertIn("cuda.driver_version", report["unknowns"])
        self.assertEqual(report["recommendation"]["framework"], "pytorch")
        self.assertIn("Judged under Windows", run(*gpu, "--target-os", "windows").out)

    def test_a_runtime_beside_the_framework(self):
        """For the edge and for local language models: which runtime fits this machine, and how to install it."""
        for profile, name, framework, runtime in (
            ("edge", "host/no-accelerator", "pytorch", "litert"),
            ("local-inference", "host/no-accelerator", "pytorch", "llamacpp"),
            ("local-inference", "cuda/ready-open-module", "pytorch", "llamacpp"),
            ("local-inference", "mps/ready", "mlx", "llamacpp"),
        ):
            report = self.report("--from", machine(name), "--profile", profile)
            self.assertEqual(report["recommendation"]["framework"], framework, (profile, name))
            second = report["runtime"]
            self.assertEqual(second["recommendation"]["framework"], runtime, (profile, name))
            chosen = next(one for one in second["frameworks"] if one["id"] == runtime)
            self.assertTrue(chosen["build"]["evidence"])
            self.assertEqual(second["recommendation"]["install"].split(" -m ")[-1],
                             chosen["install"].split(" -m ")[-1])
            self.assertTrue(second["recommendation"]["because"] and second["recommendation"]["check"])
            self.assertEqual({one["role"] for one in report["frameworks"]}, {"framework"})
            text = run("--from", machine(name), "--profile", profile).out
            self.assertIn("fits this machine and the profile", text)
            self.assertIn("Runtime: ", text)
            self.assertIn(second["recommendation"]["install"], text)
            if jsonschema:
                jsonschema.validate(report, json.loads(run("rules", "schema", "report").out))
        self.assertIsNone(self.report("--from", machine("mps/ready"))["runtime"])
        self.assertEqual(run("--from", machine("host/no-accelerator"), "--profile", "edge",
                             "--require", "framework=executorch").returncode, 0)

    def test_everything_reported_has_its_source(self):
        """Each mark [ID] of the text stands in its list of sources, with year and link; in JSON each sentence names its
        evidence, and each id is among the citations."""
        duel = ("--candidates", "pytorch,tensorflow")
        for name, arguments in (
            ("host/no-accelerator", ()), ("mps/ready", ("--profile", "local-inference")),
            ("tpu/ready-v5e", ("--profile", "tpu-training")), ("cuda/ready-open-module", ("--profile", "edge")),
            ("host/no-accelerator", duel), ("mps/ready", (*duel, "--ratings", "seed")),
        ):
            is_duel = arguments[:2] == duel
            text = run("--from", machine(name), *arguments, *([] if is_duel else ["-v"])).out
            reported, _, listed = text.partition("\nSources")
            listed = listed.partition("\n")[2].split("\n\n")[0].rstrip()
            sources = {words.split()[0]: words for words in
                       (" ".join(item.split()) for item in re.split(r"(?:^|\n)  (?=[A-Z]+-[A-Z0-9-]+ )", listed)) if words}
            self.assertTrue(sources, (name, arguments))
            for source in sources.values():
                self.assertRegex(source, r"^[A-Z]+-[A-Z0-9-]+ .+ \((19|20)\d\d\).* https?://\S+$")
            if not is_duel:  # there the marks are broken over two columns
                marks = {mark for marks in re.findall(r"\[([A-Z]+-[^\]]+)\]", " ".join(reported.split()))
                         for mark in marks.split(", ")}
                self.assertLessEqual(marks, set(sources), (name, arguments))
                self.assertTrue(marks)
            report = self.report("--from", machine(name), *arguments)
            cited = {citation["id"] for citation in report["citations"]}
            for given in filter(None, (report, report["runtime"])):
                choice = given["recommendation"]
                self.assertEqual(len(choice["because"]), len(choice["because_evidence"]))
                for ids in choice["because_evidence"] + [advice["evidence"] for advice in choice["advice"]]:
                    self.assertLessEqual(set(ids), cited)
                for framework in given["frameworks"]:
                    for factor in framework["factors"].values():
                        self.assertLessEqual(set(factor["evidence"]), cited)
                        if arguments[:2] == duel and not factor["sentence"] == framework["hardware_support"]["sentence"]:
                            self.assertLessEqual(set(factor["evidence"]), set(sources))
            self.assertTrue(report["statistics"])
            for statistic in report["statistics"]:
                self.assertTrue(statistic["sources"])
                for source in statistic["sources"]:
                    self.assertRegex(source["url"], "^https?://")
                    self.assertLessEqual(source["year"], 2026)
                    if "Key statistics" in reported:
                        self.assertIn(" ".join(statistic["value"].split()), " ".join(reported.split()))
                        self.assertIn(f"({source['year']}) {source['url']}", " ".join(reported.split()))

    def test_the_page_that_this_grew_from(self):
        pair = ("--from", machine("host/no-accelerator"), "--candidates", "pytorch,tensorflow")
        text = re.sub(r"\s+", " ", run(*pair).out)
        for part in ("Ease of use", "Model availability", "Production readiness", "Hardware support", "Learning resources",
                     "[wins]", "[tie]", "of 5, 1 tie", "Choose PyTorch when", "Choose TensorFlow when", "Key statistics",
                     "https://", "PyTorch 2.15 (CPU) fits this machine best."):
            self.assertIn(part, text)
        self.assertNotIn("comparisonData", text)
        page = re.sub(r"\s+", " ", run(*pair, "--ratings", "seed").out)
        for part in ("2 of 5, 1 tie", "a tie", "Intuitive Pythonic API", "battle-tested", "You are starting a new AI project",
                     "What today's evidence says", "TorchServe"):
            self.assertIn(part, page)
        self.refused("--ratings", "sead", says=["did you mean", "seed"])

    def test_the_same_question_gets_the_same_bytes(self):
        for name in ("host/nothing-recorded", "rocm/blocked-kfd-missing", "cuda/ready-two-gpus"):
            arguments = ("--from", machine(name), "--format", "json", "--profile", "research")
            self.assertEqual(run(*arguments).out, run(*arguments).out)


class Explain(Test):
    """Twenty things a new user would ask about; each answer ends at a link with its year, or at bytes of evidence."""
    ASKED = (
        # a factor, a rating, a framework, a runtime, a total, a rank
        ("host/no-accelerator", "ease_of_use"), ("host/no-accelerator", "hardware_support"),
        ("host/no-accelerator", "pytorch.production_readiness"), ("cuda/ready-open-module", "jax.hardware_support"),
        ("mps/ready", "mlx"), ("mps/ready", "llamacpp"), ("cuda/ready-open-module", "pytorch.total"),
        ("tpu/ready-v5e", "ranking.0.score"), ("mps/ready", "frameworks.tensorflow.hardware_support.after"),
        # a profile, other ratings, statistics, a source, a level
        ("host/no-accelerator", "edge"), ("host/no-accelerator", "seed"), ("host/no-accelerator", "63%"),
        ("host/no-accelerator", "statistics"), ("host/no-accelerator", "MOD-01"),
        ("host/no-accelerator", "vendor_plugin"),
        # a finding that holds and one that does not, a build and a rejection
        ("rocm/blocked-kfd-denied", "rocm.node.denied"), ("cuda/ready-open-module", "cuda.driver.library_mismatch"),
        ("cuda/ready-driver-too-old", "pytorch-2.15-cuda13/driver"), ("host/no-avx", "tensorflow-2.21-cpu"),
        # numbers and states of the machine
        ("host/memory-limited-by-ancestor", "machine.memory.usable_bytes"),
        ("cuda/ready-open-module", "platforms.cuda.driver_version"), ("cuda/blocked-driver-not-bound", "cuda.state"),
        ("cuda/ready-open-module", "cuda.devices.0.name"), ("cuda/ready-open-module", "file:/proc/driver/nvidia/version"),
    )

    def test_twenty_answers_end_at_a_source(self):
        self.assertGreaterEqual(len(self.ASKED), 20)
        for name, item in self.ASKED:
            with self.subTest(machine=name, item=item):
                self.ends_at_a_source(name, item)

    def ends_at_a_source(self, name, item):
        result = run("explain", item, "--from", machine(name))
        self.assertEqual((result.returncode, result.err), (0, ""), (name, item))
        lines = result.out.rstrip().split("\n")
        while re.match(r"  - [a-z ]+: unknown, (not tried|nobody asked)", lines[-1]):
            lines.pop()  # a layer that a passive run leaves alone
        last = " ".join(" ".join(lines[-3:]).split())
        is_evidence = re.search(r"\n( +)\| \S.*(\n\1  \S.*)*$", "\n" + "\n".join(lines)) or \
            re.search(r"and \d+ lines? more$", last) or \
            re.search(r"(file|link|list|node|env|command|ask):\S.* \((absent|denied|failed|crashed|timed out)[^()]*\)$",
                      last)  # that it is not there is what was read
        is_link = re.search(r"\((19|20)\d\d\)[^()]* https?://\S+$", last)
        is_reported_of = item in ("MOD-01",) and re.search(r"https?://\S+ Cited", " ".join(result.out.split()))
        self.assertTrue(is_evidence or is_link or is_reported_of, (name, item, result.out[-600:]))

    def test_numbers_under_other_priorities(self):
        here = ("--from", machine("host/no-accelerator"))
        text = run("explain", "litert.total", "--profile", "edge", *here).out
        self.assertIn("80.5 of 100", text)
        self.assertIn("Fit for the edge", text)
        self.assertIn("Google counts over 250,000", text)
        text = run("explain", "pytorch.total", "--priority", "hardware_support=0", *here).out
        self.assertIn("Sum 80", " ".join(text.split()))
        self.refused("explain", "pytorch.total", "--profile", "edeg", says=["did you mean", "edge"])
        self.refused("explain", "pytorch.totl", *here, says=["did you mean", "pytorch.total"])


class Check(Test):
    READY, BLOCKED, NOTHING = "cuda/ready-two-gpus", "cuda/blocked-driver-not-bound", "host/nothing-recorded"

    def answers(self, name, *requirements):
        result = run("check", *requirements, "--from", machine(name), "--format", "json")
        self.assertIn(result.returncode, (0, 1, 3), result.err)
        report = json.loads(result.out)
        self.assertEqual({"yes": 0, "no": 1, "unknown": 3}[report["met"]], result.returncode)
        return {line["requirement"]: line for line in report["requirements"]}

    def test_exit_codes(self):
        for name, requirement, code in ((self.READY, "cuda", 0), (self.READY, "cuda.devices=2", 0), (self.READY, "cuda.proven", 3),
                                        (self.READY, "cuda.devices>=3", 1), (self.BLOCKED, "cuda", 1), (self.BLOCKED, "accelerator", 1),
                                        (self.NOTHING, "cuda", 3), ("host/no-accelerator", "accelerator", 1),
                                        ("host/no-accelerator", "not accelerator", 0), ("cuda/proven", "cuda.proven", 0)):
            result = run("check", requirement, "--from", machine(name))
            self.assertEqual(result.returncode, code, (name, requirement, result.out))
            self.assertEqual(run("check", requirement, "--exit-zero", "--from", machine(name)).returncode, 0)
        result = run("check", "cuda", "cuda.proven", "cuda.devices>=3", "--from", machine(self.READY))
        self.assertEqual(result.returncode, 1, "no before unknown")

    def test_misspelt_requirements_never_pass(self):
        for requirement, meant in (("cudda", "cuda"), ("cuda.devcies>=1", "cuda.devices"), ("framework:pytroch>=2", "framework:pytorch"),
                                   ("no-findings:eror", "no-findings:error"), ("recommend=pytroch", "pytorch")):
            self.refused("check", "cuda", requirement, "--from", machine(self.READY), says=[requirement, "did you mean", meant])
        self.refused("check", "--from", machine(self.READY), says=["nothing is required"])
        self.refused("check", "", "--from", machine(self.READY), says=["ends too early"])
        self.refused("check", "cuda", "--fail-on", "eror", says=["error"])
        self.refused("check", "cuda", "--format", "jnit", says=["did you mean", "junit"])
        self.refused("check", "cuda", "--quiet", "--format", "json", says=["--quiet"])

    def test_values_and_evidence(self):
        lines = self.answers(self.READY, "cuda.driver>=1", "memory>=1GiB", "cuda.compute_capability>=1.0", "host.memory>=1MiB")
        report = json.loads(run("--from", machine(self.READY), "--format", "json").out)
        driver = lines["cuda.driver>=1"]["values"][0]
        self.assertEqual(driver["value"], report["platforms"]["cuda"]["driver_version"])
        self.assertTrue(driver["evidence"])
        recorded = json.load(open(machine(self.READY), encoding="utf-8"))["answers"]
        for line in lines.values():
            for value in line["values"]:
                for key in value["evidence"]:
                    self.assertTrue(key.split(" ")[0] in " ".join(recorded), key)

    def test_policy(self):
        policy = {"schema": "rigfit.policy/1", "about": "our GPU nodes", "fail_on": "error",
                  "require": ["cuda.devices = 2", {"require": "cuda.driver >= 999", "about": "for tomorrow", "when": "cuda"},
                              {"require": "rocm.arch = gfx942", "when": "rocm"}]}
        path = self.write("policy.json", json.dumps(policy))
        result = run("check", "--policy", path, "--from", machine(self.READY))
        self.assertEqual(result.returncode, 1)
        for part in ("our GPU nodes", "for tomorrow", "does not apply", "no-findings:error"):
            self.assertIn(part, result.out)
        result = run("check", "--policy", "-", "--quiet", "--from", machine(self.READY), stdin=json.dumps(policy).encode())
        self.assertEqual(result.out.count("\n"), 1)
        self.assertIn("cuda.driver >= 999: no: ", result.out)
        del policy["require"][1]
        result = run("check", "--policy", self.write("met.json", json.dumps(policy)), "--quiet", "--from", machine(self.READY))
        self.assertEqual((result.returncode, result.out, result.err), (0, "", ""))
        bad = self.write("bad.json", '{"schema": "rigfit.policy/1",\n "require": ["cuda", "cudda"]}')
        self.refused("check", "--policy", bad, says=["bad.json: line 2", "require/1", "cudda"])
        if jsonschema:
            schema = jsonschema.Draft7Validator(json.loads(run("rules", "schema", "policy").out))
            self.assertTrue(schema.is_valid(policy))
            for wrong in ({}, {**policy, "extra": 1}, {**policy, "require": []}, {**policy, "fail_on": "info"},
                          {**policy, "require": [{"when": "cuda"}]}, {**policy, "schema": "rigfit.policy/2"}):
                self.assertFalse(schema.is_valid(wrong), wrong)
                self.refused("check", "--policy", self.write("wrong.json", json.dumps(wrong)))

    def test_fail_on(self):
        self.assertEqual(run("check", "--fail-on", "error", "--from", machine(self.READY)).returncode, 0)
        result = run("check", "--fail-on", "error", "--from", machine(self.BLOCKED))
        self.assertEqual(result.returncode, 1)
        self.assertIn("cuda.driver.not_bound", result.out)

    def test_formats(self):
        arguments = ["check", "cuda", "cuda.devices>=99", "cuda.proven", "--from", machine(self.READY), "--format"]
        if jsonschema:
            schema = jsonschema.Draft7Validator(json.loads(run("rules", "schema", "check").out))
            self.assertEqual([e.message for e in schema.iter_errors(json.loads(run(*arguments, "json").out))], [])
        suite = xml.etree.ElementTree.fromstring(run(*arguments, "junit").out)
        self.assertEqual((suite.get("tests"), suite.get("failures"), suite.get("errors")), ("3", "1", "1"))
        self.assertEqual([[child.tag for child in case if child.tag != "system-out"] for case in suite.iter("testcase")],
                         [[], ["failure"], ["error"]])
        tap = run(*arguments, "tap").out.splitlines()
        self.assertEqual(tap[:2], ["TAP version 14", "1..3"])
        self.assertEqual([line.split(" - ")[0] for line in tap if re.match("(not )?ok", line)], ["ok 1", "not ok 2", "not ok 3"])
        github = run(*arguments, "github").out.splitlines()
        self.assertEqual([line.split(" ")[0] for line in github], ["::notice", "::error", "::warning"])
        path = os.path.join(self.folder, "out.xml")
        self.assertEqual(run(*arguments, "junit", "--output", path).returncode, 1)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), run(*arguments, "junit").out)

    def test_agrees_with_the_other_commands(self):
        """The state of each platform, the recommendation, and doctor's exit code, on every recorded machine."""
        for name in all_machines():
            report = json.loads(run("--from", machine(name), "--format", "json").out)
            platforms = [id for id in report["platforms"] if id != "cpu"]
            lines = self.answers(name, *platforms, "no-findings:error", "recommend=pytorch")
            for id in platforms:
                state = report["platforms"][id]["state"]
                expected = "unknown" if state == "unknown" else "yes" if state in ("ready", "proven") else "no"
                self.assertEqual(lines[id]["met"], expected, (name, id))
            doctor = run("doctor", "--from", machine(name)).returncode
            self.assertEqual({"yes": 0, "no": 1, "unknown": 3}[lines["no-findings:error"]["met"]], doctor, name)
            first = report["recommendation"]["framework"]
            if lines["recommend=pytorch"]["met"] == "yes":
                self.assertEqual(first, "pytorch", name)
            if lines["recommend=pytorch"]["met"] == "no":
                self.assertNotEqual(first, "pytorch", name)

    def test_this_machine(self):
        result = run("check", "cpu", "host.memory>=1MiB")
        self.assertEqual(result.returncode, 0, result.out + result.err)


class BadInput(Test):
    def test_a_machine_file_cut_anywhere(self):
        with open(machine("cuda/ready-open-module"), "rb") as file:
            whole = file.read().rstrip()
        for size in sorted({0, 1, 2, 20, *range(50, len(whole), len(whole) // 25)}):
            self.refused("--from", self.write("cut.json", whole[:size]), says=["cut.json"])
            self.refused("--from", "-", stdin=whole[:size])

    def test_a_machine_file_that_is_something_else(self):
        for content, says in (
            (b"[]", "cut.json"), (b"{}", "schema"), (b'{"schema": "rigfit.machine/99", "answers": {}}', "rigfit.machine/99"),
            (b'{"schema": "rigfit.machine/1", "os": 5, "answers": {}}', "os"),
            (b'{"schema": "rigfit.machine/1", "answers": {"file:/x": {"outcome": "fine"}}}', "file:/x"),
            (b'{"schema": "rigfit.machine/1", "answers": {"file:/x": 3}}', "file:/x"),
            (b"[" * 200000, "cut.json"), (b"\xff\xfe\x00" * 100, "cut.json"), (b"\x00" * 4096, "cut.json"),
        ):
            self.refused("--from", self.write("cut.json", content), says=[says])

    def test_bytes_that_are_changed(self):
        with open(machine("rocm/ready-instinct"), "rb") as file:
            whole = bytearray(file.read())
        dice = random.Random(7)
        for _ in range(150):
            changed = bytearray(whole)
            for _ in range(dice.randint(1, 20)):
                changed[dice.randrange(len(changed))] = dice.randrange(256)
            result = run("--format", "json", "--from", self.write("changed.json", bytes(changed)))
            self.assertIn(result.returncode, (0, 2, 3), result.err)
            if result.returncode != 2:
                json.loads(result.out)

    def test_text_that_looks_like_commands_to_a_terminal(self):
        with open(machine("host/no-accelerator"), encoding="utf-8") as file:
            recording = json.load(file)
        recording["answers"]["file:/etc/os-release"]["lines"] = ['ID=evil', 'PRETTY_NAME="\x1b[2J\x07\x9b31mevil"']
        result = run("--from", self.write("evil.json", json.dumps(recording)))
        self.assertEqual(result.returncode, 0)
        for byte in ("\x1b", "\x07", "\x9b"):
            self.assertNotIn(byte, result.out)

    def test_rules_that_are_wrong(self):
        rules = os.path.join(self.folder, "rules")
        os.makedirs(os.path.join(rules, "profiles"))
        for content, says in (("{", "profiles/p.json"), ('{"id": "p"}', "profiles/p.json"), ("[]", "profiles/p.json")):
            with open(os.path.join(rules, "profiles", "p.json"), "w", encoding="utf-8") as file:
                file.write(content)
            self.refused("--rules", rules, says=[says])
            self.assertEqual(run("rules", "check", rules).returncode, 1)
        self.refused("--rules", os.path.join(self.folder, "none"), says=["none"])

    def test_rules_in_one_file(self):
        path = os.path.join(self.folder, "rules.json")
        self.assertEqual(run("rules", "export", path).returncode, 0)
        self.assertEqual(run("rules", "check", path).returncode, 0)
        here = ("--format", "json", "--from", machine("cuda/ready-open-module"))
        built_in, exported = (json.loads(run(*here, *more).out) for more in ((), ("--rules", path)))
        self.assertEqual(built_in["rules"]["checksum"], exported["rules"]["checksum"])
        self.assertEqual(exported["rules"]["overlays"], [path])
        self.assertEqual(built_in["ranking"], exported["ranking"])
        self.assertIn(built_in["rules"]["checksum"], run("-v", *here[2:]).out)
        with open(path, encoding="utf-8") as file:
            whole = file.read()
        for damaged in (whole.replace("PyTorch", "PyTorcH", 1), whole[: len(whole) // 2], ""):
            self.refused("--rules", self.write("damaged.json", damaged), says=["damaged.json", "damaged"])
            self.assertEqual(run("rules", "check", self.write("damaged.json", damaged)).returncode, 2)
        # A folder laid over the built-in rules can be handed on in one file as well.
        site = os.path.join(self.folder, "site", "frameworks")
        os.makedirs(site)
        with open(os.path.join(site, "ours.json"), "w", encoding="utf-8") as file:
            file.write('{"extends": "pytorch", "ratings": {"ease_of_use": {"score": 7}}}')
        self.assertEqual(run("rules", "export", path, "--rules", os.path.dirname(site)).returncode, 0)
        ours = json.loads(run(*here, "--rules", path).out)
        self.assertNotEqual(ours["rules"]["checksum"], built_in["rules"]["checksum"])
        scores = {one["id"]: one["factors"]["ease_of_use"]["score"] for one in ours["frameworks"]}
        self.assertEqual(scores["pytorch"], 7)

    def test_rules_that_do_not_agree_with_each_other(self):
        rules = os.path.join(self.folder, "rules", "frameworks")
        os.makedirs(rules)
        shown = json.loads(run("rules", "show", "pytorch").out)
        shown["builds"][0]["runtime"] = "14.7"
        shown["builds"][0]["python"]["advised"] = "3.99"
        with open(os.path.join(rules, "pytorch.json"), "w", encoding="utf-8") as file:
            json.dump(shown, file)
        checked = run("rules", "check", os.path.dirname(rules))
        self.assertEqual(checked.returncode, 1)
        for says in ("14.7", "3.99"):  # all of it, not the first alone
            self.assertIn(says, checked.err)

    def test_the_rules_in_the_sources_are_the_built_in_ones(self):
        """As they are, with the placeholders of their schemas."""
        sources = os.path.join(MACHINES, os.pardir, os.pardir, "rules")
        checked = run("rules", "check", sources)
        self.assertEqual(checked.returncode, 0, checked.err)
        here = ("--format", "json", "--from", machine("cuda/blocked-nouveau"))
        built_in, own = (json.loads(run(*here, *more).out) for more in ((), ("--rules", sources)))
        self.assertEqual(built_in["rules"]["checksum"], own["rules"]["checksum"])
        self.assertEqual(built_in["findings"], own["findings"])

    def test_the_age_of_the_rules(self):
        lines = [line for line in run("rules", "age").out.splitlines() if line[:1].isdigit()]
        self.assertGreater(len(lines), 200)
        dates = [line.split()[0] for line in lines]
        self.assertEqual(dates, sorted(dates))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
