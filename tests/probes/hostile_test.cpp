// No text crashes a parser, hangs it, or makes it tell of more than the text can hold.
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>

#include "probes/cpu/cpu.hpp"
#include "probes/cuda/inventory.hpp"
#include "probes/cuda/proc_driver.hpp"
#include "probes/cuda/toolkit.hpp"
#include "probes/memory/memory.hpp"
#include "probes/mps/mach_o.hpp"
#include "probes/mps/metal.hpp"
#include "probes/mps/system_profiler.hpp"
#include "probes/os/os.hpp"
#include "probes/pci/lspci.hpp"
#include "probes/rocm/tools.hpp"
#include "probes/tpu/holders.hpp"

namespace rigfit {
namespace {

struct Parser {
  const char* name;
  std::function<std::size_t(std::string_view)> parse;  ///< tells how many things it found
  std::string sample;
};

Parser smi(const char* line, std::string sample) {
  return {line, [line](std::string_view text) { return parse_nvidia_smi(line, text).gpus.size(); }, std::move(sample)};
}

std::vector<Parser> parsers() {
  return {
      {"cpuinfo", [](std::string_view t) { return parse_cpuinfo(t).features.size(); },
       "processor\t: 0\nvendor_id\t: X\nmodel name\t: Y\nphysical id\t: 0\ncpu cores\t: 4\nflags\t\t: sse avx\n"},
      {"sysctl", [](std::string_view t) { return parse_sysctl(t).size(); }, "hw.memsize: 1\nhw.model: Mac15,3\n"},
      {"meminfo", [](std::string_view t) { return parse_meminfo(t).size(); }, "MemTotal:       33554432 kB\n"},
      {"os-release", [](std::string_view t) { return parse_os_release(t).size(); },
       "ID=debian\nNAME=\"A \\\"B\\\"\"\n"},
      {"proc driver", [](std::string_view t) { return parse_proc_driver_version(t).version.size(); },
       "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.95.05  Release Build\n"},
      {"toolkit", [](std::string_view t) { return parse_toolkit_version(t).size(); },
       "{\"cuda\": {\"name\": \"CUDA SDK\", \"version\": \"13.0.1\"}}"},
      {"nvcc", [](std::string_view t) { return parse_nvcc(t).size(); },
       "Cuda compilation tools, release 13.0, V13.0.88\n"},
      {"defines", [](std::string_view t) { return parse_defines(t, "CUDNN", "PATCHLEVEL").size(); },
       "#define CUDNN_MAJOR 9\n#define CUDNN_MINOR 1\n#define CUDNN_PATCHLEVEL 2\n"},
      {"lspci", [](std::string_view t) { return parse_lspci(t).size(); },
       "17:00.0 3D controller [0302]: NVIDIA Corporation GH100 [10de:2330] (rev a1)\n\tKernel driver in use: nvidia\n"},
      {"nvml", [](std::string_view t) { return parse_nvml(t).gpus.size(); },
       "{\"driver_version\":\"1.2\",\"device_count\":1,\"devices\":[{\"index\":0,\"name\":\"A\",\"mig\":{\"current\":"
       "true,"
       "\"devices\":[{\"name\":\"b\",\"memory_total_bytes\":3}]}}]}\n"},
      smi("nvidia-smi -q -x",
          "<?xml version=\"1.0\" ?>\n<!DOCTYPE nvidia_smi_log SYSTEM \"nvsmi_device_v12.dtd\">\n<nvidia_smi_log>"
          "<driver_version>580.95.05</driver_version><gpu id=\"00000000:17:00.0\"><product_name>A &amp; "
          "B</product_name>"
          "<mig_devices><mig_device><index>0</index></mig_device></mig_devices></gpu></nvidia_smi_log>\n"),
      smi("nvidia-smi -q",
          "GPU 00000000:17:00.0\n    Product Name                          : NVIDIA H100\n"
          "    FB Memory Usage\n        Total                             : 81559 MiB\n"),
      smi("nvidia-smi -L", "GPU 0: NVIDIA H100 (UUID: GPU-x)\n  MIG 3g.40gb     Device  0: (UUID: MIG-y)\n"),
      smi("nvidia-smi",
          "| NVIDIA-SMI 580.95.05    Driver Version: 580.95.05    CUDA Version: 13.0     |\n"
          "|   0  NVIDIA H100   On  |   00000000:17:00.0 Off |       0 |\n"),
      smi("nvidia-smi --query-gpu=index,name,memory.total --format=csv",
          "index, name, memory.total [MiB]\n0, A, 1 MiB\n"),
      {"rocminfo", [](std::string_view t) { return parse_rocminfo(t).gpus.size(); },
       "ROCk module is loaded\nAgent 2\n  Name:                    gfx942\n  Device Type:             GPU\n"},
      {"rocm-smi", [](std::string_view t) { return parse_rocm_smi_text(t).gpus.size(); },
       "GPU[0]\t\t: Card series: \t\tInstinct MI210\n"},
      {"rocm-smi --json", [](std::string_view t) { return parse_rocm_smi_json(t).gpus.size(); },
       "{\"card0\": {\"Card series\": \"MI210\", \"PCI Bus\": \"0000:1E:00.0\"}, \"system\": {\"Driver version\": "
       "\"6\"}}"},
      {"amd-smi --json", [](std::string_view t) { return parse_amd_smi_json(t).gpus.size(); },
       "WARNING: groups\n{\"gpu_data\": [{\"gpu\": 0, \"bus\": {\"bdf\": \"0000:05:00.0\"}}]}"},
      {"amd-smi", [](std::string_view t) { return parse_amd_smi_text(t).gpus.size(); },
       "GPU: 0\n    BDF: 0000:01:00.0\n    UUID: x\n    KFD_ID: 1\n"},
      {"system_profiler", [](std::string_view t) { return parse_system_profiler_text(t).gpus.size(); },
       "Graphics/Displays:\n\n    Apple M1:\n\n      Chipset Model: Apple M1\n      Total Number of Cores: 8\n"},
      {"system_profiler -json", [](std::string_view t) { return parse_system_profiler_json(t).gpus.size(); },
       "{\"SPDisplaysDataType\": [{\"sppci_model\": \"Apple M1\", \"sppci_cores\": \"8\"}]}"},
      {"system_profiler -xml", [](std::string_view t) { return parse_system_profiler_xml(t).gpus.size(); },
       "<?xml version=\"1.0\"?>\n<plist version=\"1.0\"><array><dict><key>_items</key><array><dict>"
       "<key>sppci_model</key><string>Apple M1</string></dict></array></dict></array></plist>\n"},
      {"metal", [](std::string_view t) { return parse_metal(t).devices.size(); },
       "{\"devices\": [{\"name\": \"Apple M4\", \"families\": [\"apple9\"], \"recommended_working_set_bytes\": 1}]}"},
      {"ioreg", [](std::string_view t) { return parse_ioreg(t).model.size(); },
       "    {\n      \"gpu-core-count\" = 18\n      \"model\" = \"Apple M3 Pro\"\n"},
      {"mach-o", [](std::string_view t) { return parse_mach_o(t).size(); },
       std::string("\xca\xfe\xba\xbe\0\0\0\2", 8) + std::string("\1\0\0\7\0\0\0\3", 8) + std::string(12, '\0') +
           std::string("\1\0\0\x0c\0\0\0\0", 8) + std::string(12, '\0')},
      {"tpu holders", [](std::string_view t) { return parse_tpu_holders(t).holders.size(); },
       "{\"holders\": [{\"pid\": 41, \"path\": \"/dev/vfio/0\"}], \"unreadable\": 0}"},
      {"locks", [](std::string_view t) { return lock_holder(t, "08:01:2") > 0 ? std::size_t{1} : 0; },
       "1: POSIX  ADVISORY  WRITE 1234 08:01:2 0 EOF\n"},
  };
}

/// A parser may not find more than there are bytes, whatever a number in the text claims.
void expect_bounded(const Parser& parser, const std::string& text) {
  EXPECT_LE(parser.parse(text), text.size() + 1) << parser.name;
}

TEST(Hostile, EverySampleIsUnderstoodWhole) {
  for (const Parser& parser : parsers()) EXPECT_GT(parser.parse(parser.sample), 0u) << parser.name;
}

TEST(Hostile, EveryCut) {
  for (const Parser& parser : parsers())
    for (std::size_t size = 0; size <= parser.sample.size(); ++size)
      expect_bounded(parser, parser.sample.substr(0, size));
}

TEST(Hostile, ChangedBytes) {
  std::uint32_t dice = 12345;
  const auto roll = [&] { return dice ^= dice << 13, dice ^= dice >> 17, dice ^= dice << 5; };
  for (const Parser& parser : parsers())
    for (int round = 0; round < 2000; ++round) {
      std::string text = parser.sample;
      for (std::uint32_t n = roll() % 8 + 1; n > 0; --n) {
        const std::size_t at = roll() % text.size();
        switch (roll() % 3) {
          case 0:
            text[at] = static_cast<char>(roll());
            break;
          case 1:
            text.insert(at, text.substr(roll() % text.size(), roll() % 40));
            break;
          default:
            text.erase(at, roll() % 10);
            break;
        }
        if (text.empty()) text = " ";
      }
      expect_bounded(parser, text);
    }
}

TEST(Hostile, EveryParserOnEveryOthersText) {
  for (const Parser& parser : parsers())
    for (const Parser& other : parsers()) expect_bounded(parser, other.sample);
}

TEST(Hostile, LongAndDeep) {
  constexpr std::size_t size = 1u << 20;
  std::string deep_xml, deep_json;
  for (int n = 0; n < 50000; ++n) deep_xml += "<a>", deep_json += "[";
  for (const Parser& parser : parsers()) {
    for (const char c : {'\0', ' ', '\n', '|', ':', ',', '0', '9', '[', '{', '<', '"', '\xff'})
      expect_bounded(parser, std::string(size, c));
    expect_bounded(parser, deep_xml);
    expect_bounded(parser, deep_json);
    expect_bounded(parser, "{\"devices\": " + deep_json);
    std::string many;
    while (many.size() < size) many += parser.sample;
    expect_bounded(parser, many);
  }
}

TEST(Hostile, NumbersThatDoNotFit) {
  for (const char* number : {"99999999999999999999999999", "-9223372036854775809", "-1", "1e999", "0x", "NaN"})
    for (const Parser& parser : parsers()) {
      std::string text = parser.sample;
      for (std::size_t n = 0; n < text.size(); ++n)
        if (text[n] >= '0' && text[n] <= '9') {
          text.replace(n, 1, number);
          n += std::string_view(number).size();
        }
      expect_bounded(parser, text);
    }
}

}  // namespace
}  // namespace rigfit
