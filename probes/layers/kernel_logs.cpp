#include "probes/layers/kernel_logs.hpp"

namespace rigfit {
namespace {

constexpr std::string_view kernel_log = "/dev/kmsg";

const std::vector<std::string> kept{"NVRM: Xid (",
                                    "NVRM:*RmInitAdapter failed",
                                    "NVRM:*is not supported by",
                                    "NVRM: The NVIDIA vGPU",
                                    "NVRM:*nvidia.ko",
                                    "NVRM:*driver release",
                                    "NVRM: API mismatch",
                                    "NVRM: The NVIDIA probe routine was not called",
                                    "nvidia*module verification failed",
                                    "nvidia*Key was rejected by service",
                                    "NVRM: The NVIDIA",
                                    "NVRM:*open kernel modules",
                                    "NVRM:*supported through the",
                                    "NVRM:*egacy drivers",
                                    "NVRM:*will ignore",
                                    "NVRM:*does not include the required GPU",
                                    "NVRM:*your NVIDIA device is invalid",
                                    "NVRM:*power cables connected",
                                    "nvidia: disagrees about version",
                                    "nvidia: version magic",
                                    "NVRM:*PCI ID",
                                    "NVRM:*fallen off the bus and is not",
                                    "nvidia *from D3cold to D0",
                                    "pci *from D3cold to D0",
                                    "nvidia *Refused to change power state",
                                    "pci *Refused to change power state",
                                    "bbswitch*is off",
                                    "nvidia*Required key not available",
                                    "kfd kfd:*not supported in kfd",
                                    "kfd kfd:*PCI rejects atomics",
                                    "kfd kfd:*NOT added due to errors",
                                    "amdgpu*Direct firmware load for ",
                                    "amdgpu*Failed to add gfx ip block",
                                    "amdgpu*Fatal error during GPU init",
                                    "amdgpu*device lost from bus",
                                    "amdgpu*failed with error -12",
                                    "amdgpu*Fatal error -12 during GPU init",
                                    "amdgpu*Unable to locate a BIOS ROM",
                                    "amdgpu*atombios stuck",
                                    "amdgpu*PSP firmware loading failed",
                                    "amdgpu* page fault (",
                                    "amdgpu*MES failed to respond",
                                    "amdgpu*GPU reset begin",
                                    "xe *force_probe",
                                    "xe *Direct firmware load for ",
                                    "xe *fetch failed",
                                    "xe *Xe has declared device",
                                    "i915 *force_probe",
                                    "i915 *Direct firmware load for ",
                                    "i915 *fetch failed",
                                    "i915 *declaring it wedged",
                                    "xe *or newer is required",
                                    "i915 *or newer is required",
                                    "habanalabs *Firmware file",
                                    "habanalabs *is NOT usable",
                                    "intel_vpu *Direct firmware load for ",
                                    "intel_vpu *Failed to request firmware",
                                    "amdxdna *Direct firmware load for "};

}  // namespace

Requests kernel_log_requests() {
  constexpr std::size_t most = 16u << 20;
  const std::string read = key_of(Kind::file, kernel_log);
  return {log_keeping(file(std::string(kernel_log), most), kept), log_keeping(command("dmesg", {}, read), kept),
          log_keeping(command("journalctl", {"-k", "-b", "-q", "-o", "cat", "-n", "20000", "--no-pager"}, read), kept)};
}

KernelLogs kernel_logs(const Evidence& evidence) {
  KernelLogs logs;
  const auto take = [&](std::string key, const Answer& answer) {
    const bool is_whole = answer.found() && answer.exit.value_or(0) == 0 && answer.err.empty();
    if (is_whole || !answer.text.empty()) {
      logs.read.emplace_back(std::move(key), answer.text);
    } else if (answer.outcome != Outcome::not_recorded && answer.outcome != Outcome::skipped && !answer.absent()) {
      logs.refused.push_back(std::move(key));
      if (logs.why.empty()) logs.why = answer.why;
    }
  };
  for (const std::string_view path :
       {kernel_log, std::string_view("/var/log/dmesg"), std::string_view("/var/log/kern.log"),
        std::string_view("/var/log/messages"), std::string_view("/var/log/syslog")})
    take(key_of(Kind::file, path), evidence.file(path));
  for (const char* program : {"dmesg", "journalctl"})
    for (const auto& [line, answer] : evidence.commands(program)) take("command:" + std::string(line), *answer);
  return logs;
}

std::string_view since_last_boot(std::string_view log) {
  // The first line that a kernel writes.
  const std::size_t start = log.rfind("Linux version ");
  return start == log.npos ? log : log.substr(start);
}

}  // namespace rigfit
