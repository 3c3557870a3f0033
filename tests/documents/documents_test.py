#!/usr/bin/env python3
"""Markdown and HTML of every machine, as what reads them sees them: documents_test.py RIGFIT MACHINES

Markdown goes through cmark-gfm where that is installed: the tables, headings, links and commands that come out have to be
those that went in. HTML is taken apart by Python's parser."""
import base64
import concurrent.futures
import glob
import hashlib
import html.parser
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

RIGFIT, MACHINES = sys.argv[1:3]
CMARK = shutil.which("cmark-gfm")
LARGEST_PAGE = 150_000
VOID = {"meta", "link", "input", "br", "img", "hr"}
HOSTILE = ["<script>alert(1)</script>", "a | b", "`x` ``y``", "*b* _i_ ~s~ [l](javascript:alert(1)) ![i](x)", "@user #1",
           "https://evil.example www.evil.example", "# h", "\u202ex", "&lt;b&gt;", "A" * 10240]


def rigfit(*arguments, machine=None, expect=None):
    source = ["--from", "-"] if machine is not None else []
    result = subprocess.run([RIGFIT, *arguments, *source], input=machine, capture_output=True, text=True, check=False)
    if expect is not None:
        assert result.returncode == expect, (arguments, result.returncode, result.stderr)
    else:
        assert result.returncode in (0, 1, 3), (arguments, result.returncode, result.stderr)
    return result.stdout


def machines():
    for path in sorted(glob.glob(f"{MACHINES}/*/*/machine.json")):
        with open(path, encoding="utf-8") as file:
            yield os.path.relpath(os.path.dirname(path), MACHINES), file.read()


def for_each(function, items):
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda item: function(*item), items))


class Outline(html.parser.HTMLParser):
    """What a document holds, and what is wrong with its tags."""

    def __init__(self, text):
        super().__init__()
        self.open, self.mistakes, self.tags = [], [], []
        self.ids, self.links, self.texts, self.rows, self.codes = [], [], {}, [], []
        self.feed(text)
        self.close()
        if self.open:
            self.mistakes.append(f"not closed: {self.open}")

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.tags.append((tag, values))
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "a":
            self.links.append(values.get("href", ""))
        if tag == "tr":
            self.rows.append(0)
        if tag in ("td", "th"):
            self.rows[-1] += 1
        if tag == "code":
            self.codes.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.mistakes.append(f"</{tag}> closes {self.open[-3:]}")
        else:
            self.open.pop()

    def handle_data(self, data):
        if self.open:
            self.texts[self.open[-1]] = self.texts.get(self.open[-1], "") + data
        if "code" in self.open:
            self.codes[-1] += data


def rendered(markdown):
    return subprocess.run([CMARK, "-e", "table", "-e", "autolink", "-e", "strikethrough", "-e", "tagfilter", "--unsafe"],
                          input=markdown, capture_output=True, text=True, check=True).stdout


def tables_of(markdown):
    """Columns of each row of each table, as they were written; the lines between fences are no tables."""
    rows, fence = [], None
    for line in markdown.splitlines():
        ticks = re.match(r"`{3,}", line)
        if fence:
            fence = None if line == fence else fence
        elif ticks:
            fence = ticks.group()
        elif line.startswith("|") and not re.fullmatch(r"\|( (---|---:) \|)+", line):
            rows.append(len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) - 1)
    return rows


class Markdown(unittest.TestCase):
    @unittest.skipUnless(CMARK, "cmark-gfm is not installed")
    def test_renders_as_it_was_meant(self):
        def check(name, machine):
            report = json.loads(rigfit("--format", "json", machine=machine))
            for command in (["-v"], [], ["doctor"], ["probe"]):
                text = rigfit(*command, "--format", "markdown", machine=machine)
                page = Outline(rendered(text))
                where = f"{name}: rigfit {' '.join(command)}"
                self.assertEqual(page.mistakes, [], where)
                self.assertEqual(page.rows, tables_of(text), where)
                self.assertEqual(sum(1 for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)),
                                 len(re.findall(r"^#{1,6} ", re.sub(r"^(`{3,}).*?^\1$", "", text, flags=re.M | re.S), re.M)), where)
                self.assertEqual([link for link in page.links if not link.startswith("http")], [], where)
                self.assertEqual([tag for tag, _ in page.tags if tag in ("script", "img", "iframe", "input")], [], where)
                codes = [code.strip() for code in page.codes]
                for finding in report["findings"] if command != ["probe"] else []:
                    for step in finding["remedy"] if not finding.get("folded_under") else []:
                        if step["command"]:
                            self.assertIn(step["command"].strip(), codes, where)
            issue = Outline(rendered(rigfit("--format", "issue", machine=machine)))
            self.assertEqual(issue.mistakes, [], name)
            self.assertEqual([tag for tag, _ in issue.tags][:2], ["details", "summary"], name)
        for_each(check, machines())

    @unittest.skipUnless(CMARK, "cmark-gfm is not installed")
    def test_a_hostile_name_stays_text(self):
        with open(f"{MACHINES}/host/no-accelerator/machine.json", encoding="utf-8") as file:
            machine = json.load(file)
        def page_of(name, command):
            machine["answers"]["file:/etc/os-release"] = {"outcome": "found", "lines": [f"PRETTY_NAME={json.dumps(name, ensure_ascii=False)}"]}
            return Outline(rendered(rigfit(*command, machine=json.dumps(machine))))
        for command in (["--format", "markdown", "-v"], ["probe", "--format", "markdown"], ["--format", "issue"]):
            expected = [tag for tag, _ in page_of("x", command).tags]
            for name in HOSTILE:
                self.assertEqual([tag for tag, _ in page_of(name, command).tags], expected, (command, name[:60]))


