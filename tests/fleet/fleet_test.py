#!/usr/bin/env python3
"""`rigfit fleet` through its command line: layouts that launchers leave behind, damage, requirements, drift, formats.

fleet_test.py RIGFIT MACHINES
"""
import gzip
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest

try:
    import jsonschema
except ImportError:
    jsonschema = None

RIGFIT, MACHINES = (os.path.abspath(path) for path in sys.argv[1:3])
HERE = os.path.dirname(os.path.abspath(__file__))
GENERATOR = os.path.join(HERE, "..", "bench", "fleet_reports.py")


class Run:
    def __init__(self, *arguments, stdin=b"", program=RIGFIT):
        if isinstance(stdin, str):
            stdin = stdin.encode()
        done = subprocess.run([program, *arguments], input=stdin, capture_output=True, timeout=200,
                              env={**os.environ, "COLUMNS": "80", "LC_ALL": "C.UTF-8"})
        self.code, self.out, self.err = done.returncode, done.stdout.decode(), done.stderr.decode()

    def json(self):
        return json.loads(self.out)


def fleet(*arguments, stdin=b""):
    return Run("fleet", *arguments, stdin=stdin)


def summary(*arguments, stdin=b""):
    """The answer as JSON, held against its schema."""
    run = fleet("--format", "json", *arguments, stdin=stdin)
    assert run.out, run.err
    answer = run.json()
    if jsonschema:
        jsonschema.Draft7Validator(SCHEMAS["fleet"]).validate(answer)
    return answer


def generate(*arguments):
    done = subprocess.run([sys.executable, GENERATOR, RIGFIT, *arguments], capture_output=True, check=True, timeout=200)
    return done.stdout


def machine(name):
    with open(os.path.join(MACHINES, name, "machine.json"), "rb") as file:
        return file.read()


def report(name, *arguments):
    return Run("--from", os.path.join(MACHINES, name, "machine.json"), "--format", "json", "--exit-zero", *arguments).out


SCHEMAS = {name: json.loads(Run("rules", "schema", name).out) for name in ("fleet", "drift")}
GOOD = report("cuda/ready-two-gpus")
GOOD_LINE = report("cuda/ready-two-gpus", "--compact")
BAD = report("cuda/blocked-library-mismatch")


