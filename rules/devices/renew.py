#!/usr/bin/env python3
"""Renews the ids of rules/devices/chips.json from pci.ids (Debian's package of that name, or pciutils').

usage: renew.py [PCI_IDS]          writes chips.json anew
       renew.py --count [PCI_IDS]  says how many GPUs of each vendor are known, and which chips are not

Only facts are taken: the id of a device, the code name of its chip, and the name it is sold under. Which architecture a
code name stands for is written by hand in chips.json; a new chip is added there, and its ids come with the next run.
"""
import json
import re
import sys
from pathlib import Path

CHIPS = Path(__file__).parent / "chips.json"
VENDORS = {"10de": "NVIDIA", "1002": "AMD", "8086": "Intel"}
# Functions of a card that are no GPU. Their names begin with the chip's code name too.
NO_GPU = re.compile(
    r"audio|bridge|\broot\b|usb|\bhub\b|serial|ucsi|controller|smbus|\blpc\b|\bide\b|sata|ethernet|iommu|host\b|"
    r"crossbar|switch|\bnpu\b|image|coprocessor|\btv\b|nvswitch|\bpcie rp\b|modem|function|sensor|dma",
    re.IGNORECASE,
)
# Ids that two chips have: Data Center GPU Max in the kernel's table, and an Atom's graphics in pci.ids.
TWO_CHIPS = {"0be0", "0be1", "0be5"}
# Intel's names end in what the function is, and most of them are functions of a chipset.
INTEL_GPU = re.compile(r"Graphics(?! Port)|\bArc\b|Data Center GPU|^DG[12]\b|^Ponte|^Battlemage|^ATS|^Arctic Sound")
# What a GPU of an unknown chip looks like, for saying which ones are missing.
LOOKS_LIKE_A_GPU = re.compile(r"GeForce|Quadro|Tesla|RTX|Radeon|FirePro|Instinct|FireGL|Graphics|Arc |Data Center GPU")


def read(path):
    """{vendor: {device: name}} of the vendors above."""
    names, vendor = {id: {} for id in VENDORS}, None
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        if re.match(r"[0-9a-f]{4}  ", line):
            vendor = line[:4]
        elif vendor in names and re.match(r"\t[0-9a-f]{4}  ", line):
            names[vendor][line[1:5]] = line[7:].strip()
    return names


def code_of(name, codes):
    """The longest code name that `name` begins with: "GA102GL [RTX A5000]" has GA102, "Navi 31 [...]" has Navi 31."""
    fitting = [code for code in codes if re.match(re.escape(code) + r"(?![0-9a-z])", name)]
    return max(fitting, key=len, default=None)


def sold_as(name, code, generation):
    """ "GA102 [GeForce RTX 3090]" is sold as a GeForce RTX 3090."""
    marketing = re.search(r"\[(.+)\]", name)
    if marketing and not re.search(r"Reserved|Generic", marketing[1]):
        return marketing[1].replace("] [", ", ").removeprefix("AMD ").strip()
    if " Graphics" in name:
        return name
    return f"{generation} GPU ({code})" if generation != code else f"{code} GPU"


def is_gpu(vendor, name, plain):
    if "(Secondary)" in name:
        return False
    if vendor == "8086":
        return bool(INTEL_GPU.search(name)) and not re.search(r"audio|host bridge|dram|pci express|npu", plain, re.I)
    if re.search(r"nvswitch|\brp\b", name, re.IGNORECASE):
        return False
    # The graphics of a chipset stand in brackets; its other functions begin with the same letters.
    return not NO_GPU.search(plain) and not (name.startswith("MCP") and "[" not in name)


def renewed(chips, names):
    for chip in chips:
        chip["codes"] = {code: {} for code in chip["codes"]}
    unknown = {}
    for vendor in VENDORS:
        of_code = {code: chip for chip in chips if chip["vendor"] == vendor for code in chip["codes"]}
        for device, name in sorted(names[vendor].items()):
            plain = re.sub(r"\[.*\]", "", name)
            code = code_of(name, of_code)
            if not is_gpu(vendor, name, plain) or (vendor == "8086" and device in TWO_CHIPS):
                continue
            if code:
                of_code[code]["codes"][code][device] = sold_as(name, code, of_code[code]["generation"])
            elif LOOKS_LIKE_A_GPU.search(name):
                unknown.setdefault(vendor, {})[device] = name
    return unknown


def count_of(chip):
    return sum(map(len, chip["codes"].values()))


def main(arguments):
    count = "--count" in arguments
    paths = [argument for argument in arguments if not argument.startswith("--")]
    table = json.loads(CHIPS.read_text(encoding="utf-8"))
    unknown = renewed(table["chips"], read(paths[0] if paths else "/usr/share/misc/pci.ids"))
    if not count:
        CHIPS.write_text(json.dumps(table, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    for vendor, maker in VENDORS.items():
        chips = [chip for chip in table["chips"] if chip["vendor"] == vendor]
        ids = sum(map(count_of, chips))
        without = sum(count_of(chip) for chip in chips if "architecture" not in chip and chip["platform"])
        missing = unknown.get(vendor, {})
        print(f"{maker}: {ids} GPUs known, {without} of them without architecture, {len(missing)} of unknown chips")
        if count:
            for device, name in missing.items():
                print(f"  {device}  {name}")


if __name__ == "__main__":
    main(sys.argv[1:])
