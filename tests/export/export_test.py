#!/usr/bin/env python3
"""export_test.py RIGFIT MACHINES: what `rigfit export` writes, held against what each tool's documentation says that it
reads, and read by the tools that are here (sh always; promtool and tomllib where they are)."""
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

try:
    import tomllib
except ImportError:  # before Python 3.11
    tomllib = None

RIGFIT, MACHINES = sys.argv[1], sys.argv[2]
TARGETS = ("slurm", "slurm-features", "nfd", "prometheus", "ansible", "env", "conda", "uv", "pep850", "cdi")


def run(*arguments, **options):
    result = subprocess.run([RIGFIT, *arguments], capture_output=True, timeout=60, **options)
    result.out, result.err = result.stdout.decode(), result.stderr.decode()
    return result


def machine(name):
    return os.path.join(MACHINES, name, "machine.json")


def export(target, name, *arguments):
    return run("export", target, "--from", machine(name), *arguments)


def report(name):
    return json.loads(run("--format", "json", "--from", machine(name)).out)


def all_machines():
    return sorted(os.path.relpath(folder, MACHINES) for folder, _, files in os.walk(MACHINES) if "machine.json" in files)


def sourced(text, **before):
    """What a POSIX shell that reads `text` has in its environment, beside PATH."""
    script = text + "\nexec env -0\n"
    before["PATH"] = os.environ["PATH"]
    done = subprocess.run(["sh", "-eu", "-c", script], capture_output=True, timeout=10, env=before, check=True)
    pairs = [pair.split("=", 1) for pair in done.stdout.decode().split("\0") if pair]
    return {name: value for name, value in pairs if name not in ("PATH", "PWD", "OLDPWD", "_", "SHLVL")}


# --- the formats, by their documentation ----------------------------------------------------------------------------------


def nfd_labels(text):
    """https://kubernetes-sigs.github.io/node-feature-discovery/stable/usage/customization-guide.html#local-feature-source
    and https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set"""
    assert len(text.encode()) <= 65536 and text.endswith("\n")
    word = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?\Z")
    subdomain = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\Z")
    labels = {}
    for line in text.splitlines():
        if line.startswith("#"):
            assert not line.startswith("# +"), f"a directive: {line}"
            continue
        assert line == line.strip() and line, repr(line)
        key, _, value = line.partition("=")
        prefix, slash, name = key.partition("/")
        assert slash and subdomain.match(prefix) and len(prefix) <= 253, key
        assert prefix.endswith(".feature.node.kubernetes.io"), f"NFD refuses {prefix}"
        assert word.match(name), key
        assert value == "" or word.match(value), line
        assert key not in labels, f"twice: {key}"
        labels[name] = value
    return labels


def metrics(text):
    """https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details"""
    assert text.endswith("\n")
    series, family, families = {}, None, set()
    for line in text.splitlines():
        if line.startswith("# HELP "):
            family = line.split(" ")[2]
            assert family not in families, f"{family} is in two places"
            families.add(family)
            assert line.endswith("."), line
            continue
        if line.startswith("# TYPE "):
            assert line == f"# TYPE {family} gauge", line
            continue
        match = re.fullmatch(r'([a-z][a-z0-9_]*)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+)\})? (-?[0-9.e+]+)', line)
        assert match and match[1] == family, line
        assert not match[1].endswith("_total"), f"{match[1]} is a gauge"
        key = (match[1], match[2] or "")
        assert key not in series, f"twice: {line}"
        series[key] = float(match[3])
    return series


def gres(text):
    """Lines of gres.conf by https://slurm.schedmd.com/gres.conf.html, as dictionaries."""
    lines = []
    for line in text.splitlines():
        if line.startswith("#") or not line:
            continue
        pairs = dict(word.split("=", 1) for word in line.split(" "))
        allowed = {"NodeName", "Name", "Type", "File", "Cores", "Flags", "AutoDetect"}
        assert set(pairs) <= allowed and len(pairs) == len(line.split(" ")), line
        if "AutoDetect" not in pairs:
            assert re.fullmatch(r"/dev/[A-Za-z/_-]+([0-9]+|\[[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*\])", pairs["File"]), line
            assert re.fullmatch(r"[a-z0-9_.-]+", pairs.get("Type", "x")), line
            assert re.fullmatch(r"[0-9,-]+", pairs.get("Cores", "0")), line
        lines.append(pairs)
    files = [file for line in lines for file in files_of(line.get("File", ""))]
    assert len(files) == len(set(files)), f"a device twice: {text}"
    return lines


