"""What a person read out of each kind of recording, compared with the JSON report of `rigfit probe`.

Keys that identify a device (UUIDs, serial-like ids) are not held: reports identify nobody. Keys that are notes, prose or
verdicts of other projects (`note`, `cause`, `microarchitecture`) are not facts that a probe reads.
"""
import collections
import re

Check = collections.namedtuple("Check", "name expected got holds")

MIB = 1024 * 1024


def same(expected, got):
    return expected == got or (expected is not None and got is not None and str(expected) == str(got))


class Report:
    def __init__(self, report):
        self.report = report or {}

    def host(self, name):
        return self.report.get("facts", {}).get(name)

    def platform(self, name):
        return self.report.get("platforms", {}).get(name, {})

    def devices(self, platform):
        return self.platform(platform).get("devices", [])

    def features(self):
        return self.host("cpu.features")

    def all_devices(self):
        return [d for p in self.report.get("platforms", {}).values() for d in p.get("devices", [])]


def address(text):
    """bus ids as sysfs writes them"""
    text = (text or "").lower()
    if re.fullmatch(r"[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]", text):
        return "0000:" + text
    return text[4:] if re.fullmatch(r"0000[0-9a-f]{4}:.*", text) else text


def hex_id(text):
    """PCI ids as the report writes them: four digits, lower case, no 0x"""
    return "%04x" % int(text, 16)


def checks(entry, raw_report):
    report = Report(raw_report)
    expect = entry.get("expect") or {}
    kind = entry["kind"]
    reader = globals().get("read_" + kind.replace("-", "_"))
    if reader is None:
        return
    for name, expected, got in reader(expect, report, entry):
        yield Check(name, expected, got, same(expected, got))


# --- CPU ---------------------------------------------------------------------------------------------------------------

FLAGS = {"avx", "avx2", "fma", "avx512f", "avx512_bf16", "avx512_vnni", "avx_vnni", "amx_tile", "amx_bf16", "amx_int8", "neon",
         "sve", "sve2", "sme", "i8mm", "bf16", "dotprod", "hypervisor"}


def cpu(expect, report):
    features = report.features()
    for key, value in expect.items():
        if key in FLAGS:
            # A recording that names no features at all shows none of these.
            yield key, value, (key in features) if features is not None else False
        elif key == "implementer":
            yield key, value, report.host("cpu.arm_implementer")
        elif key == "parts":
            yield "parts", sorted(value), sorted(report.host("cpu.arm_parts") or [])
        elif key == "isa":
            yield key, value, report.host("cpu.isa")
        elif key in ("logical_cpus", "ncpu"):
            yield key, value, report.host("cpu.logical_cpus")
        elif key in ("physical_cores", "physical"):
            yield key, value, report.host("cpu.physical_cores")
        elif key == "sockets":
            yield key, value, report.host("cpu.sockets")
        elif key == "vendor":
            yield key, value, report.host("cpu.vendor")
        elif key == "model_name" and value is None:
            continue  # the field of that name is missing; others may name the CPU
        elif key in ("model_name", "brand", "cpu"):
            yield key, value, report.host("cpu.model")
        elif key == "cpu_field":
            yield key, value.split(": ", 1)[-1], report.host("cpu.model")
        elif key == "mem_total_kib":
            yield key, value * 1024, report.host("memory.total_bytes")
        elif key in ("cpus_online", "online"):
            yield key, value, report.host("cpu.online")
        elif key == "kernel":
            yield key, value, report.host("os.kernel")


def read_cpuinfo(expect, report, _entry):
    yield from cpu(expect, report)


def read_hwloc_linux(expect, report, _entry):
    yield from cpu(expect, report)


def read_hwloc_x86_cpuid(expect, report, _entry):
    yield from cpu(expect, report)


def read_ghw_snapshots(expect, report, _entry):
    yield from cpu(expect, report)
    yield from pci([g for key in ("gpus", "accelerators", "display") for g in expect.get(key, [])], report)


def read_machines(expect, report, _entry):
    yield "arch", expect["arch"], report.host("host.arch")
    yield from cpu(expect.get("cpu", {}), report)
    yield from cpu({k: v for k, v in expect.items() if k == "mem_total_kib"}, report)
    yield from pci(expect.get("display_and_accelerator_pci", []), report)


