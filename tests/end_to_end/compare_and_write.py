#!/usr/bin/env python3
"""compare_and_write.py RIGFIT MACHINES: diff, what-if, builds and env through the command line. What they write is read by
the real readers where they are there: tomllib, PyYAML, packaging (pip's own requirement parser), jsonschema."""
import json
import os
import re
import subprocess
import sys
import unittest

try:
    import tomllib
except ImportError:  # Python before 3.11
    tomllib = None
try:
    import yaml
except ImportError:  # ./dev test installs it
    yaml = None
try:
    import packaging.requirements as pep508
except ImportError:
    pep508 = None
try:
    import jsonschema
except ImportError:
    jsonschema = None

import command_line
from command_line import MACHINES, RIGFIT, all_machines, machine, run

os.environ["LC_ALL"] = "C.UTF-8"
KINDS = ("uv", "pip", "conda", "pixi", "docker", "apptainer", "devcontainer")


class Test(command_line.Test):
    def holds_to(self, name, text):
        value = json.loads(text)
        if jsonschema:
            schema = json.loads(run("rules", "schema", name).out)
            self.assertEqual([error.message for error in jsonschema.Draft7Validator(schema).iter_errors(value)], [])
        return value


class Diff(Test):
    def test_same_and_different(self):
        two, one = machine("cuda/ready-two-gpus"), machine("cuda/blocked-library-mismatch")
        same = run("diff", two, two)
        self.assertEqual((same.returncode, same.err), (0, ""))
        self.assertIn("do not differ", same.out)
        changed = run("diff", two, one)
        self.assertEqual(changed.returncode, 1)
        self.assertIn("cuda.driver.library_mismatch", changed.out)
        self.assertEqual(run("diff", "--exit-zero", two, one).returncode, 0)

    def test_reports_and_machine_files_in_any_mix(self):
        name = machine("rocm/ready-instinct")
        report = self.write("report.json", run("--from", name, "--format", "json").out)
        facts = self.write("facts.json", run("probe", "--from", name, "--format", "json").out)
        findings = self.write("findings.json", run("doctor", "--from", name, "--format", "json").out)
        for a in (name, report, facts, findings):
            for b in (name, report, facts, findings):
                result = run("diff", a, b)
                self.assertEqual(result.returncode, 0, (a, b, result.out, result.err))
        self.assertIn("Not compared: recommendation", run("diff", report, facts).out)
        with open(report, "rb") as file:
            self.assertEqual(run("diff", name, "-", stdin=file.read()).returncode, 0)

    def test_every_machine_against_another(self):
        machines = all_machines()
        for before, after in zip(machines, machines[7:]):
            result = run("diff", "--format", "json", machine(before), machine(after))
            self.assertIn(result.returncode, (0, 1), (before, after, result.err))
            value = self.holds_to("diff", result.out)
            self.assertEqual(value["same"], value["differences"] == [])
            self.assertEqual(result.returncode, 0 if value["same"] else 1)
            text = run("diff", "--width", "80", machine(before), machine(after)).out
            self.assertLessEqual(max(map(len, text.splitlines())), 80, (before, after))
            self.assertLessEqual(len(text.splitlines()), 23, (before, after, text))

    def test_ignore(self):
        files = machine("cuda/ready-two-gpus"), machine("cuda/ready-driver-too-old")
        value = json.loads(run("diff", "--format", "json", *files, "--ignore", "cuda.devices.*").out)
        self.assertGreater(value["ignored"], 0)
        for one in value["differences"]:
            self.assertFalse(one["path"].startswith("cuda.devices."), one)
        everything = run("diff", *files, "--ignore", "*")
        self.assertEqual(everything.returncode, 0)
        self.assertIn("--ignore", everything.out)

    def test_this_machine_does_not_differ_from_itself(self):
        path = self.write("here.json", run("--no-children", "--format", "json").out)
        again = self.write("again.json", run("--no-children", "--format", "json").out)
        result = run("diff", path, again)
        self.assertEqual(result.returncode, 0, result.out)

    def test_unreadable_input(self):
        good = machine("cuda/ready-two-gpus")
        for content in ("", "{", "[]", "7", '{"schema":"rigfit.check/1"}', '{"schema":"rigfit.report/2"}', '{"a":1,"a":2}', "[" * 100):
            self.refused("diff", good, self.write("bad.json", content), says=["bad.json"])
        self.refused("diff", good, os.path.join(self.folder, "none.json"), says=["none.json"])
        self.refused("diff", says=["two files"])
        self.refused("diff", good, good, good, says=["two files"])
        self.refused("diff", "-", "-", says=["stdin"])


