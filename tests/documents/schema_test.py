#!/usr/bin/env python3
"""The schemas of what rigfit writes say all of it, field by field: schema_test.py RIGFIT MACHINES

Every field has a description, an example that its own schema takes, and a unit if it is a number; every JSON of every machine
holds to them and has no member that they do not name; docs/json.md is what docs/reference.py makes of them."""
import concurrent.futures
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

try:
    import jsonschema
except ImportError:
    jsonschema = None

RIGFIT, MACHINES = sys.argv[1:3]
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
DOCUMENTS = ["report", "check", "choice", "builds", "diff", "fleet", "drift"]


def rigfit(*arguments):
    result = subprocess.run([RIGFIT, *arguments], capture_output=True, text=True, check=False)
    assert result.returncode in (0, 1, 3), (arguments, result.returncode, result.stderr)
    return result.stdout


def schema_of(name):
    return json.loads(rigfit("rules", "schema", name))


class Schema:
    def __init__(self, whole):
        self.whole = whole

    def resolved(self, node):
        """What a node says with what it refers to, as one object; draft 7 ignores what stands beside a $ref."""
        merged = dict(node)
        for part in [*node.get("allOf", []), *(one for key in ("anyOf", "oneOf") for one in node.get(key, []) if one != {"type": "null"})]:
            merged = {**self.resolved(part), **merged}
        if "$ref" in node:
            target = self.whole
            for step in node["$ref"].split("/")[1:]:
                target = target[step]
            merged = {**self.resolved(target), **merged}
        return merged

    def fields(self):
        """Path and node of every field, those of definitions once."""
        def below(node, path):
            for name, child in node.get("properties", {}).items():
                yield from at(child, f"{path}.{name}")
            for key, mark in (("additionalProperties", ".*"), ("items", "[]")):
                if isinstance(node.get(key), dict):
                    yield from at(node[key], path + mark)
            for key in ("allOf", "anyOf", "oneOf"):
                for option in node.get(key, []):
                    yield from below(option, path)

        def at(node, path):
            yield path, node
            yield from below(node, path)
        yield from below(self.whole, "")
        for name, definition in self.whole.get("definitions", {}).items():
            yield from at(definition, f"#{name}")

    def unnamed(self, value, is_known, node=None, path=""):
        """Paths of members that the schema does not name."""
        node = self.resolved(self.whole if node is None else node)
        if isinstance(value, dict):
            for name, member in value.items():
                where = f"{path}.{name}"
                if name in node.get("properties", {}):
                    yield from self.unnamed(member, is_known, node["properties"][name], where)
                elif isinstance(node.get("additionalProperties"), dict):
                    yield from self.unnamed(member, is_known, node["additionalProperties"], where)
                elif not is_known(where):
                    yield where
        elif isinstance(value, list):
            for member in value:
                if isinstance(node.get("items"), dict):
                    yield from self.unnamed(member, is_known, node["items"], f"{path}[]")
                else:
                    yield f"{path}[]"


def vocabulary():
    """Every fact with its type in JSON."""
    types = {"bool": "boolean", "int": "number", "float": "number", "text": "string", "version": "string", "list": "list"}
    facts = {}
    for path in glob.glob(os.path.join(ROOT, "rules", "facts", "*.json")):
        with open(path, encoding="utf-8") as file:
            for fact in json.load(file)["facts"]:
                for member in fact.get("each", [None]):
                    facts[fact["name"].replace("{}", str(member))] = types[fact["type"]]
    return facts


class EveryField(unittest.TestCase):
    def test_is_described(self):
        for name in DOCUMENTS:
            schema = Schema(schema_of(name))
            self.assertTrue(schema.whole["$id"].startswith("urn:rigfit:"), name)
            self.assertGreater(len(schema.whole["description"]), 20, name)
            for path, node in schema.fields():
                where = f"{name}{path}"
                whole = schema.resolved(node)
                self.assertGreater(len(whole.get("description", "")), 3, where)
                types = whole.get("type", [])
                types = {types} if isinstance(types, str) else set(types)
                if types & {"integer", "number"} and "string" not in types:
                    self.assertTrue(whole.get("unit"), f"{where}: a number without a unit")
                if not types & {"object", "array"} or types & {"string", "integer"}:
                    self.assertTrue(whole.get("examples") or "enum" in whole or "const" in whole, f"{where}: no example")

    @unittest.skipUnless(jsonschema, "python3-jsonschema is not installed")
    def test_has_examples_that_are_right(self):
        for name in DOCUMENTS:
            whole = schema_of(name)
            jsonschema.Draft7Validator.check_schema(whole)
            for path, node in Schema(whole).fields():
                check = jsonschema.Draft7Validator({**node, "definitions": whole.get("definitions", {})})
                for example in node.get("examples", []):
                    self.assertEqual([error.message for error in check.iter_errors(example)], [], f"{name}{path}")


    def test_of_one_name_has_one_type(self):
        """`driver_version` is a string whatever platform it is of. Of `wsl` there are two since version 1, which keeps them: the
        generation (machine.wsl), and whether CUDA's driver is that of Windows (platforms.cuda.wsl)."""
        types = {}
        for name, kind in vocabulary().items():
            types.setdefault(name.split(".", 1)[1], set()).add(kind)
        self.assertEqual({name for name, kinds in types.items() if len(kinds) > 1}, {"wsl"})


