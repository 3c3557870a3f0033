#include "probes/npu/kinds.hpp"

namespace rigfit {
namespace {

// Intel and AMD make everything else, too.
bool is_processor(const PciDevice& pci) { return pci.pci_class.starts_with("11") || pci.pci_class.starts_with("12"); }

}  // namespace

const std::vector<AcceleratorKind>& npu_kinds() {
  static const std::vector<NodeFamily> accel{{"/dev/accel", "accel", "/sys/class/accel"}};
  // Before its release 1.17 the library was called after the VPU.
  static const std::vector<AcceleratorKind> kinds{
      {"npu",
       "NPU",
       {"intel_vpu"},
       accel,
       {"8086"},
       is_processor,
       in_library_folders({"libze_intel_npu.so.1", "libze_intel_vpu.so.1"}),
       "Intel's NPU driver (libze_intel_npu.so.1)"},
      {"npu",
       "NPU",
       {"amdxdna"},
       accel,
       {"1022"},
       is_processor,
       [] {
         std::vector<std::string> paths = in_library_folders({"libxrt_core.so.2"});
         paths.push_back("/opt/xilinx/xrt/lib/libxrt_core.so.2");
         return paths;
       }(),
       "AMD's XRT (libxrt_core.so.2)"},
      {"npu",
       "NPU",
       {"qaic"},
       accel,
       {"17cb"},
       is_processor,
       {"/opt/qti-aic/dev/lib/x86_64/libQAic.so", "/opt/qti-aic/dev/lib/aarch64/libQAic.so"},
       "the Cloud AI platform SDK (libQAic.so)"}};
  return kinds;
}

}  // namespace rigfit
