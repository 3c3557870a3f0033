#!/usr/bin/env python3
"""Writes json.md, the reference of what rigfit writes as JSON, from the schemas and the vocabulary of facts in rules/.

    docs/reference.py [--check]     --check changes nothing, and fails where json.md is out of date
"""
import glob
import json
import os
import sys

from made import keep

HERE = os.path.dirname(os.path.abspath(__file__))
RULES = os.path.join(HERE, "..", "rules")
PAGE = os.path.join(HERE, "json.md")
DOCUMENTS = ["report", "check", "choice", "diff", "builds", "fleet", "drift"]  # those first; others that rigfit writes follow by their names
READ_ONLY = {"policy", "conditions"}  # what rigfit reads

HEAD = """# What rigfit writes as JSON

Written by `docs/reference.py` from the schemas (`rigfit rules schema NAME` prints one) and from the vocabulary of facts. Within
version 1 of a document, fields may be added, and none is renamed or removed. What is not known is `null`.
"""


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def documents():
    """Name and schema of every document that rigfit writes: those whose schema has an $id of it."""
    found = {}
    for path in sorted(glob.glob(os.path.join(RULES, "schema", "*.schema.json"))):
        schema = load(path)
        name = os.path.basename(path).split(".")[0]
        if schema.get("$id", "").startswith("urn:rigfit:") and name not in READ_ONLY:
            found[name] = schema
    return sorted(found.items(), key=lambda item: (DOCUMENTS.index(item[0]) if item[0] in DOCUMENTS else len(DOCUMENTS), item[0]))


def cell(text):
    return str(text).replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def code(value):
    text = (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)).replace("|", "\\|")
    return f"`` {text} ``" if "`" in text else f"`{text}`" if text else ""


def reference_in(node):
    """The name of the definition that a node stands for, and whether it may be null."""
    for part in [node, *node.get("allOf", []), *node.get("anyOf", []), *node.get("oneOf", [])]:
        if "$ref" in part:
            options = node.get("anyOf", []) + node.get("oneOf", [])
            return part["$ref"].split("/")[-1], any(option.get("type") == "null" for option in options)
    return None, False


def shape_in(node):
    """The node itself, or what stands beside null."""
    for option in node.get("anyOf", []) + node.get("oneOf", []):
        if "properties" in option:
            return option
    return node


def type_of(node):
    name, may_be_null = reference_in(node)
    if name:
        return f"[{name}](#{name})" + (" or null" if may_be_null else "")
    if "const" in node or "enum" in node:
        words = [node["const"]] if "const" in node else node["enum"]
        return " or ".join("null" if word is None else code(word) for word in words)
    types = node.get("type", shape_in(node).get("type", "any"))
    types = types if isinstance(types, list) else [types]
    if shape_in(node) is not node:
        types = [*types, "null"]
    return " or ".join("list" if kind == "array" else kind for kind in types)


def rows(node, path):
    """A row for each field, depth first."""
    shape = shape_in(node)
    children = [(f"{path}.{name}".lstrip("."), child) for name, child in shape.get("properties", {}).items()]
    if isinstance(shape.get("additionalProperties"), dict):
        children.append((f"{path}.*".lstrip("."), shape["additionalProperties"]))
    if isinstance(shape.get("items"), dict):
        children.append((f"{path}[]", shape["items"]))
    for where, child in children:
        examples = " ".join(code(one) for one in child.get("examples", []))
        yield f"| `{where}` | {type_of(child)} | {child.get('unit', '')} | {cell(child.get('description', ''))} | {examples} |"
        if not reference_in(child)[0]:
            yield from rows(child, where)


def table(node):
    return ["| field | type | unit | what it is | example |", "| --- | --- | --- | --- | --- |", *rows(node, "")]


def facts_table():
    lines = ["## Facts", "",
             "Every fact of the vocabulary. Those of the machine stand in `facts` by these names; those of a platform in",
             "`platforms.PLATFORM` without the platform's name in front (`cuda.driver_version` is `driver_version` there), and",
             "those of a device in `platforms.PLATFORM.devices[]` without `device`. Where a fact is `null`, its full name is in",
             "`unknowns` or `none`.", "", "| fact | type | what it is |", "| --- | --- | --- |"]
    for path in sorted(glob.glob(os.path.join(RULES, "facts", "*.json"))):
        for fact in load(path)["facts"]:
            for member in fact.get("each", [None]):
                name = fact["name"].replace("{}", str(member)) if member is not None else fact["name"]
                about = fact["about"].replace("{}", str(member))
                lines.append(f"| `{name}` | {fact['type']} | {cell(about)} |")
    return lines


def page():
    lines = [HEAD]
    for name, schema in documents():
        lines += [f"## {schema['title']}", "", schema.get("description", ""), "", f"`rigfit rules schema {name}`", "", *table(schema), ""]
        for part, node in schema.get("definitions", {}).items():
            lines += [f"### {part}", "", node["description"], "", *table(node), ""]
    return "\n".join([*lines, *facts_table()]) + "\n"


if __name__ == "__main__":
    sys.exit(keep(PAGE, page(), "docs/reference.py"))