class WhatIf(Test):
    def test_one_screen_of_80_columns(self):
        for name, *options in (("cuda/ready-driver-too-old", "--with-driver", "580"),
                               ("host/no-accelerator", "--with-gpu", "2x RTX 5090"),
                               ("host/no-accelerator", "--with-gpu", "MI300X"),
                               ("host/no-accelerator", "--with-gpu", "Arc B580"),
                               ("cuda/ready-two-gpus", "--with-gpu", "RTX 5090", "--with-driver", "550"),
                               ("cuda/ready-two-gpus", "--without-gpu"), ("cuda/ready-two-gpus", "--with-gpu", "none")):
            result = run("--from", machine(name), "--width", "80", *options)
            self.assertIn(result.returncode, (0, 1, 3), result.err)
            lines = result.out.splitlines()
            self.assertLessEqual(sum(max(1, -(-len(line) // 80)) for line in lines), 23, (name, options, result.out))
            for line in lines:
                if "pip install" not in line and "python" not in line and "sudo " not in line:
                    self.assertLessEqual(len(line), 80, line)

    def test_none_means_without(self):
        a, b = (run("--from", machine("cuda/ready-two-gpus"), *options).out for options in (["--with-gpu", "none"], ["--without-gpu"]))
        self.assertEqual(a, b)

    def test_json_says_what_was_changed_and_what_differs(self):
        for command in ([], ["doctor"], ["probe"]):
            result = run(*command, "--from", machine("cuda/ready-driver-too-old"), "--with-driver", "580", "--format", "json")
            report = self.holds_to("report", result.out)
            self.assertEqual(report["what_if"]["change"], "with driver 580")
            paths = {one["path"] for one in report["what_if"]["differences"]}
            if command != ["doctor"]:
                self.assertIn("cuda.driver_version", paths)
        plain = json.loads(run("--from", machine("cuda/ready-driver-too-old"), "--format", "json").out)
        self.assertIsNone(plain["what_if"])
        both = json.loads(run("--from", machine("cuda/ready-driver-too-old"), "--with-driver", "580", "--format", "json").out)
        self.assertIn("recommendation.build", {one["path"] for one in both["what_if"]["differences"]})

    def test_doctor(self):
        result = run("doctor", "--from", machine("cuda/blocked-driver-not-loaded"), "--with-driver", "580")
        self.assertEqual(result.returncode, 0, result.out)
        self.assertIn("Gone", result.out)
        result = run("doctor", "--from", machine("host/no-accelerator"), "--with-gpu", "RTX 5090")
        self.assertEqual(result.returncode, 1, "the driver is missing")
        self.assertIn("New", result.out)

    def test_other_formats_say_it(self):
        for format_ in ("markdown", "html"):
            result = run("--from", machine("cuda/ready-two-gpus"), "--with-gpu", "MI300X", "--format", format_)
            self.assertIn("MI300X", result.out)

    def test_wrong_usage(self):
        two = machine("cuda/ready-two-gpus")
        self.refused("--from", two, "--with-gpu", "RTX 509O", says=["did you mean", "RTX 5090"])
        self.refused("--from", two, "--with-gpu", "0x RTX 5090", says=["1 to 64"])
        self.refused("--from", two, "--with-gpu", "", says=["--with-gpu"])
        self.refused("--from", two, "--with-driver", "twelve", says=["580"])
        self.refused("--from", two, "--with-driver", "13.2", says=["580"])
        self.refused("--from", two, "--without-gpu", "--with-gpu", "RTX 5090", says=["--without-gpu"])
        self.refused("--from", machine("host/no-accelerator"), "--with-driver", "580", says=["--with-gpu"])
        self.refused("--from", two, "--from", machine("mps/ready"), "--without-gpu", says=["one machine"])
        self.refused("probe", "--plan", "--without-gpu", says=["--plan"])


class Builds(Test):
    def test_every_machine_in_every_format(self):
        for name in all_machines():
            for options in ([], ["--all"]):
                result = run("builds", "--format", "json", "--from", machine(name), *options)
                self.assertIn(result.returncode, (0, 1), result.err)
                value = self.holds_to("builds", result.out)
                self.assertEqual(result.returncode, 0 if value["tables"] else 1)

    def test_what_is_installed_is_what_is_recommended(self):
        for name in all_machines():
            report = json.loads(run("--from", machine(name), "--format", "json").out)
            builds = json.loads(run("builds", "--from", machine(name), "--format", "json").out)
            marked = {row["id"] for table in builds["tables"] for row in table["builds"] if row["here"] in ("installs", "after_fix")}
            shown = {table["platform"] for table in builds["tables"]}
            resolved = {resolution[when]["id"] for framework in report["frameworks"]
                        for resolution in framework["hardware_support"]["resolutions"] for when in ("build", "after")
                        if resolution[when] and resolution["platform"] in shown}
            self.assertEqual(marked, resolved, name)

    def test_text_fits_80_columns(self):
        for name in ("cuda/ready-two-gpus", "rocm/ready-instinct", "mps/ready", "host/no-accelerator"):
            for options in ([], ["--all"], ["-v"]):
                text = run("builds", "--width", "80", "--from", machine(name), *options).out
                for line in text.splitlines():
                    self.assertLessEqual(len(line), 80, line)

    def test_filters(self):
        here = ["--from", machine("cuda/ready-two-gpus")]
        value = json.loads(run("builds", *here, "--framework", "jax", "--platform", "cuda,tpu", "--format", "json").out)
        self.assertEqual({(t["framework"], t["platform"]) for t in value["tables"]}, {("jax", "cuda"), ("jax", "tpu")})
        self.refused("builds", *here, "--framework", "jaxx", says=["did you mean"])
        self.refused("builds", *here, "--platform", "cudda", says=["did you mean"])

    def test_markdown_is_a_table(self):
        text = run("builds", "--all", "--format", "markdown", "--from", machine("cuda/ready-two-gpus")).out
        self.assertIn("### PyTorch on CUDA", text)
        self.assertRegex(text, r"\| Version \| CUDA \| Driver \|")

    def test_markdown_goes_into_a_document(self):
        path = self.write("setup.md", "# Set-up\n\n<!-- rigfit:begin -->\n<!-- rigfit:end -->\n\nThe end.\n")
        here, other = (["--from", machine(name)] for name in ("cuda/ready-two-gpus", "rocm/ready-instinct"))
        self.assertEqual(run("builds", "--into", path, "--check", *here).returncode, 1)
        for _ in range(2):
            result = run("builds", "--into", path, *here)
            self.assertEqual((result.returncode, result.out, result.err), (0, "", ""))
            with open(path, encoding="utf-8") as file:
                text = file.read()
            self.assertIn("### PyTorch on CUDA", text)
            self.assertTrue(text.startswith("# Set-up\n") and text.endswith("\n\nThe end.\n"))
        self.assertEqual(run("builds", "--into", path, "--check", *here).returncode, 0)
        self.assertEqual(run("builds", "--into", path, "--check", *other).returncode, 1)
        self.refused("builds", "--into", path, "--format", "html", *here, says=["Markdown"])
        self.refused("builds", "--check", *here, says=["--into"])

    def test_page_holds_every_build_and_lets_nothing_in(self):
        for name in ("cuda/ready-driver-too-old", "rocm/ready-instinct", "mps/ready", "host/no-accelerator"):
            for options in ([], ["--all"]):
                value = json.loads(run("builds", "--format", "json", "--from", machine(name), *options).out)
                text = run("builds", "--format", "html", "--from", machine(name), *options).out
                self.assertEqual(text.count('<tr role="row" class="build'), sum(len(table["builds"]) for table in value["tables"]), name)
                self.assertIn("script-src 'none'", text)
                self.assertNotRegex(text, r"<script|<link rel=\"stylesheet|{{|src=\"http")
                for table in value["tables"]:
                    self.assertIn(f'<section id="{table["framework"]}-{table["platform"]}"', text)
                marked = sum(row["here"] == "installs" for table in value["tables"] for row in table["builds"])
                self.assertEqual(text.count('<span class="badge installs">'), marked, name)
                self.assertLess(len(text), 300_000 if options else 150_000, name)
        with open(machine("mps/ready"), encoding="utf-8") as file:
            evil = self.write("evil.json", file.read().replace("Apple M3 Max", "<script>alert(1)</script>"))
        text = run("builds", "--format", "html", "--from", evil).out
        self.assertNotIn("<script", text)
        self.assertIn("&lt;script&gt;", text)


class Env(Test):
    def written(self, kind, name, *options, code=0):
        result = run("env", kind, "--from", machine(name), *options)
        self.assertEqual(result.returncode, code, (kind, name, result.err))
        return result.out

    def test_every_machine_gets_two_kinds(self):
        for n, name in enumerate(all_machines()):
            for kind in (KINDS[n % len(KINDS)], KINDS[(n + 3) % len(KINDS)]):
                result = run("env", kind, "--from", machine(name))
                self.assertIn(result.returncode, (0, 1), (kind, name, result.err))
                if result.returncode == 1:
                    self.assertEqual(result.out, "")
                    self.assertTrue(result.err.startswith("rigfit: "), result.err)
                    continue
                self.readable(kind, name, result.out)

    def readable(self, kind, name, text):
        getattr(self, "read_" + kind)(text, name)

    def read_uv(self, text, name):
        if not tomllib:
            return
        value = tomllib.loads(text)
        self.assertTrue(value["project"]["dependencies"], name)
        indexes = {index["name"] for index in value["tool"]["uv"].get("index", [])}
        for source in value["tool"]["uv"].get("sources", {}).values():
            self.assertIn(source["index"], indexes)
        self.assertRegex(value["project"]["requires-python"], r"^==3\.\d+\.\*$")
        for dependency in value["project"]["dependencies"]:
            self.requirement(dependency)

    def requirement(self, text):
        if pep508:
            pep508.Requirement(text)

    def read_pip(self, text, _):
        for line in text.splitlines():
            if line.startswith("#"):
                continue
            if line.startswith("--"):
                self.assertRegex(line, r"^--(index-url|extra-index-url|find-links) https?://\S+$")
            else:
                self.requirement(line)

    def read_conda(self, text, _):
        if not yaml:
            return
        value = yaml.safe_load(text)
        self.assertIn("conda-forge", value["channels"])
        pip = [entry["pip"] for entry in value["dependencies"] if isinstance(entry, dict)][0]
        for line in pip:
            if not line.startswith("--"):
                self.requirement(line)

    def read_pixi(self, text, _):
        if not tomllib:
            return
        value = tomllib.loads(text)
        self.assertRegex(value["workspace"]["platforms"][0], r"^(linux-64|linux-aarch64|osx-64|osx-arm64|win-64|win-arm64)$")
        self.assertTrue(value["pypi-dependencies"])

    def read_docker(self, text, name):
        instructions = [line.split(" ", 1) for line in text.splitlines() if line and not line.startswith("#")]
        self.assertEqual(instructions[0][0], "FROM", name)
        self.assertRegex(instructions[0][1], r"^[a-z0-9.-]+(/[a-z0-9._-]+)+:[A-Za-z0-9._-]+$")
        for word, _ in instructions:
            self.assertIn(word, ("FROM", "ENV", "RUN", "WORKDIR", "CMD"), name)
        for word, rest in instructions:
            if word == "RUN":
                shell = subprocess.run(["sh", "-n", "-c", rest], capture_output=True, check=False)
                self.assertEqual(shell.returncode, 0, (rest, shell.stderr))

    def read_apptainer(self, text, _):
        self.assertRegex(text, r"(?m)^Bootstrap: docker\nFrom: \S+:\S+$")
        sections = dict(re.findall(r"(?ms)^%(\w+)\n(.*?)(?=^%|\Z)", text))
        self.assertLessEqual({"post", "environment", "runscript"}, sections.keys())
        for body in sections.values():
            self.assertEqual(subprocess.run(["sh", "-n", "-c", body], capture_output=True, check=False).returncode, 0, body)

    def read_devcontainer(self, text, _):
        value = json.loads(text)
        self.assertIn("image", value)
        for option in value["runArgs"]:
            self.assertRegex(option, r"^--[a-z-]+(=\S+)?$", "each argument by itself, and no shell is there to expand it")
            self.assertNotIn("$(", option)

    def test_a_gpu_of_the_host_reaches_the_container(self):
        self.assertIn("--gpus=all", self.written("docker", "cuda/ready-two-gpus"))
        rocm = self.written("docker", "rocm/ready-instinct")
        for part in ("--device=/dev/kfd", "--device=/dev/dri", "--group-add="):
            self.assertIn(part, rocm)
        self.assertNotIn("--gpus", self.written("docker", "host/no-accelerator"))
        mac = run("env", "docker", "--from", machine("mps/ready"))
        self.assertIn("no GPU on macOS", mac.err)
        self.assertIn("no GPU on macOS", mac.out)

    def test_output_and_framework(self):
        path = os.path.join(self.folder, "pyproject.toml")
        result = run("env", "uv", "--framework", "JAX", "--from", machine("cuda/ready-two-gpus"), "--output", path)
        self.assertEqual((result.returncode, result.out), (0, ""), result.err)
        with open(path, encoding="utf-8") as file:
            self.assertIn('"jax[cuda13]<0.13"', file.read())

    def test_wrong_usage(self):
        self.refused("env", says=["KIND"])
        self.refused("env", "dockr", says=["did you mean", "docker"])
        self.refused("env", "uv", "--framework", "pytorhc", "--from", machine("cuda/ready-two-gpus"), says=["did you mean"])

    def test_readers_are_there(self):
        missing = [name for name, module in (("tomllib (Python 3.11)", tomllib), ("python3-yaml", yaml), ("python3-packaging", pep508),
                                             ("python3-jsonschema", jsonschema)) if not module]
        if missing:
            self.skipTest("not read by the real readers, as these are missing: " + ", ".join(missing))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