def read_lscpu_dumps(expect, report, _entry):
    # lscpu counts the processors that are there, offline ones too.
    yield "cpus", expect["cpus"], report.host("cpu.present") or report.host("cpu.logical_cpus")
    if expect.get("sockets"):
        yield "sockets", int(expect["sockets"]), report.host("cpu.sockets")


def read_meminfo(expect, report, _entry):
    for key, fact in (("mem_total_kib", "memory.total_bytes"), ("mem_available_kib", "memory.available_bytes")):
        yield key, None if expect[key] is None else expect[key] * 1024, report.host(fact)


# --- PCI ---------------------------------------------------------------------------------------------------------------

# Vendors whose display functions belong to a platform; the others (ASPEED, Matrox, VMware, virtio …) must not become one.
OURS = {"10de": "cuda", "1002": "rocm", "8086": "xpu", "1da3": "gaudi"}


def pci(functions, report):
    for function in functions:
        bdf = address(function.get("bdf") or function.get("slot"))
        vendor, device = function["vendor"], function["device"]
        seen = [d for d in report.all_devices() if d.get("pci_device") == device and (not bdf or d.get("pci_address") == bdf)]
        is_ours = vendor in OURS and function.get("cls", "0300")[:2] in ("03", "12")
        yield "pci %s %s:%s" % (bdf, vendor, device), is_ours, bool(seen)


def read_lspci(expect, report, _entry):
    yield from pci([f for f in expect.get("display", []) if isinstance(f, dict)], report)
    for bdf, driver in expect.get("kernel_drivers", {}).items():
        got = [d.get("kernel_driver") for d in report.all_devices() if d.get("pci_address") == address(bdf)]
        yield "kernel_driver " + bdf, driver, got[0] if got else None
    for bdf in expect.get("gpus", []):
        yield "gpu " + bdf, True, any(d.get("pci_address") == address(bdf) for d in report.all_devices())
    for bdf in expect.get("bmc_vga", []):
        yield "bmc " + bdf, False, any(d.get("pci_address") == address(bdf) for d in report.all_devices())


# --- NVIDIA ------------------------------------------------------------------------------------------------------------

def cuda_gpus(expect, report):
    cuda = report.platform("cuda")
    devices = report.devices("cuda")
    if "driver" in expect:
        yield "driver", expect["driver"], cuda.get("driver_version")
    if "cuda" in expect:
        yield "cuda", expect["cuda"], cuda.get("supported_version")
    if "attached_gpus" in expect:
        yield "attached_gpus", expect["attached_gpus"], len(devices)
    for n, gpu in enumerate(expect.get("gpus") or []):
        device = devices[n] if n < len(devices) else {}
        for key, value in gpu.items():
            name = "gpus[%d].%s" % (n, key)
            if key == "name":
                yield name, value, device.get("name")
            elif key == "bus_id":
                yield name, address(value), device.get("pci_address")
            elif key == "driver":
                yield name, value, cuda.get("driver_version")
            elif key == "memory_mib":
                got = device.get("memory_total_bytes")
                yield name, value, got // MIB if got is not None else None
            elif key == "compute_capability" and value is not None:
                yield name, value, device.get("compute_capability")
            elif key == "architecture":
                # Where the recording does not say, the device table may.
                if value is not None:
                    yield name, value, device.get("generation")
            elif key == "mig":
                yield name, value, device.get("mig")
            elif key == "driver_model":
                yield name, value, device.get("driver_model")
            elif key == "ecc":
                yield name, {"Enabled": True, "Disabled": False, None: None}[value], device.get("ecc")
            elif key == "pci_device_id" and value:
                yield name, hex_id(value.lower().removeprefix("0x")[:4]), device.get("pci_device")
            elif key == "mig_devices" and value:
                yield name, [str(m["memory_mib"] * MIB) for m in value], device.get("mig_memory_bytes")
    if expect.get("mig_devices"):
        yield "mig_devices", [m["profile"] for m in expect["mig_devices"]], devices[0].get("mig_profiles") if devices else None
    query = expect.get("device_query")
    if query:
        yield "device_query", query["compute_capability"], [d.get("compute_capability") for d in devices]


