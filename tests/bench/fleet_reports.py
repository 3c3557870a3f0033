#!/usr/bin/env python3
"""Writes the reports of a made-up fleet of nodes with eight H100s each, some of them with faults as they occur.

fleet_reports.py RIGFIT [--count N] [--seed S] [--distinct] [--part COMMAND] [--files DIR | --machines DIR] > reports.ndjson

Each kind of node is a machine file made from tests/machines/cuda/ready-two-gpus, which RIGFIT judges once; the reports
are that judgment, with the times and free memory of each node. Without --files they come one on a line to stdout, each
with its "node". --distinct gives every node another size of memory, so that no two reports are alike before their end.
--part doctor or probe: shorter reports. --machines DIR writes one machine file a node instead. The same seed gives the
same bytes.
"""
import argparse
import json
import os
import random
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TEMPLATE = os.path.join(HERE, "..", "machines", "cuda", "ready-two-gpus", "machine.json")
BUSES = ("18", "2a", "3a", "5d", "9a", "ab", "ba", "db")
GPUS = len(BUSES)


def found(**content):
    return {"outcome": "found", **content}


def healthy():
    """A node with eight H100s, all of them fine."""
    with open(TEMPLATE, encoding="utf-8") as file:
        machine = json.load(file)
    answers = machine["answers"]
    machine["recorded"] = "2026-11-23T04:00:00Z"
    for key in [key for key in answers if "0000:17" in key or "0000:65" in key or "nvidia0" in key or "nvidia1" in key]:
        del answers[key]
    addresses = [f"0000:{bus}:00.0" for bus in BUSES]
    for n, address in enumerate(addresses):
        folder = f"/sys/bus/pci/devices/{address}"
        answers[f"file:{folder}/class"] = found(lines=["0x030200"])
        answers[f"file:{folder}/vendor"] = found(lines=["0x10de"])
        answers[f"file:{folder}/device"] = found(lines=["0x2330"])
        answers[f"file:{folder}/numa_node"] = found(lines=[str(n // 4)])
        answers[f"link:{folder}/driver"] = found(text="../../../../bus/pci/drivers/nvidia")
        answers[f"node:/dev/nvidia{n}"] = answers["node:/dev/nvidiactl"]
    answers["list:/sys/bus/pci/devices"] = found(names=["0000:00:1f.0"] + addresses)
    answers["list:/dev"] = found(names=["nvidia-uvm", "nvidiactl"] + [f"nvidia{n}" for n in range(GPUS)])
    answers["file:/proc/meminfo"] = found(lines=["MemTotal:       1056488060 kB", "MemAvailable:   1032452296 kB"])
    answers["file:/etc/os-release"] = found(lines=['PRETTY_NAME="Ubuntu 22.04.4 LTS"', 'VERSION_ID="22.04"', "ID=ubuntu"])
    answers["file:/proc/sys/kernel/osrelease"] = found(lines=["5.15.0-105-generic"])
    set_nvml(machine, {"library": "libnvidia-ml.so.1", "driver_version": "580.95.05", "nvml_version": "580.95.05",
                       "cuda_version": "13.0", "device_count": GPUS, "devices": [
                           {"index": n, "name": "NVIDIA H100 80GB HBM3", "pci_address": address,
                            "compute_capability": "9.0", "memory_total_bytes": 85520809984, "compute_mode": "Default",
                            "mig": {"current": False, "pending": False},
                            "ecc": {"current": True, "uncorrected_volatile": 0}} for n, address in enumerate(addresses)]})
    return machine


def nvml(machine):
    return json.loads(machine["answers"]["ask:nvml"]["text"])


def set_nvml(machine, value):
    machine["answers"]["ask:nvml"] = found(exit=0, seconds=0.41, text=json.dumps(value) + "\n")


def old_driver(machine, n):
    text = json.dumps(machine).replace("580.95.05", "535.183.01")
    machine.update(json.loads(text))
    value = nvml(machine)
    if "cuda_version" in value:
        value["cuda_version"] = "12.2"
    set_nvml(machine, value)


def lost_gpu(machine, n):
    value = nvml(machine)
    value["devices"][n] = {"index": n, "errors": {"handle": "GPU is lost"}}
    set_nvml(machine, value)


def missing_gpu(machine, n):
    value = nvml(machine)
    if "errors" in value["devices"][n]:
        return  # it is lost already
    address = value["devices"].pop(n)["pci_address"]
    value["device_count"] = GPUS - 1
    for index, device in enumerate(value["devices"]):
        device["index"] = index
    set_nvml(machine, value)
    for key in [key for key in machine["answers"] if address in key]:
        del machine["answers"][key]
    machine["answers"]["list:/sys/bus/pci/devices"]["names"].remove(address)


def without_ecc(machine, n):
    value = nvml(machine)
    for device in value["devices"]:
        device["ecc"] = {"current": False}
    set_nvml(machine, value)


def memory_errors(machine, n):
    value = nvml(machine)
    value["devices"][n].setdefault("ecc", {"current": True})["uncorrected_volatile"] = 1 + n % 3
    set_nvml(machine, value)


def row_remap_failed(machine, n):
    value = nvml(machine)
    value["devices"][n]["remapped_rows"] = {
        "correctable": 0, "uncorrectable": 9, "pending": False, "failure": True}
    set_nvml(machine, value)


def with_mig(machine, n):
    value = nvml(machine)
    value["devices"][0]["mig"] = {"current": True, "devices": [
        {"name": "MIG 3g.40gb", "memory_total_bytes": 42949672960}, {"name": "MIG 4g.40gb", "memory_total_bytes": 42949672960}]}
    set_nvml(machine, value)


def library_mismatch(machine, n):
    set_nvml(machine, {"library": "libnvidia-ml.so.1", "error": {
        "function": "nvmlInit_v2", "code": 18, "text": "Driver/library version mismatch"}})
    for library in ("libcuda", "libnvidia-ml"):
        machine["answers"][f"link:/usr/lib/x86_64-linux-gnu/{library}.so.1"] = found(text=f"{library}.so.580.105.08")


def other_kernel(machine, n):
    machine["answers"]["file:/proc/sys/kernel/osrelease"] = found(lines=["5.15.0-119-generic"])


def less_memory(machine, n):
    machine["answers"]["file:/proc/meminfo"] = found(lines=["MemTotal:        990427500 kB", "MemAvailable:    975000000 kB"])


# What is wrong, and on how many of 10,000 nodes; and what concerns one of the GPUs alone.
FAULTS = ((old_driver, 400), (other_kernel, 250), (lost_gpu, 60), (missing_gpu, 40), (without_ecc, 100),
          (memory_errors, 90), (row_remap_failed, 15), (with_mig, 50), (library_mismatch, 30), (less_memory, 20))
OF_ONE_GPU = (lost_gpu, missing_gpu, memory_errors, row_remap_failed)


class Kinds:
    """Judges each kind of node when it is met for the first time."""

    def __init__(self, rigfit, part):
        self.rigfit, self.part, self.text = rigfit, part, json.dumps(healthy())
        self.machines, self.reports = {}, {}

    def draw(self, rng):
        """What is wrong with the next node, and with which of its GPUs."""
        return tuple((fault, rng.randrange(GPUS) if fault in OF_ONE_GPU else 0)
                     for fault, share in FAULTS if rng.random() * 10000 < share)

    def machine(self, faults):
        if faults not in self.machines:
            machine = json.loads(self.text)
            # A GPU that is missing moves the indices of the others, and a library that fails tells nothing of them.
            last = (missing_gpu, library_mismatch)
            for fault, n in sorted(faults, key=lambda one: last.index(one[0]) + 1 if one[0] in last else 0):
                fault(machine, n)
            self.machines[faults] = machine
        return self.machines[faults]

    def report(self, faults):
        """A report up to its last member."""
        if faults not in self.reports:
            done = subprocess.run([self.rigfit, self.part, "--from", "-", "--format", "json", "--compact", "--exit-zero"],
                                  input=json.dumps(self.machine(faults)), capture_output=True, text=True, check=True)
            self.reports[faults] = done.stdout[:done.stdout.rindex('"changing":')].encode()
        return self.reports[faults]


def recorded(rng):
    return f"2026-11-23T04:{int(rng.random() * 30):02}:{int(rng.random() * 60):02}Z"


def changing(rng):
    """What is another on every node, as JSON: the last member of its report."""
    free = ",".join(f'"cuda.devices.{n}.memory_free_bytes":{84900000000 + int(rng.random() * (1 << 29))}' for n in range(GPUS))
    return (f'{{"recorded":"{recorded(rng)}","rules_age_days":3,"facts":{{{free},"memory.available_bytes":'
            f'{1050000000000 + int(rng.random() * (1 << 33))}}},"seconds":{{"ask:nvml":{0.3 + rng.random() / 5:.3f}}}}}')


def distinct(head, n):
    """The same head with what differs by node and makes no other class, wherever it is told."""
    at = head.index(b'"total_bytes":') + len(b'"total_bytes":')
    memory = head[at:head.index(b",", at)]
    return head.replace(memory, b"%d" % (1081843773440 + n)).replace(b"0000:", b"%04x:" % (n % 65536))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rigfit")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--distinct", action="store_true")
    parser.add_argument("--part", choices=("recommend", "doctor", "probe"), default="recommend")
    parser.add_argument("--files")
    parser.add_argument("--machines")
    given = parser.parse_args()
    rng = random.Random(given.seed)
    kinds = Kinds(given.rigfit, given.part)
    width = max(4, len(str(given.count)))
    folder = given.files or given.machines
    if folder:
        os.makedirs(folder, exist_ok=True)
    out = sys.stdout.buffer
    for n in range(1, given.count + 1):
        faults = kinds.draw(rng)
        name = f"gpu{n:0{width}}"
        if given.machines:
            head, tail = json.dumps({**kinds.machine(faults), "recorded": recorded(rng)}).encode(), b""
        else:
            head = kinds.report(faults)
            if given.distinct:
                head = distinct(head, n)
            node = "" if folder else f',"node":"{name}"'
            tail = f'"changing":{changing(rng)}{node}}}\n'.encode()
        if folder:
            with open(os.path.join(folder, name + ".json"), "wb") as file:
                file.write(head + tail)
        else:
            out.write(head)
            out.write(tail)


if __name__ == "__main__":
    main()