def files_of(pattern):
    """/dev/nvidia[0-1,3]: what Slurm expands it to."""
    stem, bracket, rest = pattern.partition("[")
    for part in rest.rstrip("]").split(",") if bracket else []:
        first, _, last = part.partition("-")
        yield from (stem + str(n) for n in range(int(first), int(last or first) + 1))
    if pattern and not bracket:
        yield pattern


class Export(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def hostile(self, name, device_name):
        """A machine whose GPUs have that name, as bytes of the library's answer."""
        with open(machine(name), encoding="utf-8") as file:
            recording = json.load(file)
        nvml = json.loads(recording["answers"]["ask:nvml"]["text"])
        for device in nvml["devices"]:
            device["name"] = device_name
        recording["answers"]["ask:nvml"]["text"] = json.dumps(nvml) + "\n"
        path = os.path.join(self.folder, "machine.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(recording, file)
        return path


class EveryMachine(Export):
    def check_text(self, target, name, result):
        where = (target, name, result.err)
        self.assertIn(result.returncode, (0, 3), where)
        if result.returncode == 3:
            self.assertRegex(result.err, r"\Arigfit: (left out: |nothing is known)", where)
        else:
            self.assertEqual(result.err, "", where)
        for c in result.out:
            self.assertTrue(c == "\n" or (c.isprintable()), (where, repr(c)))

    def test_each_format_is_what_its_tool_reads(self):
        readers = {"nfd": nfd_labels, "prometheus": metrics, "slurm": gres, "ansible": json.loads}
        if tomllib:
            readers["pep850"] = tomllib.loads
        pairs = [(target, name) for n, name in enumerate(all_machines()) for target in (TARGETS if n % 3 == 0 else readers)]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(lambda pair: export(*pair), pairs))
        for (target, name), result in zip(pairs, results):
            self.check_text(target, name, result)
            with self.subTest(target=target, machine=name):
                if target in readers:
                    readers[target](result.out)

    def test_shells_read_the_variables(self):
        for name in all_machines()[::7] + ["cuda/ready-two-sockets", "rocm/ready-instinct", "host/nothing-recorded"]:
            for target in ("env", "conda", "uv"):
                old = {"RIGFIT_CUDA_DRIVER_VERSION": "of another machine"} if target == "env" else {}
                variables = sourced(export(target, name).out, **old)
                if target == "env":
                    self.assertEqual(variables["RIGFIT_ERRORS"], str(sum(
                        finding["severity"] == "error" for finding in report(name)["findings"])), name)
                    self.assertNotEqual(variables.get("RIGFIT_CUDA_DRIVER_VERSION"), "of another machine")

    def test_states_are_those_of_the_report(self):
        for name in all_machines()[::5]:
            platforms = report(name)["platforms"]
            series = metrics(export("prometheus", name).out)
            fact = json.loads(export("ansible", name).out)["platforms"]
            for id_, platform in platforms.items():
                if id_ in ("cpu", "npu") or platform["state"] == "not_applicable":
                    continue  # frameworks do not train on NPUs
                self.assertEqual(fact[id_]["state"], platform["state"], (name, id_))
                key = ("rigfit_platform_state", f'platform="{id_}",state="{platform["state"]}"')
                self.assertEqual(series[key], 1, (name, key))


class Slurm(Export):
    def test_two_sockets(self):
        """Cores are counted as lstopo -l counts them; the files by the minor numbers, which are not the GPUs' order."""
        result = export("slurm", "cuda/ready-two-sockets", "--node", "gpu[01-16]")
        self.assertEqual(result.returncode, 0, result.err)
        type_ = "nvidia_h100_80gb_hbm3"
        common = {"NodeName": "gpu[01-16]", "Name": "gpu", "Type": type_, "Flags": "nvidia_gpu_env"}
        self.assertEqual(gres(result.out), [{**common, "File": "/dev/nvidia[0-3]", "Cores": "0-3"},
                                            {**common, "File": "/dev/nvidia[4-7]", "Cores": "4-7"}])
        self.assertIn("#   GresTypes=gpu\n", result.out)
        features = export("slurm-features", "cuda/ready-two-sockets").out.strip()
        self.assertEqual(features, "cuda,sm_90,cuda-13.0,x86-64-v4,pytorch")
        self.assertIn(f"#   NodeName=gpu[01-16] Gres=gpu:{type_}:8 Feature={features}\n", result.out)

    def test_amd_gpus_are_named_by_their_render_nodes(self):
        lines = gres(export("slurm", "rocm/ready-instinct").out)
        self.assertTrue(lines)
        for line in lines:
            self.assertTrue(line["File"].startswith("/dev/dri/renderD"), line)
            self.assertEqual(line["Flags"], "amd_gpu_env")

    def test_a_divided_gpu_is_left_to_slurm(self):
        result = export("slurm", "cuda/ready-mig-instances", "--node", "n1")
        self.assertEqual(gres(result.out), [{"NodeName": "n1", "AutoDetect": "nvml"}])

    def test_what_is_not_surely_right_is_left_out(self):
        for name, why in (("cuda/ready-two-gpus", "number of its device node"), ("cuda/blocked-driver-not-bound", "")):
            result = export("slurm", name)
            self.assertEqual((result.returncode, gres(result.out)), (3, []), name)
            self.assertIn(why, result.err)
            self.assertEqual(export("slurm", name, "--exit-zero").returncode, 0)
        self.assertEqual(export("slurm", "host/no-accelerator").returncode, 0, "there is nothing to leave out")

    def test_a_name_that_is_no_type_is_refused_and_not_changed(self):
        result = run("export", "slurm", "--from", self.hostile("cuda/ready-two-sockets", "A:100,evil(S:0)\nName=x"))
        self.assertEqual(result.returncode, 3)
        self.assertIn("Type", result.err)
        self.assertNotIn("evil", result.out)
        self.assertEqual({line.get("Type") for line in gres(result.out)}, {None})


class Prometheus(Export):
    def test_promtool_finds_nothing(self):
        promtool = shutil.which("promtool")
        if not promtool:
            self.skipTest("promtool is not installed (Debian: prometheus; ./dev test --cluster)")
        for name in all_machines():
            done = subprocess.run([promtool, "check", "metrics"], input=export("prometheus", name).stdout,
                                  capture_output=True, timeout=60)
            self.assertEqual((done.returncode, done.stdout + done.stderr), (0, b""), name)

    def test_values(self):
        series = metrics(export("prometheus", "cuda/ready-two-sockets").out)
        self.assertEqual(series[("rigfit_platform_usable_devices", 'platform="cuda"')], 8)
        self.assertEqual(series[("rigfit_device_memory_bytes", 'platform="cuda",device="0000:17:00.0"')], 85520809984)
        self.assertEqual(series[("rigfit_findings", 'severity="error"')], 0)

    def test_the_time_is_when_the_machine_was_looked_at(self):
        with open(machine("host/no-accelerator"), encoding="utf-8") as file:
            recording = json.load(file)
        for recorded, seconds in (("2026-11-27T04:20:05Z", 1795753205), ("2024-02-29T23:59:59Z", 1709251199),
                                  ("1970-01-01T00:00:00Z", 0)):
            recording["recorded"] = recorded
            path = os.path.join(self.folder, "machine.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(recording, file)
            series = metrics(run("export", "prometheus", "--from", path).out)
            self.assertEqual(series[("rigfit_last_run_timestamp_seconds", "")], seconds)

    def test_labels_are_escaped(self):
        series = metrics(run("export", "prometheus", "--from", self.hostile("cuda/ready-two-gpus", 'A "B" \\ C')).out)
        self.assertTrue(any('name="A \\"B\\" \\\\ C"' in labels for _, labels in series), series)


class Nfd(Export):
    def test_labels(self):
        labels = nfd_labels(export("nfd", "cuda/ready-two-sockets").out)
        self.assertEqual({key: labels[key] for key in ("cuda.state", "cuda.devices", "cuda.product", "cuda.architecture",
                                                       "cuda.driver", "framework", "errors")},
                         {"cuda.state": "ready", "cuda.devices": "8", "cuda.product": "NVIDIA-H100-80GB-HBM3",
                          "cuda.architecture": "sm_90", "cuda.driver": "580.95.05", "framework": "pytorch", "errors": "0"})
        self.assertNotIn("rocm.state", labels, "a platform that is not there")
        self.assertEqual(nfd_labels(export("nfd", "cuda/blocked-driver-not-bound").out)["cuda.state"], "blocked")

    def test_what_is_no_label_is_refused_and_not_changed(self):
        for name in ("A (rev a1)", "x" * 64, "-", "Ä", "a\nrigfit.feature.node.kubernetes.io/forged=true"):
            result = run("export", "nfd", "--from", self.hostile("cuda/ready-two-gpus", name))
            self.assertEqual(result.returncode, 3, name)
            labels = nfd_labels(result.out)
            self.assertNotIn("cuda.product", labels)
            self.assertNotIn("forged", labels)
            self.assertIn("cuda.product", result.err)


class Shell(Export):
    def test_env(self):
        variables = sourced(export("env", "cuda/ready-two-sockets").out)
        self.assertEqual({key: variables.get(key) for key in (
            "RIGFIT_FRAMEWORK", "RIGFIT_FRAMEWORK_PLATFORM", "RIGFIT_PLATFORMS", "RIGFIT_CUDA_STATE", "RIGFIT_CUDA_DEVICES",
            "RIGFIT_CUDA_ARCHITECTURES", "RIGFIT_CUDA_DRIVER_VERSION", "RIGFIT_ROCM_STATE", "RIGFIT_ROCM_DRIVER_VERSION")},
            {"RIGFIT_FRAMEWORK": "pytorch", "RIGFIT_FRAMEWORK_PLATFORM": "cuda", "RIGFIT_PLATFORMS": "cuda",
             "RIGFIT_CUDA_STATE": "ready", "RIGFIT_CUDA_DEVICES": "8", "RIGFIT_CUDA_ARCHITECTURES": "sm_90",
             "RIGFIT_CUDA_DRIVER_VERSION": "580.95.05", "RIGFIT_ROCM_STATE": "absent", "RIGFIT_ROCM_DRIVER_VERSION": None})
        self.assertEqual(variables["RIGFIT_INSTALL"], report("cuda/ready-two-sockets")["recommendation"]["install"])

    def test_no_value_is_run_or_expanded(self):
        """The driver's version and the system's name come from files that a stranger may have written."""
        canary = os.path.join(self.folder, "canary")
        for evil in (f"'; touch {canary}; '", f"$(touch {canary})", f"`touch {canary}`", f"\\'; touch {canary} #", "a'b\"c$HOME"):
            with open(machine("xpu/ready-arc"), encoding="utf-8") as file:
                recording = json.load(file)
            for key in recording["answers"]:
                if key.startswith("file:/sys/module/") and key.endswith("/version"):
                    recording["answers"][key] = {"outcome": "found", "lines": [evil]}
            recording["arch"] = evil
            path = os.path.join(self.folder, "machine.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(recording, file)
            for target in ("env", "conda", "uv"):
                variables = sourced(run("export", target, "--from", path).out)
                self.assertFalse(os.path.exists(canary), (target, evil))
                if target == "env" and "RIGFIT_ARCH" in variables:
                    self.assertEqual(variables["RIGFIT_ARCH"], evil)

    def test_conda(self):
        """https://conda.org/learn/ceps/cep-0030 and cep-0046: an empty value means that there is no such package."""
        for name, expected in (
                ("cuda/ready-two-sockets", {"CONDA_OVERRIDE_CUDA": "13.0", "CONDA_OVERRIDE_CUDA_ARCH": "9.0",
                                            "CONDA_OVERRIDE_LINUX": "6.1.0", "CONDA_OVERRIDE_ARCHSPEC": "x86_64_v4"}),
                ("host/no-accelerator", {"CONDA_OVERRIDE_CUDA": "", "CONDA_OVERRIDE_CUDA_ARCH": ""}),
                ("cuda/blocked-driver-not-bound", {"CONDA_OVERRIDE_CUDA": ""}),
                ("host/musl", {"CONDA_OVERRIDE_GLIBC": ""}),
                ("host/arm-server", {"CONDA_OVERRIDE_ARCHSPEC": "aarch64"})):
            variables = sourced(export("conda", name).out)
            self.assertEqual({key: variables.get(key) for key in expected}, expected, name)
        mixed = sourced(export("conda", "mixed/nvidia-generations").out)
        capabilities = [device["compute_capability"] for device in report("mixed/nvidia-generations")["platforms"]["cuda"]["devices"]]
        self.assertEqual(mixed["CONDA_OVERRIDE_CUDA_ARCH"], min(capabilities, key=lambda c: tuple(map(int, c.split(".")))))
        for value in mixed.values():
            self.assertRegex(value, r"\A([0-9]+(\.[0-9]+)*|x86_64(_v[234])?|aarch64)?\Z")

    def test_uv(self):
        for name, expected in (("cuda/ready-two-sockets", "cu132"), ("host/no-accelerator", "cpu"), ("xpu/ready-arc", "xpu"),
                               ("mps/ready", "cpu")):
            self.assertEqual(sourced(export("uv", name).out), {"UV_TORCH_BACKEND": expected}, name)
        for name in all_machines()[::4]:
            result = export("uv", name)
            chosen = sourced(result.out).get("UV_TORCH_BACKEND")
            recommended = report(name)["recommendation"]
            install = recommended["install"] or ""
            if chosen and recommended["framework"] == "pytorch" and "--index-url" in install:
                self.assertIn(f"/whl/{chosen}", install, name)
            if not chosen and result.returncode == 0:
                self.fail(name)


class Pep850(Export):
    def test_it_is_what_uv_reads(self):
        """The form: https://github.com/astral-sh/uv/pull/12203; names and values: PEP 825; properties: the providers."""
        if not tomllib:
            self.skipTest("Python has no tomllib before 3.11")
        word = re.compile(r"[a-z0-9_]+\Z")
        for name in all_machines():
            lock = tomllib.loads(export("pep850", name).out)
            self.assertEqual(set(lock), {"metadata", "provider"}, name)
            self.assertEqual(set(lock["metadata"]), {"created-by", "version"})
            for provider in lock["provider"]:
                self.assertEqual(set(provider), {"resolved", "plugin-api", "namespace", "properties"}, name)
                self.assertRegex(provider["resolved"][0], r"\A[a-z0-9-]+==[0-9.]+\Z")
                self.assertTrue(word.match(provider["namespace"]))
                for feature, values in provider["properties"].items():
                    self.assertTrue(word.match(feature))
                    self.assertTrue(values and len(values) == len(set(values)), (name, feature))
                    for value in values:
                        self.assertRegex(value, r"\A[a-z0-9_.]+\Z")

    def test_nvidia_as_its_provider_says(self):
        if not tomllib:
            self.skipTest("Python has no tomllib before 3.11")
        lock = tomllib.loads(export("pep850", "cuda/ready-two-sockets").out)
        nvidia, x86 = lock["provider"]
        lower = nvidia["properties"]["cuda_version_lower_bound"]
        self.assertEqual(lower[:3] + lower[-2:], ["13.0", "13", "12.20", "11.0", "11"], "the driver supports CUDA 13.0")
        upper = nvidia["properties"]["cuda_version_upper_bound"]
        self.assertEqual((upper[0], upper[-1], "13" in upper, "13.1" in upper), ("15.20", "13.1", False, True))
        self.assertEqual(nvidia["properties"]["sm_arch"], ["90_real", "90_virtual"])
        self.assertEqual(x86["properties"]["level"], ["v4", "v3", "v2", "v1"])
        self.assertEqual(tomllib.loads(export("pep850", "mps/ready").out)["provider"], [])


class Cdi(Export):
    def test_names_as_the_specification_has_them(self):
        """SPEC.md of the Container Device Interface, 1.1.0: vendor/class=name."""
        result = export("cdi", "cuda/ready-cdi-stale")
        self.assertEqual((result.out, result.returncode), ("habana.ai/gaudi=0\n", 3))
        for name in ("0", "1", "all"):
            self.assertIn(f"left out: nvidia.com/gpu={name}: its specification names the libraries of another driver", result.err)
        result = export("cdi", "cuda/ready-two-gpus")
        self.assertEqual((result.out, result.returncode), ("", 3))

    def test_names_of_the_loaded_driver(self):
        with open(machine("cuda/ready-cdi-stale"), encoding="utf-8") as file:
            recorded = json.load(file)
        recorded["answers"]["file:/etc/cdi/nvidia.yaml"]["lines"][0] = "libcuda.so.580.95.05"
        recorded["answers"]["file:/var/run/cdi/gaudi.json"]["lines"][1] = '"name": "0 `id`",'
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(recorded, file)
            file.flush()
            result = run("export", "cdi", "--from", file.name)
        self.assertEqual((result.out, result.err, result.returncode),
                         ("nvidia.com/gpu=0\nnvidia.com/gpu=1\nnvidia.com/gpu=all\n", "", 0))


class Ansible(Export):
    def test_fact(self):
        fact = json.loads(export("ansible", "cuda/ready-two-sockets").out)
        self.assertEqual(fact["platforms"]["cuda"]["usable_devices"], 8)
        self.assertEqual(fact["recommended"]["id"], "pytorch")

        def check_keys(value, where):
            if isinstance(value, dict):
                for key, member in value.items():
                    self.assertRegex(key, r"\A[a-z][a-z0-9_]*\Z", f"{where}: Jinja cannot write it behind a dot")
                    check_keys(member, f"{where}.{key}")
            elif isinstance(value, list):
                for member in value:
                    check_keys(member, where)
        check_keys(fact, "ansible_local.rigfit")

    def test_hostile_names_are_left_out(self):
        result = run("export", "ansible", "--from", self.hostile("cuda/ready-two-gpus", "evil\x1b[2J"))
        self.assertEqual(result.returncode, 3)
        self.assertIn("name", result.err)
        self.assertIsNone(json.loads(result.out)["platforms"]["cuda"]["devices"][0]["name"])


class CommandLine(Export):
    def test_usage(self):
        for arguments, says in ((["export"], "TARGET is missing: slurm, "), (["export", "slrum"], "did you mean \"slurm\""),
                                (["export", "nfd", "--node", "n1"], "--node"),
                                (["export", "slurm", "--node", "n1 Name=x"], "--node"),
                                (["export", "slurm", "--node", ""], "--node")):
            result = run(*arguments)
            self.assertEqual((result.returncode, result.out), (2, ""), arguments)
            self.assertIn(says, result.err)
        help_ = run("export", "--help").out
        for target in TARGETS:
            self.assertIn(f"  {target}", help_)

    def test_nothing_known_is_said(self):
        for target in TARGETS:
            self.assertEqual(export(target, "host/nothing-recorded").returncode, 3, target)

    def test_output_is_one_file_written_whole(self):
        path = os.path.join(self.folder, "rigfit.prom")
        result = export("prometheus", "cuda/ready-two-sockets", "--output", path)
        self.assertEqual((result.returncode, result.out, os.listdir(self.folder)), (0, "", ["rigfit.prom"]))
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), export("prometheus", "cuda/ready-two-sockets").out)

    def test_this_machine(self):
        for target in TARGETS:
            self.assertIn(run("export", target).returncode, (0, 3), target)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
