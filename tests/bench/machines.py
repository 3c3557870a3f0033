"""Machine files of any size, to see how the program grows: made of a recorded one with two GPUs."""
import copy
import json
import os

HERE = os.path.dirname(os.path.abspath(__file__))
TWO_GPUS = os.path.join(HERE, "..", "machines", "cuda", "ready-two-gpus", "machine.json")
NO_GPU = os.path.join(HERE, "..", "machines", "host", "no-accelerator", "machine.json")
FIRST = "0000:17:00.0"  # the GPU of TWO_GPUS that the others are copies of
BUS = "list:/sys/bus/pci/devices"


def found(line):
    return {"outcome": "found", "lines": [line]}


def add_functions(machine, count):
    """PCI functions that are nothing to anybody: bridges, `count` of them in all."""
    answers = machine["answers"]
    names = answers.setdefault(BUS, {"outcome": "found", "names": []})["names"]
    for n in range(count - len(names)):
        address = "%04x:%02x:%02x.%d" % (0x10 + n // 2048, n // 8 % 256, n % 8, 0)
        names.append(address)
        answers["file:/sys/bus/pci/devices/%s/vendor" % address] = found("0x8086")
        answers["file:/sys/bus/pci/devices/%s/class" % address] = found("0x060400")
    names.sort()
    return machine


def without_gpus(machine):
    answers = machine["answers"]
    answers["file:/proc/driver/nvidia/version"] = {"outcome": "absent"}
    del answers["ask:nvml"]
    for key in list(answers):
        if "/sys/bus/pci/devices/0000:17" in key or "/sys/bus/pci/devices/0000:65" in key or "libcuda" in key or "node:/dev/nvidia" in key:
            del answers[key]
    answers["list:/dev"]["names"] = []
    answers[BUS]["names"] = [name for name in answers[BUS]["names"] if name.startswith("0000:00")]
    return machine


def with_gpus(count, functions=0):
    """`count` equal GPUs on a bus of at least `functions` functions."""
    with open(TWO_GPUS, encoding="utf-8") as file:
        machine = json.load(file)
    model = copy.deepcopy(machine["answers"])
    machine = without_gpus(machine)
    answers = machine["answers"]
    if count:
        nvml = json.loads(model["ask:nvml"]["text"])
        one = nvml["devices"][0]
        nvml["device_count"], nvml["devices"] = count, []
        for key in ("file:/proc/driver/nvidia/version", "link:/usr/lib/x86_64-linux-gnu/libcuda.so.1", "node:/dev/nvidia-uvm",
                    "node:/dev/nvidiactl"):
            answers[key] = model[key]
        for n in range(count):
            address = "0000:%02x:00.0" % (0x20 + n)
            nvml["devices"].append(dict(one, index=n, pci_address=address))
            for key, answer in model.items():
                if FIRST in key:
                    answers[key.replace(FIRST, address)] = answer
            answers["node:/dev/nvidia%d" % n] = model["node:/dev/nvidia0"]
            answers[BUS]["names"].append(address)
        answers["list:/dev"]["names"] = sorted(["nvidia-uvm", "nvidiactl"] + ["nvidia%d" % n for n in range(count)])
        answers["ask:nvml"] = dict(model["ask:nvml"], text=json.dumps(nvml) + "\n")
    return add_functions(machine, functions)


def with_environments(count):
    """`count` Pythons that pyenv installed, each with fifty packages and a PyTorch of its own."""
    with open(NO_GPU, encoding="utf-8") as file:
        machine = json.load(file)
    answers = machine["answers"]
    names = ["3.12.%d" % n for n in range(count)]
    answers["list:~/.pyenv/versions"] = {"outcome": "found", "names": names} if names else {"outcome": "absent"}
    others = ["some_package_%d-1.0.dist-info" % n for n in range(50)]
    for n, name in enumerate(names):
        packages = ["torch", "torch-2.%d.0+cpu.dist-info" % (n % 10)] + others
        answers["list:~/.pyenv/versions/%s/lib/python3.12/site-packages" % name] = {"outcome": "found", "names": sorted(packages)}
    return machine


def findings(count):
    """A site's rule file of `count` findings that hold nowhere here, one of them like the other."""
    one = {"severity": "info", "title": "A site's finding", "device": "layer.kernel_driver = no",
           "cause": "Kernel {os.kernel} is running.", "remedy": [{"text": "Tell the site's administrators."}], "verify": "uname -r",
           "source": {"title": "A site's manual", "url": "https://site.example/manual", "year": 2026}}
    rules = [dict(one, id="cuda.site.finding_%d" % n, when="cuda.layer.bus = yes and os.kernel < 4.%d" % n) for n in range(count)]
    return {"as_of": "2026-11-27", "layer": "kernel_driver", "findings": rules}


def write(machine, path):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(machine, file)
    return path