def read_nvidia_smi_xml(expect, report, _entry):
    yield from cuda_gpus(expect, report)


def read_nvidia_smi_text(expect, report, _entry):
    yield from cuda_gpus(expect, report)


def read_nvidia_smi_captures(expect, report, _entry):
    yield from cuda_gpus(expect, report)


def read_nvidia_proc(expect, report, _entry):
    cuda = report.platform("cuda")
    yield "driver", expect["driver"], cuda.get("driver_version")
    yield "module_kind", expect["module_kind"], cuda.get("module_kind")
    yield "arch", expect["arch"], cuda.get("module_arch")


def read_nvidia_errors(expect, report, _entry):
    cuda = report.platform("cuda")
    yield "usable", expect["usable"], cuda.get("state") in ("ready", "proven")
    yield "finding", True, any(f["platform"] == "cuda" and f["severity"] == "error" for f in report.report.get("findings", []))
    if "wsl" in expect:
        yield "wsl", str(expect["wsl"]), report.host("os.wsl")


def read_nvcc(expect, report, _entry):
    yield "build", expect["build"], report.platform("cuda").get("toolkit_version")


# --- AMD ---------------------------------------------------------------------------------------------------------------

def rocm_gpu(n, gpu, device, report):
    for key, value in gpu.items():
        name = "gpus[%s].%s" % (n, key)
        if value is None:
            if key in ("vram", "memory_mib"):
                yield name, None, device.get("memory_total_bytes")
            continue
        if key in ("name", "series"):
            yield name, value, device.get("name")
        elif key == "device_id":
            yield name, hex_id(value), device.get("pci_device")
        elif key == "gfx":
            yield name, value, device.get("architecture")
        elif key == "compute_units":
            yield name, int(value), device.get("compute_units")
        elif key in ("bdf", "pci"):
            yield name, value.lower(), device.get("pci_address")
        elif key == "vram":
            yield name, int(value.split()[0]) * MIB, device.get("memory_total_bytes")
        elif key in ("memory_mib", "vram_mib"):
            got = device.get("memory_total_bytes")
            yield name, value, got // MIB if got is not None else None
        elif key == "vis_vram_mib":
            got = device.get("visible_vram_bytes")
            yield name, value, got // MIB if got is not None else None
        elif key == "render_minor":
            yield name, value, device.get("render_minor")
        elif key == "driver":
            yield name, value, report.platform("rocm").get("driver_version")


def rocm_gpus(expect, report):
    devices = report.devices("rocm")
    for n, gpu in enumerate(expect.get("gpus") or []):
        yield from rocm_gpu(n, gpu, devices[n] if n < len(devices) else {}, report)
    for gpu in expect.get("gpus_sample") or []:
        device = next((d for d in devices if d.get("node") == gpu["node"]), {})
        yield from rocm_gpu("node %s" % gpu["node"], gpu, device, report)


def read_amd_smi_text(expect, report, _entry):
    yield "count", len(expect["gpus"]), len(report.devices("rocm"))
    yield from rocm_gpus(expect, report)


def read_rocm_kfd(expect, report, _entry):
    yield "gpu_count", expect.get("gpu_count", len(expect.get("gpus", []))), len(report.devices("rocm")) if expect.get("gpu_count") or expect.get("gpus") else 0
    if "cpu_nodes" in expect:
        yield "cpu_nodes", len(expect["cpu_nodes"]), report.platform("rocm").get("cpu_nodes")
    for gfx, count in (expect.get("gfx_counts") or {}).items():
        yield "gfx_counts." + gfx, count, sum(d.get("architecture") == gfx for d in report.devices("rocm"))
    if "gfx_by_device_id" in expect:
        wanted = expect["gfx_by_device_id"]
        yield "gfx_by_device_id", wanted, report.devices("rocm")[0].get("architecture") if report.devices("rocm") else None
    yield from rocm_gpus(expect, report)


def read_rocm_smi_json(expect, report, _entry):
    yield "driver", expect["driver"], report.platform("rocm").get("driver_version")
    yield "count", len(expect["gpus"]), len(report.devices("rocm"))
    yield from rocm_gpus(expect, report)


