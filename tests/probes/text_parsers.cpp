#include "probes/text_parsers.hpp"

#include <utility>

#include "probes/container/cdi.hpp"
#include "probes/cpu/cpu.hpp"
#include "probes/cuda/inventory.hpp"
#include "probes/cuda/kernel_log.hpp"
#include "probes/cuda/libcuda.hpp"
#include "probes/cuda/proc_driver.hpp"
#include "probes/cuda/toolkit.hpp"
#include "probes/layers/driver_log.hpp"
#include "probes/memory/memory.hpp"
#include "probes/mps/mach_o.hpp"
#include "probes/mps/metal.hpp"
#include "probes/mps/system_profiler.hpp"
#include "probes/npu/hl_smi.hpp"
#include "probes/npu/neuron_ls.hpp"
#include "probes/npu/npu_smi.hpp"
#include "probes/os/os.hpp"
#include "probes/pci/lspci.hpp"
#include "probes/python/gpu_code.hpp"
#include "probes/python/package_listing.hpp"
#include "probes/rocm/tools.hpp"
#include "probes/tpu/holders.hpp"
#include "probes/tpu/tpu_info.hpp"
#include "probes/xpu/tools.hpp"

namespace rigfit {
namespace {

TextParser smi(const char* line, const char* fixtures, std::string sample) {
  return {line, "nvidia", fixtures, [line](std::string_view text) { return parse_nvidia_smi(line, text).gpus.size(); },
          std::move(sample)};
}

}  // namespace

std::vector<TextParser> text_parsers() {
  return {
      {"cpuinfo", "host", "cpuinfo", [](std::string_view t) { return parse_cpuinfo(t).features.size(); },
       "processor\t: 0\nvendor_id\t: X\nmodel name\t: Y\nphysical id\t: 0\ncpu cores\t: 4\nflags\t\t: sse avx\n"},
      {"sysctl", "apple", "", [](std::string_view t) { return parse_sysctl(t).size(); },
       "hw.memsize: 1\nhw.model: Mac15,3\n"},
      {"meminfo", "host", "meminfo", [](std::string_view t) { return parse_meminfo(t).size(); },
       "MemTotal:       33554432 kB\n"},
      {"cdi", "host", "", [](std::string_view t) { return parse_cdi(t).names.size(); },
       "libcuda.so.580.95.05\nname: \"0\"\nname: all\nkind: nvidia.com/gpu\n"},
      {"os-release", "host", "os-release", [](std::string_view t) { return parse_os_release(t).size(); },
       "ID=debian\nNAME=\"A \\\"B\\\"\"\n"},
      {"proc driver", "nvidia", "nvidia-proc",
       [](std::string_view t) { return parse_proc_driver_version(t).version.size(); },
       "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.95.05  Release Build\n"},
      {"toolkit", "nvidia", "", [](std::string_view t) { return parse_toolkit_version(t).size(); },
       "{\"cuda\": {\"name\": \"CUDA SDK\", \"version\": \"13.0.1\"}}"},
      {"nvcc", "nvidia", "nvcc", [](std::string_view t) { return parse_nvcc(t).size(); },
       "Cuda compilation tools, release 13.0, V13.0.88\n"},
      {"defines", "nvidia", "", [](std::string_view t) { return parse_defines(t, "CUDNN", "PATCHLEVEL").size(); },
       "#define CUDNN_MAJOR 9\n#define CUDNN_MINOR 1\n#define CUDNN_PATCHLEVEL 2\n"},
      {"lspci", "lspci", "lspci", [](std::string_view t) { return parse_lspci(t).size(); },
       "17:00.0 3D controller [0302]: NVIDIA Corporation GH100 [10de:2330] (rev a1)\n\tKernel driver in use: nvidia\n"},
      {"nvml", "nvidia", "", [](std::string_view t) { return parse_nvml(t).gpus.size(); },
       "{\"driver_version\":\"1.2\",\"device_count\":1,\"devices\":[{\"index\":0,\"name\":\"A\",\"mig\":{\"current\":"
       "true,"
       "\"devices\":[{\"name\":\"b\",\"memory_total_bytes\":3}]}}]}\n"},
      smi("nvidia-smi -q -x", "nvidia-smi-xml",
          "<?xml version=\"1.0\" ?>\n<!DOCTYPE nvidia_smi_log SYSTEM \"nvsmi_device_v12.dtd\">\n<nvidia_smi_log>"
          "<driver_version>580.95.05</driver_version><gpu id=\"00000000:17:00.0\"><product_name>A &amp; "
          "B</product_name>"
          "<mig_devices><mig_device><index>0</index></mig_device></mig_devices></gpu></nvidia_smi_log>\n"),
      smi("nvidia-smi -q", "nvidia-smi-text",
          "GPU 00000000:17:00.0\n    Product Name                          : NVIDIA H100\n"
          "    FB Memory Usage\n        Total                             : 81559 MiB\n"),
      smi("nvidia-smi -L", "nvidia-smi-text",
          "GPU 0: NVIDIA H100 (UUID: GPU-x)\n  MIG 3g.40gb     Device  0: (UUID: MIG-y)\n"),
      smi("nvidia-smi", "nvidia-smi-text",
          "| NVIDIA-SMI 580.95.05    Driver Version: 580.95.05    CUDA Version: 13.0     |\n"
          "|   0  NVIDIA H100   On  |   00000000:17:00.0 Off |       0 |\n"),
      smi("nvidia-smi --query-gpu=index,name,memory.total --format=csv", "nvidia-smi-captures",
          "index, name, memory.total [MiB]\n0, A, 1 MiB\n"),
      {"rocminfo", "amd", "rocminfo", [](std::string_view t) { return parse_rocminfo(t).gpus.size(); },
       "ROCk module is loaded\nAgent 2\n  Name:                    gfx942\n  Device Type:             GPU\n"},
      {"hipInfo", "amd", "", [](std::string_view t) { return parse_hip_info(t).gpus.size(); },
       "device#                           0\nName:            AMD Radeon RX 7900 XTX\npciBusID:        3\n"
       "totalGlobalMem:  23.98 GB\ngcnArchName:     gfx1100\n"},
      {"rocm-smi", "amd", "rocm-smi-text", [](std::string_view t) { return parse_rocm_smi_text(t).gpus.size(); },
       "GPU[0]\t\t: Card series: \t\tInstinct MI210\n"},
      {"rocm-smi --json", "amd", "rocm-smi-json", [](std::string_view t) { return parse_rocm_smi_json(t).gpus.size(); },
       "{\"card0\": {\"Card series\": \"MI210\", \"PCI Bus\": \"0000:1E:00.0\"}, \"system\": {\"Driver version\": "
       "\"6\"}}"},
      {"amd-smi --json", "amd", "", [](std::string_view t) { return parse_amd_smi_json(t).gpus.size(); },
       "WARNING: groups\n{\"gpu_data\": [{\"gpu\": 0, \"bus\": {\"bdf\": \"0000:05:00.0\"}}]}"},
      {"amd-smi", "amd", "amd-smi-text", [](std::string_view t) { return parse_amd_smi_text(t).gpus.size(); },
       "GPU: 0\n    BDF: 0000:01:00.0\n    UUID: x\n    KFD_ID: 1\n"},
      {"rocm-smi --csv", "amd", "", [](std::string_view t) { return parse_rocm_smi_csv(t).gpus.size(); },
       "device,VRAM Total Memory (B),Card Series\ncard0,68702699520,\"Instinct, MI210\"\n"},
      {"amd-smi --csv", "amd", "", [](std::string_view t) { return parse_amd_smi_csv(t).gpus.size(); },
       "gpu,gpu_bdf,size\n0,0000:0c:00.0,\"{'value': 65520, 'unit': 'MB'}\"\n"},
      {"system_profiler", "apple", "macos",
       [](std::string_view t) { return parse_system_profiler_text(t).gpus.size(); },
       "Graphics/Displays:\n\n    Apple M1:\n\n      Chipset Model: Apple M1\n      Total Number of Cores: 8\n"},
      {"system_profiler -json", "apple", "macos-json",
       [](std::string_view t) { return parse_system_profiler_json(t).gpus.size(); },
       "{\"SPDisplaysDataType\": [{\"sppci_model\": \"Apple M1\", \"sppci_cores\": \"8\"}]}"},
      {"system_profiler -xml", "apple", "", [](std::string_view t) { return parse_system_profiler_xml(t).gpus.size(); },
       "<?xml version=\"1.0\"?>\n<plist version=\"1.0\"><array><dict><key>_items</key><array><dict>"
       "<key>sppci_model</key><string>Apple M1</string></dict></array></dict></array></plist>\n"},
      {"metal", "apple", "", [](std::string_view t) { return parse_metal(t).devices.size(); },
       "{\"devices\": [{\"name\": \"Apple M4\", \"families\": [\"apple9\"], \"recommended_working_set_bytes\": 1}]}"},
      {"ioreg", "apple", "", [](std::string_view t) { return parse_ioreg(t).model.size(); },
       "    {\n      \"gpu-core-count\" = 18\n      \"model\" = \"Apple M3 Pro\"\n"},
      {"mach-o", "apple", "", [](std::string_view t) { return parse_mach_o(t).size(); },
       std::string("\xca\xfe\xba\xbe\0\0\0\2", 8) + std::string("\1\0\0\7\0\0\0\3", 8) + std::string(12, '\0') +
           std::string("\1\0\0\x0c\0\0\0\0", 8) + std::string(12, '\0')},
      {"tpu holders", "npu", "", [](std::string_view t) { return parse_tpu_holders(t).holders.size(); },
       "{\"holders\": [{\"pid\": 41, \"path\": \"/dev/vfio/0\"}], \"unreadable\": 0}"},
      {"locks", "host", "", [](std::string_view t) { return lock_holder(t, "08:01:2") > 0 ? std::size_t{1} : 0; },
       "1: POSIX  ADVISORY  WRITE 1234 08:01:2 0 EOF\n"},
      {"amd-smi table", "amd", "", [](std::string_view t) { return parse_amd_smi_table(t).gpus.size(); },
       "| BDF                     GPU-Name | Mem-Uti   Temp   UEC       Power-Usage |\n"
       "| 0000:01:00.0    AMD Instinct MI300X | 0 %      35 C   0           139/750 W |\n"},
      {"deviceQuery", "nvidia", "", [](std::string_view t) { return parse_device_query(t).gpus.size(); },
       "Device 0: \"NVIDIA A40\"\n  CUDA Capability Major/Minor version number:    8.6\n"},
      {"libcuda", "nvidia", "", [](std::string_view t) { return parse_libcuda(t).gpus.size(); },
       "{\"init\": {\"code\": 0}, \"device_count\": 1, \"devices\": [{\"index\": 0, \"name\": \"A\"}]}\n"},
      {"gpu code", "nvidia", "",
       [](std::string_view t) { return parse_gpu_code(t) ? parse_gpu_code(t)->targets.size() : 0; },
       "{\"file\": \"libtorch_cuda.so\", \"fatbins\": 3, \"whole\": true, \"sets\": [{\"fatbins\": 3, \"targets\": "
       "[\"sm_90\", \"compute_90\"]}]}\n"},
      {"xids", "logs", "kernel-logs", [](std::string_view t) { return parse_xids(t).size(); },
       "NVRM: Xid (PCI:0000:2b:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.\n"},
      {"ignored GPUs", "logs", "kernel-logs", [](std::string_view t) { return parse_ignored_gpus(t).size(); },
       "NVRM: The NVIDIA GeForce GT 710 GPU installed in this system is\nNVRM:  supported through the NVIDIA 470.xx "
       "Legacy drivers.\n"},
      {"driver's complaints", "logs", "kernel-logs",
       [](std::string_view t) { return parse_driver_complaints(t).size(); },
       "NVRM: GPU 0000:9b:00.0: RmInitAdapter failed! (0x22:0x56:742)\n"},
      {"a driver's log", "logs", "kernel-logs",
       [](std::string_view t) {
         constexpr DriverMessage messages[] = {{"amdgpu", "Direct firmware load for ", "firmware_missing"}};
         return parse_driver_log(t, messages).size();
       },
       "amdgpu 0000:03:00.0: Direct firmware load for amdgpu/psp_13_0_0_sos.bin failed with error -2\n"},
      {"clinfo --json", "intel", "intel-xpu", [](std::string_view t) { return parse_intel_json(t).size(); },
       "{\"devices\": [{\"online\": [{\"CL_DEVICE_NAME\": \"Intel(R) Arc(TM) A770\", \"CL_DEVICE_TYPE\": {\"raw\": 4, "
       "\"type\": [\"CL_DEVICE_TYPE_GPU\"]}}]}]}"},
      {"xpu-smi discovery", "intel", "intel-xpu", [](std::string_view t) { return parse_discovery(t).size(); },
       "Device ID,Device Name,PCI BDF Address,PCI Device ID\n0,\"Intel(R) Arc(TM)\",\"0000:4D:00.0\",\"0x56a0\"\n"},
      {"level zero", "intel", "",
       [](std::string_view t) { return parse_level_zero(t) ? parse_level_zero(t)->gpus.size() : 0; },
       "{\"library\": \"libze_loader.so.1\", \"devices\": [{\"name\": \"Intel(R) Arc(TM)\", \"vendor_id\": 32902, "
       "\"type\": \"gpu\", \"pci_address\": \"0000:4d:00.0\"}]}"},
      {"hl-smi", "npu", "", [](std::string_view t) { return parse_hl_smi("hl-smi", t).devices.size(); },
       "| Driver Version:                                     1.18.0-ee698fb          |\n"
       "|   0  HL-325L             N/A  | 0000:4D:00.0     N/A |                   0  |\n"
       "| N/A   31C   P0  220W /  900W  |   672MiB / 131072MiB |     0%            0% |\n"},
      {"hl-smi --format=csv", "npu", "",
       [](std::string_view t) {
         return parse_hl_smi("hl-smi -Q index,name,memory.total --format=csv", t).devices.size();
       },
       "index, name, memory.total [MiB]\n0, HL-325L, 131072 MiB\n"},
      {"neuron-ls", "npu", "neuron", [](std::string_view t) { return parse_neuron_ls(t).devices.size(); },
       "instance-type: trn1.2xlarge\n+--------+--------+---------+\n| NEURON | NEURON |   PCI   |\n"
       "| DEVICE | CORES  |   BDF   |\n+--------+--------+---------+\n| 0      | 2      | 00:1e.0 |\n"},
      {"npu-smi", "npu", "", [](std::string_view t) { return parse_npu_smi(t).devices.size(); },
       "| npu-smi 24.1.0                   Version: 24.1.0                                               |\n"
       "| NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|\n"
       "| Chip                      | Bus-Id        | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |\n"
       "| 0     910B1               | OK            | 89.1        32                0    / 0             |\n"
       "| 0                         | 0000:C1:00.0  | 0           0    / 0          3437 / 65536         |\n"},
      {"tpu-info", "npu", "tpu", [](std::string_view t) { return parse_tpu_info(t).nodes.size(); },
       "TPU Chips\n│ /dev/accel0 │ TPU v2 chip │ 2       │ 1017 │\n│ 0      │ 1.00 GiB / 8.00 GiB  │      0.00% │\n"},
      {"pip list", "packages", "", [](std::string_view t) { return parse_package_listing(t).size(); },
       "Package Version\n------- -------\ntorch   2.9.0+cu128\n"},
      {"pip list --format=json", "packages", "", [](std::string_view t) { return parse_package_listing(t).size(); },
       "[{\"name\": \"torch\", \"version\": \"2.9.0\"}]"},
      {"conda list", "packages", "", [](std::string_view t) { return parse_package_listing(t).size(); },
       "# packages in environment at /opt/conda:\n# Name  Version  Build  Channel\npytorch 2.5.1 py3.12_cuda12.4 "
       "pytorch\n"},
  };
}

}  // namespace rigfit