class IntoADocument(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "README.md")
        with open(f"{MACHINES}/host/no-accelerator/machine.json", encoding="utf-8") as file:
            self.machine = file.read()
        with open(f"{MACHINES}/cuda/ready-two-gpus/machine.json", encoding="utf-8") as file:
            self.other = file.read()

    def write(self, text):
        with open(self.path, "w", encoding="utf-8", newline="") as file:
            file.write(text)

    def read(self):
        with open(self.path, encoding="utf-8", newline="") as file:
            return file.read()

    def test_is_renewed_only_when_something_changed(self):
        self.write("# Our node\n\n<!-- rigfit:begin -->\n<!-- rigfit:end -->\n\nKept.\n")
        rigfit("--into", self.path, "--check", machine=self.machine, expect=1)
        self.assertNotIn("##", self.read(), "--check changes nothing")
        rigfit("--into", self.path, machine=self.machine)
        first = self.read()
        self.assertTrue(first.startswith("# Our node\n\n<!-- rigfit:begin -->\n\n## "))
        self.assertTrue(first.endswith("\n\n<!-- rigfit:end -->\n\nKept.\n"))
        self.assertIn(rigfit("--format", "markdown", machine=self.machine), first)
        rigfit("--into", self.path, "--check", machine=self.machine, expect=0)
        os.utime(self.path, ns=(1, 1))
        rigfit("--into", self.path, machine=self.machine)
        self.assertEqual(self.read(), first)
        self.assertEqual(os.stat(self.path).st_mtime_ns, 1, "what stays as it is is not written")
        rigfit("--into", self.path, "--check", machine=self.other, expect=1)
        rigfit("--into", self.path, machine=self.other)
        self.assertNotEqual(self.read(), first)

    def test_what_is_no_block_is_left_alone(self):
        for text in ("no marks\n", "<!-- rigfit:begin -->\n", "<!-- rigfit:end -->\n<!-- rigfit:begin -->\n"):
            self.write(text)
            for options in ([], ["--check"]):
                rigfit("--into", self.path, *options, machine=self.machine, expect=2)
                self.assertEqual(self.read(), text)
        rigfit("--into", self.path + ".missing", machine=self.machine, expect=2)

    def test_takes_what_goes_with_it(self):
        self.write("<!-- rigfit:begin -->\n<!-- rigfit:end -->\n")
        for wrong in (["--check"], ["--into", self.path, "--format", "json"], ["--into", self.path, "--format", "html"],
                      ["--into", self.path, "--output", "x"], ["--into", "-"]):
            rigfit(*wrong, machine=self.machine, expect=2)
        rigfit("doctor", "--into", self.path, "--format", "issue", machine=self.machine)
        self.assertIn("<details>", self.read())


class Page(unittest.TestCase):
    def test_is_one_sound_file(self):
        sizes = {}

        def check(name, machine):
            for options in ([], ["--candidates", "pytorch,tensorflow"], ["--profile", "edge"], ["--ratings", "seed"],
                            ["--require", "platform=tpu"]):
                if options and not name.startswith(("host/", "mixed/", "cuda/ready")):
                    continue
                where = f"{name} {options}"
                text = rigfit("--format", "html", *options, machine=machine)
                sizes[where] = len(text.encode())
                page = Outline(text)
                self.assertEqual(page.mistakes, [], where)
                self.assertEqual(len(page.ids), len(set(page.ids)), where)
                for link in page.links:
                    self.assertTrue(link.startswith("https://") or link.startswith("http://") or link[1:] in page.ids, (where, link))
                for _, attributes in page.tags:
                    for attribute in ("aria-labelledby", "for"):
                        for target in attributes.get(attribute, "").split():
                            self.assertIn(target, page.ids, where)
                self.check_policy(text, page, where)
        for_each(check, machines())
        largest = max(sizes, key=sizes.get)
        print(f"largest page: {sizes[largest]} bytes, {largest}")
        self.assertLess(sizes[largest], LARGEST_PAGE, largest)

    def check_policy(self, text, page, where):
        policy = next(values["content"] for tag, values in page.tags if values.get("http-equiv") == "Content-Security-Policy")
        self.assertTrue(policy.startswith("default-src 'none';"), where)
        self.assertNotIn("unsafe", policy)
        for tag in ("style", "script"):
            content = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.S)
            self.assertEqual(len(content), 1, where)
            digest = base64.b64encode(hashlib.sha256(content[0].encode()).digest()).decode()
            self.assertIn(f"{tag}-src 'sha256-{digest}'", policy, where)
        for tag, attributes in page.tags:
            for name, value in attributes.items():
                self.assertFalse(name.startswith("on") or name == "style", (where, tag, name))
                if name in ("src", "srcset", "data", "poster", "action") or (name == "href" and tag not in ("a", "use")):
                    self.assertTrue(value.startswith("data:"), (where, tag, value))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