class Fleet(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="rigfit-fleet-")
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, path, text):
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text.encode() if isinstance(text, str) else text)
        return path

    # --- layouts

    def test_files_of_srun(self):
        for node, text in (("n1", GOOD), ("n2", GOOD_LINE), ("n3", BAD)):
            self.write(f"out.{node}.json", text)
        answer = summary("--expect", "n[1-4]", self.folder)
        self.assertEqual([one["nodes"] for one in answer["classes"]], ["n[1-2]", "n3"])
        self.assertEqual(answer["missing"], {"count": 1, "nodes": "n4"})
        self.assertEqual(answer["faulty"]["nodes"], "n3")
        self.assertEqual([one["id"] for one in answer["findings"]], ["cuda.driver.library_mismatch"])
        self.assertEqual(fleet("--expect", "n[1-4]", self.folder).code, 1)

    def test_trees_of_ansible_and_gzip(self):
        self.write("h1/etc/ansible/facts.d/rigfit.json", GOOD)
        self.write("h2/etc/ansible/facts.d/rigfit.json", gzip.compress(GOOD.encode()))
        answer = summary(self.folder)
        self.assertEqual([one["nodes"] for one in answer["classes"]], ["h[1-2]"])
        self.assertEqual(fleet(self.folder).code, 0)

    def test_labels_of_srun_and_clush(self):
        lines = {node: text.splitlines() for node, text in (("n1", GOOD), ("n2", GOOD), ("n10", BAD))}
        mixed = ""
        while any(lines.values()):
            for node, left in lines.items():
                for line in left[:7]:
                    mixed += f"{node}: {line}\n"
                del left[:7]
        answer = summary("-", stdin=mixed)
        self.assertEqual([one["nodes"] for one in answer["classes"]], ["n[1-2]", "n10"])
        self.assertEqual(answer["input"]["unreadable"], 0)

    def test_lines_that_srun_has_cut(self):
        text = "".join(f"{n}: {GOOD_LINE[at:at + 1024].strip(chr(10))}\n" for n in (0, 1)
                       for at in range(0, len(GOOD_LINE), 1024))
        answer = summary("-", stdin=text)
        self.assertEqual([one["nodes"] for one in answer["classes"]], ["[0-1]"])
        self.assertTrue(any("numbers its tasks" in note for note in answer["input"]["notes"]))
        self.assertTrue(any("srun -o" in note for note in answer["input"]["notes"]))

    def test_blocks_of_clush(self):
        text = f"---------------\nn[1-2,7] (3)\n---------------\n{GOOD}---------------\nn3\n---------------\n{BAD}"
        answer = summary("-", stdin=text)
        self.assertEqual([one["nodes"] for one in answer["classes"]], ["n[1-2,7]", "n3"])

    def test_lines_of_reports_that_name_their_node(self):
        def named(text, node):
            return json.dumps({**json.loads(text), "node": node}) + "\n"
        answer = summary("-", stdin=named(GOOD, "a2") + named(GOOD, "a1") + named(BAD, "a3"))
        self.assertEqual([one["nodes"] for one in answer["classes"]], ["a[1-2]", "a3"])

    def test_machine_files_are_judged_as_their_reports(self):
        self.write("machines/n1.json", machine("cuda/ready-two-gpus"))
        self.write("reports/n1.json", GOOD)
        one, other = (summary(os.path.join(self.folder, kind)) for kind in ("machines", "reports"))
        self.assertEqual(one["classes"], other["classes"])
        both = self.write("both.json", machine("cuda/ready-two-gpus").decode() + GOOD)
        self.assertEqual([one["count"] for one in summary(both)["classes"]], [2])

    def test_every_machine_is_told_to_install_what_it_tells_itself(self):
        answers = {}
        for file in sorted(pathlib.Path(MACHINES).glob("*/*/machine.json")):
            node = "n" + "".join(chr(ord("a") + int(digit)) for digit in str(len(answers)))  # no digits: not folded
            name = f"{file.parent.parent.name}/{file.parent.name}"
            self.write(f"machines/{node}.json", machine(name))
            answers[node] = name, json.loads(report(name))["recommendation"]
        self.assertGreater(len(answers), 300)
        installed = 0
        for one in summary(os.path.join(self.folder, "machines"))["classes"]:
            installs = {framework["id"]: framework["install"] for framework in one["frameworks"]}
            for node in one["nodes"].split(","):
                name, answer = answers.pop(node)
                if answer["build"]:
                    self.assertEqual(installs[answer["framework"]], answer["build"]["pip"], name)
                    installed += 1
        self.assertEqual(answers, {})
        self.assertGreater(installed, 300)

    def test_rules_of_today_judge_machine_files(self):
        file = self.write("n1.json", machine("cuda/ready-two-gpus"))
        overlay = {"as_of": "2026-11-26", "findings": [{"id": "cuda.site.cordoned", "severity": "error", "platform": "cuda", "title": "Cordoned",
                                 "when": "cuda.driver_version >= 1", "cause": "The site says so.",
                                 "remedy": [{"text": "Ask."}], "verify": "true", "explains_block": False,
                                 "source": {"title": "Site", "url": "https://example.org/", "year": 2026}}]}
        self.write("rules/findings/cuda/site.json", json.dumps(overlay))
        run = fleet("--rules", os.path.join(self.folder, "rules"), file)
        if "site.json" in run.err:
            self.fail(run.err)
        self.assertIn("Cordoned: n1", run.out)
        self.assertNotIn("Cordoned", fleet(file).out)

    def test_answers_of_ansible(self):
        text = (f"n1 | CHANGED | rc=0 >>\n{GOOD}n2 | CHANGED | rc=0 >>\n{BAD}"
                'n3 | UNREACHABLE! => {\n    "changed": false,\n    "msg": "no route",\n    "unreachable": true\n}\n')
        answer = summary("-", stdin=text)
        self.assertEqual([one["nodes"] for one in answer["classes"]], ["n1", "n2"])
        self.assertEqual([problem["place"] for problem in answer["input"]["problems"]], [f"stdin, line {text.count(chr(10)) - 4} (n3)"])

    def test_what_another_program_packed_is_named(self):
        for packer, name in (("zstd", "n1.json.zst"), ("xz", "n1.json.xz"), ("bzip2", "n1.json.bz2")):
            if not shutil.which(packer):
                continue
            packed = subprocess.run([packer, "-c"], input=GOOD.encode(), capture_output=True, check=True).stdout
            run = fleet(self.write(name, packed), self.write("n2.json", GOOD))
            self.assertEqual(run.code, 3)
            self.assertIn(f"is packed by {packer}: {packer} -dc FILE", " ".join(run.out.split()))
            self.assertIn("1 node in 1 class", run.out)
        archive = self.write("day.tar", b"")
        with tarfile.open(archive, "w") as tar:
            tar.add(self.write("n2.json", GOOD), "n2.json")
        self.assertIn("is a tar archive", " ".join(fleet(archive, self.write("n3.json", GOOD)).out.split()))

    def test_partitions_as_sinfo_prints_them(self):
        for node, text in (("n1", GOOD), ("n2", GOOD), ("n3", BAD)):
            self.write(f"day/{node}.json", text)
        sinfo = ("PARTITION AVAIL  TIMELIMIT  NODES  STATE NODELIST\nall*         up   infinite      4   idle n[1-4]\n"
                 "sick         up   infinite      1  drain n3\n")
        day = os.path.join(self.folder, "day")
        parts = summary("--partitions", "-", "--partition", "well=n[1-2]", day, stdin=sinfo)["partitions"]
        self.assertEqual([(one["name"], one["nodes"], one["faulty"]["nodes"], one["missing"]["nodes"]) for one in parts],
                         [("well", "n[1-2]", "", ""), ("all", "n[1-3]", "n3", "n4"), ("sick", "n3", "n3", "")])
        whole = summary(day)
        self.assertEqual(parts[1]["recommendation"], whole["recommendation"])
        self.assertEqual(parts[1]["platforms"], whole["platforms"])
        for form in ("text", "markdown", "html"):
            self.assertIn("well", fleet("--format", form, "--partition", "well=n[1-2]", day).out)
        self.assertEqual(fleet("--partition", "well", day).code, 2)
        self.assertEqual(fleet("--partitions", "-", day, stdin="").code, 2)  # sinfo failed
        self.assertEqual(fleet("--partitions", self.write("bad", "gpu n[1-\n"), day).code, 2)

    # --- damage

    def test_damage_is_counted_and_the_rest_is_right(self):
        huge = b'{"schema":"rigfit.report/1","x":"' + b"x" * (70 << 20) + b'"}\n'
        deep = b"[" * 100000 + b"\n"
        parts = [GOOD_LINE.encode(), GOOD_LINE[:4000].encode() + b"\n", huge, GOOD_LINE.encode(), b"srun: error: n7\n",
                 b'{"schema":"rigfit.report/1"}\n', b'{"schema":"rigfit.check/1"}\n', deep, b"\xff\xfe{}\n",
                 GOOD_LINE.replace('"cuda"', '"cu\xffda"', 1).encode("latin-1"), GOOD_LINE.encode()]
        file = self.write("all.ndjson", b"".join(parts))
        answer = summary(file)
        places = {problem["place"].rsplit(" ", 1)[1]: problem["reason"] for problem in answer["input"]["problems"]}
        self.assertEqual(set(places), {"2", "3", "5", "6", "7", "8", "10"})
        self.assertIn("64 MiB", places["3"])
        self.assertIn("rigfit.check/1", places["7"])
        self.assertIn("not a whole report", places["6"])
        self.assertEqual(sorted(one["nodes"] for one in answer["classes"]), ["all:[1,4,11]"])
        self.assertEqual(fleet(file).code, 3)

    def test_what_several_tasks_wrote_over_each_other_is_no_report(self):
        """As srun without -o merges them: pieces of two reports in turn, which may be JSON by chance."""
        lines = [text.splitlines(keepends=True) for text in (GOOD, BAD)]
        for size in (7, 40, 211, 1000):
            mixed = "".join("".join(text[at:at + size]) for at in range(0, max(map(len, lines)), size) for text in lines)
            answer = summary("-", stdin=mixed)
            self.assertEqual(answer["classes"], [], size)
            self.assertTrue(answer["input"]["problems"])
            if size == 211:
                self.assertTrue(any("may be mixed up" in note for note in answer["input"]["notes"]))

    def test_a_huge_line_takes_little_memory(self):
        peak = self.peak_of([RIGFIT, "fleet", "-", "--exit-zero"],
                            [b'{"schema":"', *[b"x" * (1 << 20)] * 1024, b'"}\n', GOOD_LINE.encode()])
        self.assertLess(peak, 300 << 10, "KiB")

    def peak_of(self, command, pieces):
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        for piece in pieces:
            process.stdin.write(piece)
        process.stdin.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        self.assertEqual(status, 0)
        return usage.ru_maxrss

    def test_inputs_that_cannot_be_read(self):
        self.write("day/n1.json", GOOD)
        self.write("day/n2.json", "")
        self.write("day/n3.json.gz", gzip.compress(GOOD.encode())[:-40])
        self.write("day/n4.json", b"\x1f\x8bnot gzip")
        os.mkfifo(os.path.join(self.folder, "day/n5.json"))
        answer = summary(os.path.join(self.folder, "day"))
        self.assertEqual(answer["nodes"], 1)
        self.assertEqual(answer["input"]["unreadable"], 3)
        self.assertEqual(fleet(os.path.join(self.folder, "missing")).code, 2)
        self.assertEqual(fleet(self.write("empty.json", "")).code, 2)
        self.assertEqual(fleet("-", stdin="hello\n").code, 2)

    def test_threads_and_order_change_nothing(self):
        text = generate("--count", "60", "--seed", "5")
        file = self.write("all.ndjson", text)
        answers = [fleet("--format", "json", "--jobs", jobs, file).out for jobs in ("1", "2", "7")]
        self.assertEqual(answers[0], answers[1])
        self.assertEqual(answers[0], answers[2])
        shuffled = b"".join(reversed(text.splitlines(keepends=True)))
        self.assertEqual(fleet("--format", "json", self.write("all.ndjson", shuffled)).out, answers[0])

    # --- what is asked

    def test_requirements_hold_for_reports_and_machine_files_alike(self):
        names = ("cuda/ready-two-gpus", "cuda/blocked-library-mismatch", "rocm/ready-instinct", "host/no-accelerator",
                 "cuda/ready-driver-too-old", "tpu/ready-v5e")
        requirements = ("cuda", "cuda.devices>=2", "cuda.driver>=550", "memory>=40GiB", "framework:pytorch>=2.8",
                        "recommend=pytorch", "no-findings:error", "accelerator", "host.memory>=16GiB")
        policy = self.write("policy.json", json.dumps({"schema": "rigfit.policy/1", "require": list(requirements)}))
        for name in names:
            node = name.replace("/", "-")
            self.write(f"machines/{node}.json", machine(name))
            self.write(f"reports/{node}.json", report(name))
        for kind in ("machines", "reports"):
            answer = summary("--policy", policy, os.path.join(self.folder, kind))
            for one in answer["requirements"]:
                for name in names:
                    checked = json.loads(Run("check", one["requirement"], "--format", "json", "--from",
                                             os.path.join(MACHINES, name, "machine.json")).out)["met"]
                    node = name.replace("/", "-")
                    said = "no" if node in one["not_met_by"]["nodes"].split(",") else \
                        "unknown" if node in one["unknown_on"]["nodes"].split(",") else "yes"
                    self.assertEqual(said, checked, f"{one['requirement']} of the {kind} of {name}")

    def test_exit_codes(self):
        good, bad = self.write("n1.json", GOOD), self.write("n2.json", BAD)
        unknown = self.write("n3.json", report("host/nothing-recorded"))
        self.assertEqual(fleet(good).code, 0)
        self.assertEqual(fleet(good, bad).code, 1)
        self.assertEqual(fleet(good, bad, "--exit-zero").code, 0)
        self.assertEqual(fleet(good, unknown).code, 3)
        self.assertEqual(fleet("--require", "cuda.devices>=8", good).code, 1)
        self.assertEqual(fleet("--require", "cudda", good).code, 2)
        self.assertEqual(fleet("--expect", "n[1-", good).code, 2)
        self.assertEqual(fleet("--expect", "n1", good).code, 0)
        self.assertEqual(fleet("--format", "pdf", good).code, 2)
        self.assertEqual(fleet().code, 2)

    def test_drift(self):
        for node in ("n1", "n2", "n3"):
            self.write(f"mon/{node}.json", GOOD)
        self.write("tue/n1.json", GOOD)
        self.write("tue/n2.json", BAD)
        self.write("tue/n4.json", GOOD)
        monday, tuesday = os.path.join(self.folder, "mon"), os.path.join(self.folder, "tue")
        run = fleet("diff", monday, tuesday, "--format", "json")
        self.assertEqual(run.code, 1)
        answer = run.json()
        if jsonschema:
            jsonschema.Draft7Validator(SCHEMAS["drift"]).validate(answer)
        self.assertEqual((answer["gone"]["nodes"], answer["added"]["nodes"], answer["same"]), ("n3", "n4", 1))
        self.assertEqual(answer["changes"][0]["nodes"], "n2")
        self.assertEqual([one["id"] for one in answer["changes"][0]["appeared"]], ["cuda.driver.library_mismatch"])
        self.assertIn("n2", fleet("diff", monday, tuesday).out)
        self.assertEqual(fleet("diff", monday, monday).code, 0)
        self.assertEqual(fleet("diff", monday).code, 2)

    def test_drift_of_one_machine(self):
        """Two files of a machine each are one node, whatever they are called."""
        monday, tuesday = self.write("mon.json", GOOD), self.write("tue.json", BAD)
        run = fleet("diff", monday, tuesday, "--format", "json")
        self.assertEqual(run.code, 1)
        answer = run.json()
        self.assertEqual((answer["gone"]["count"], answer["added"]["count"]), (0, 0))
        self.assertEqual(answer["changes"][0]["nodes"], "tue")
        before, after = (self.write(f"{day}/gpu7/machine.json", machine("cuda/ready-two-gpus")) for day in ("mon", "tue"))
        self.assertEqual(fleet("diff", before, after).code, 0)
        self.assertEqual(summary(after)["classes"][0]["nodes"], "gpu7")
        # Folders are of nodes, whose names count.
        self.write("a/n1.json", GOOD)
        self.write("b/n2.json", GOOD)
        answer = fleet("diff", os.path.join(self.folder, "a"), os.path.join(self.folder, "b"), "--format", "json").json()
        self.assertEqual((answer["gone"]["nodes"], answer["added"]["nodes"]), ("n1", "n2"))

    # --- formats

    def test_the_schema_refuses_what_is_wrong(self):
        if not jsonschema:
            self.skipTest("python3-jsonschema is not installed")
        answer = summary(self.write("n1.json", GOOD))
        check = jsonschema.Draft7Validator(SCHEMAS["fleet"])
        for key in ("schema", "classes", "input"):
            self.assertFalse(check.is_valid({name: value for name, value in answer.items() if name != key}))
        self.assertFalse(check.is_valid({**answer, "fine": "maybe"}))

    def test_text_fits_a_terminal(self):
        file = self.write("all.ndjson", generate("--count", "300"))
        run = fleet("--expect", "gpu[0001-0302]", file)
        lines = run.out.splitlines()
        self.assertLessEqual(len(lines), 24, run.out)
        # A command to be copied is not wrapped.
        self.assertLessEqual(max(len(line) for line in lines if "pip install" not in line), 80, run.out)
        self.assertIn("gpu[0301-0302]", run.out)
        # What to do about an error stands below it.
        steps = {one["id"]: one["first_step"] for one in summary(file)["findings"] if one["severity"] == "error"}
        self.assertTrue(all(step["text"] for step in steps.values()), steps)
        self.assertTrue(any(line.strip().startswith("→") for line in lines), run.out)

    def test_the_page_is_whole_small_and_harmless(self):
        hostile = '<img src=x onerror="alert(1)">'
        text = json.loads(GOOD)
        text["machine"]["os_name"] = hostile
        text["node"] = hostile
        file = self.write("all.ndjson", generate("--count", "300") + json.dumps(text).encode() + b"\n")
        page = fleet("--format", "html", file).out
        self.assertNotIn("<img", page)
        self.assertLess(len(page.encode()), 150_000)
        self.assertEqual(page.count("<i class=") >= 300, True)
        self.assertIsNone(re.search(r"""(?:src|href)=["'](?!#|data:)""", page))
        self.assertNotIn("{{", page)

    def test_markdown_escapes(self):
        text = json.loads(GOOD)
        text["machine"]["os_name"] = "a|b <script> @me [x](y)"
        run = fleet("--format", "markdown", self.write("n1.json", json.dumps(text)))
        self.assertTrue(run.out.startswith("## "))
        self.assertNotIn("<script>", run.out)

    def test_help(self):
        run = Run("fleet", "--help")
        self.assertEqual(run.code, 0)
        for word in ("--expect", "--policy", "diff", "srun", "Exit codes"):
            self.assertIn(word, run.out)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