class EveryDocument(unittest.TestCase):
    def hold(self, schema, text, where):
        report = json.loads(text)
        if jsonschema:
            found = [error.message for error in jsonschema.Draft7Validator(schema.whole).iter_errors(report)]
            self.assertEqual(found, [], where)
        facts = self.facts

        def is_fact(path):
            """".platforms.cuda.driver_version", ".platforms.cuda.devices[].name"."""
            parts = path.split(".")
            if len(parts) < 4 or parts[1] != "platforms":
                return False
            if parts[3] == "devices[]":
                return ".".join(["device", *parts[4:]]) in facts
            return ".".join(parts[2:]) in facts
        self.assertEqual(sorted(set(schema.unnamed(report, is_fact))), [], where)

    def test_of_every_machine_holds_to_its_schema(self):
        self.facts = vocabulary()
        report, check = Schema(schema_of("report")), Schema(schema_of("check"))

        def hold(path):
            for command in ([], ["probe"], ["doctor"], ["prove"], ["--profile", "edge", "--require", "memory>=24GiB"]):
                self.hold(report, rigfit(*command, "--format", "json", "--from", path), (command, path))
            self.hold(check, rigfit("check", "accelerator", "memory>=24GiB", "--fail-on", "error", "--format", "json", "--from", path), path)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(hold, sorted(glob.glob(f"{MACHINES}/*/*/machine.json"))))

    def test_of_several_machines_holds_to_its_schema(self):
        self.facts = set()
        machines = [f"{MACHINES}/{name}/machine.json" for name in ("cuda/ready-two-gpus", "mps/ready", "tpu/ready-v5e")]
        text = rigfit("--format", "json", "--require", "memory>=24GiB", *(word for path in machines for word in ("--from", path)))
        self.hold(Schema(schema_of("choice")), text, machines)

    def test_of_builds_and_differences_holds_to_its_schema(self):
        self.facts = vocabulary()
        report, builds, diff = (Schema(schema_of(name)) for name in ("report", "builds", "diff"))
        self.hold(builds, rigfit("builds", "--all", "--format", "json"), "builds --all")
        other = f"{MACHINES}/cuda/ready-two-gpus/machine.json"

        def hold(path):
            self.hold(builds, rigfit("builds", "--format", "json", "--from", path), ("builds", path))
            self.hold(diff, rigfit("diff", "--format", "json", other, path), ("diff", path))
            for change in (["--without-gpu"], ["--with-gpu", "2x RTX 5090"]):
                if "/mps/" not in path or change == ["--without-gpu"]:  # macOS drives no such GPU
                    self.hold(report, rigfit(*change, "--format", "json", "--from", path), (change, path))
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(hold, sorted(glob.glob(f"{MACHINES}/*/ready*/machine.json"))))

    def test_of_a_fleet_holds_to_its_schema(self):
        self.facts = set()
        fleet, drift = Schema(schema_of("fleet")), Schema(schema_of("drift"))
        with tempfile.TemporaryDirectory() as folder:
            before, now = os.path.join(folder, "before"), os.path.join(folder, "now")
            machines = sorted(glob.glob(f"{MACHINES}/*/*/machine.json"))
            # Each node is another machine a day later, and one of them is gone.
            for to, paths in ((before, machines), (now, machines[1:])):
                os.mkdir(to)
                for number, path in enumerate(paths):
                    shutil.copy(path, os.path.join(to, f"gpu{number:03}.json"))
            with open(os.path.join(now, "broken.json"), "w", encoding="utf-8") as file:
                file.write("no JSON")
            text = rigfit("fleet", "--expect", "gpu[000-999]", "--require", "accelerator", "--partition", "part=gpu[000-099]", "--format", "json",
                          now)
            self.hold(fleet, text, "fleet")
            self.assertTrue(json.loads(text)["input"]["problems"])
            text = rigfit("fleet", "diff", before, now, "--format", "json")
            self.hold(drift, text, "drift")
            self.assertTrue(json.loads(text)["changes"] and json.loads(text)["gone"]["count"])

    def test_that_says_more_is_noticed(self):
        schema = Schema(schema_of("report"))
        report = json.loads(rigfit("--format", "json", "--from", f"{MACHINES}/cuda/ready-two-gpus/machine.json"))
        report["machine"]["colour"] = "red"
        report["platforms"]["cuda"]["devices"][0]["elephants"] = 1
        self.assertEqual(list(schema.unnamed(report, lambda path: "elephants" not in path and path.startswith(".platforms."))),
                         [".machine.colour", ".platforms.cuda.devices[].elephants"])


class Reference(unittest.TestCase):
    def test_page_is_up_to_date(self):
        script = os.path.join(ROOT, "docs", "reference.py")
        result = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