def read_rocm_smi_text(expect, report, _entry):
    devices = report.devices("rocm")
    yield "gpus", expect["gpus"], len(devices)
    first = devices[0] if devices else {}
    if "names" in expect:
        yield "names", expect["names"], [d.get("name") for d in devices]
    if "device_id" in expect:
        yield "device_id", hex_id(expect["device_id"]), first.get("pci_device")
    if "partition" in expect:
        yield "partition", expect["partition"], "%s, %s" % (first.get("memory_partition"), first.get("compute_partition"))
    if "series" in expect:
        yield "series", expect["series"], first.get("name")
    if "model" in expect:
        yield "model", hex_id(expect["model"]), first.get("pci_device")
    if "driver" in expect:
        yield "driver", expect["driver"], report.platform("rocm").get("driver_version")


def read_rocminfo(expect, report, _entry):
    yield "runtime", expect["runtime"], report.platform("rocm").get("runtime_version")
    gpus = [a for a in expect["agents"] if a["type"] == "GPU"]
    devices = report.devices("rocm")
    yield "count", len(gpus), len(devices)
    for n, gpu in enumerate(gpus):
        device = devices[n] if n < len(devices) else {}
        yield "agents[%d].name" % n, gpu["name"], device.get("architecture")
        yield "agents[%d].marketing" % n, gpu["marketing"], device.get("name")
        yield "agents[%d].compute_units" % n, gpu["compute_units"], device.get("compute_units")
        yield "agents[%d].chip_id" % n, hex_id(gpu["chip_id"]), device.get("pci_device")
        got = device.get("memory_total_bytes")
        yield "agents[%d].pool_kib" % n, gpu["pool_kib"], got // 1024 if got is not None else None


def read_amdgpu_drm(expect, report, _entry):
    device = (report.devices("rocm") or [{}])[0]
    yield "device", hex_id(expect["device"]), device.get("pci_device")
    yield "vram_mib", expect["vram_mib"] * MIB, device.get("memory_total_bytes")
    yield "gtt_mib", expect["gtt_mib"] * MIB, device.get("gtt_bytes")


def read_rocm_errors(expect, report, _entry):
    rocm = report.platform("rocm")
    if "usable" in expect:
        yield "usable", expect["usable"], rocm.get("state") in ("ready", "proven")
        yield "finding", True, any(f["platform"] == "rocm" and f["severity"] == "error" for f in report.report.get("findings", []))
    if "gpus_seen_by_rocm_smi" in expect:
        yield "gpus_seen_by_rocm_smi", expect["gpus_seen_by_rocm_smi"], len(report.devices("rocm"))


# --- the rest ------------------------------------------------------------------------------------------------------------

def read_os_release(expect, report, _entry):
    yield "id", expect["id"], report.host("os.id")
    version = expect["version_id"]
    yield "version_id", version, report.host("os.version_id")
    yield "id_like", (expect["id_like"] or "").split(), report.host("os.id_like") or []
    yield "pretty_name", expect["pretty_name"], report.host("os.pretty_name")


def read_proc_version(expect, report, _entry):
    yield "release", expect["release"], report.host("os.kernel")
    yield "wsl", expect["wsl"], report.host("os.wsl")


def read_containers(expect, report, _entry):
    if "cgroup" in expect:
        yield "cgroup", expect["cgroup"].split()[0], report.host("cgroup.version")
    if "container" in expect:
        yield "container", expect["container"], report.host("container.runtime")


def read_proc_misc(expect, report, _entry):
    yield "nvidia", expect["nvidia"], report.platform("cuda").get("state") in ("ready", "blocked")
    yield "amdgpu", expect["amdgpu"], report.platform("rocm").get("state") in ("ready", "blocked")


def read_macos_json(expect, report, _entry):
    mps = report.platform("mps")
    device = (mps.get("devices") or [{}])[0]
    for key, value in expect.items():
        got = {"gpu": device.get("name"), "gpu_cores": mps.get("gpu_cores"), "metal": mps.get("metal"), "chip": mps.get("chip"), "model": mps.get("model"),
               "cores": report.host("cpu.physical_cores"), "perf": report.host("cpu.performance_cores"), "eff": report.host("cpu.efficiency_cores"),
               "memory_bytes": report.host("memory.total_bytes"), "macos": report.host("os.macos_version")}
        if key == "memory_gb":
            yield key, value << 30, report.host("memory.total_bytes")
        elif key in got:
            yield key, value, got[key]


