"""A report's JSON as lines "path = value", without what is the rules' own and the same on every machine.

Kept whole, twelve reports would be 1.4 MB that change with every sentence of rules/. What is left is what was found out about the
machine and what was made of it; the schema test holds the rest."""
import json

RULES_OWN = {"evidence", "because_evidence", "sentence", "scale", "at_0", "at_100", "parts", "choose_when", "code_for", "note", "source",
             "origin", "confidence", "advice", "find_out", "checksum"}
WHOLE_PARTS = {"citations", "statistics", "sources", "comparison", "tool"}  # at the top


def rejection(one):
    return f"{one['build']}/{one['requirement']}: {one['truth']}"


def shortened(name, value):
    """A build as its id; what was passed over as the build and what it lacks."""
    if name in ("build", "after", "build_to_install") and isinstance(value, dict):
        return value["id"]
    if name in ("rejected", "cures"):
        return [rejection(one) for one in value]
    if name == "nearest_miss" and value:
        return rejection(value)
    if name == "terms" and value and isinstance(value[0], dict):
        return [f"{one['fact']} {one['op']} {one['wanted']}: {one['truth']}, as it is {one['seen'] or 'unknown'}" for one in value]
    if name == "undecided":
        return [one["id"] for one in value]
    return value


def lines_of(value, path=""):
    if isinstance(value, dict) and value:
        is_here = value.get("state") not in ("absent", "not_applicable")
        for name, member in value.items():
            if name in (RULES_OWN if path else WHOLE_PARTS) or (name in ("layers", "layer_reasons") and not is_here):
                continue
            yield from lines_of(shortened(name, member), f"{path}.{name}" if path else name)
    elif isinstance(value, list) and any(isinstance(one, (dict, list)) for one in value):
        for number, member in enumerate(value):
            key = member.get("id", number) if isinstance(member, dict) else number
            yield from lines_of(member, f"{path}[{key}]")
    else:
        yield f"{path} = {json.dumps(value, ensure_ascii=False)}"


def text_of(document):
    return "".join(f"{line}\n" for line in lines_of(json.loads(document)))