def read_macos(expect, report, _entry):
    mps = report.platform("mps")
    for key, value in expect.items():
        if key in ("brand", "ncpu", "physical"):
            yield from cpu({key: value}, report)
        elif key == "perf_cores":
            yield key, value, report.host("cpu.performance_cores")
        elif key == "eff_cores":
            yield key, value, report.host("cpu.efficiency_cores")
        elif key == "features_avx2":
            yield key, value, "avx2" in (report.features() or [])
        elif key in ("bf16", "i8mm", "sme"):
            yield key, bool(value), key in (report.features() or [])
        elif key == "memsize":
            yield key, value, report.host("memory.total_bytes")
        elif key == "memory":
            yield key, int(value.split()[0]) << 30, report.host("memory.total_bytes")
        elif key == "model":
            yield key, value, mps.get("model")
        elif key in ("chip", "cpu_type"):
            yield key, value, mps.get("chip")
        elif key == "system":
            yield key, value, report.host("os.pretty_name")
        elif key == "gpus":
            devices = mps.get("devices", [])
            for n, gpu in enumerate(value):
                device = devices[n] if n < len(devices) else {}
                for field, wanted in gpu.items():
                    name = "gpus[%d].%s" % (n, field)
                    if field == "vram":
                        number, unit = wanted.split()
                        yield name, int(number) * (MIB if unit == "MB" else 1 << 30), device.get("memory_total_bytes")
                    elif field == "cores":
                        yield name, int(wanted), device.get("gpu_cores")
                    elif field == "device_id":
                        yield name, hex_id(wanted), device.get("pci_device")
                    else:
                        yield name, wanted, device.get(field)


def read_intel_xpu(expect, report, _entry):
    devices = report.devices("xpu")
    if expect.get("devices") == 0 or expect.get("names_a_device") is False:
        yield "devices", 0, len(devices)
        return
    wanted = expect.get("devices") or [expect]
    for n, one in enumerate(wanted):
        device = devices[n] if n < len(devices) else {}
        for key, value in one.items():
            if key == "name":
                yield "name", value, device.get("name")
            elif key in ("pci", "bdf"):
                yield key, value, device.get("pci_address")
            elif key == "memory_bytes":
                yield key, value, device.get("memory_total_bytes")
            elif key == "memory":
                got = device.get("memory_total_bytes")
                yield key, value, "%.2f MiB" % (got / MIB) if got is not None else None
            elif key == "driver":
                yield key, value, device.get("driver_version")
            elif key == "eus":
                yield key, value, device.get("execution_units")
            elif key == "pci_device_id":
                yield key, hex_id(value), device.get("pci_device")


def read_neuron(expect, report, _entry):
    neuron = report.platform("neuron")
    devices = neuron.get("devices", [])
    yield "instance_type", expect["instance_type"], neuron.get("instance_type")
    yield "devices", expect["devices"], len(devices)
    yield "cores_per_device", expect["cores_per_device"], devices[0].get("cores") if devices else None
    yield "memory_gb_each", expect["memory_gb_each"] << 30, devices[0].get("memory_total_bytes") if devices else None


def read_tpu(expect, report, _entry):
    tpu = report.platform("tpu")
    devices = tpu.get("devices", [])
    for key, value in expect.items():
        if key == "hbm_gib_per_chip":
            yield key, int(value * (1 << 30)), tpu.get("hbm_bytes_per_chip")
        elif key == "devices":
            yield key, value, [d.get("path") for d in devices]
        elif key in ("chips", "tpu_chips"):
            yield key, value, len(devices)
        elif key == "chips_on_host":
            yield key, value, tpu.get("chips")
        elif key == "libtpu":
            yield key, value, tpu.get("libtpu_version")
        elif key == "vendor":
            yield key, value.split()[0], devices[0].get("pci_vendor") if devices else None
        elif key == "device":
            yield key, value, devices[0].get("pci_device") if devices else None
        else:
            yield key, value, tpu.get(key)
