#pragma once

#include <fmt/format.h>

#include <string>

namespace rigfit::fleet_test {

/// What is special about a written report.
struct Given {
  std::string driver = "550.54.15", state = "ready", kernel = "5.15.0-105-generic";
  int gpus = 8, blocked_gpus = 0;
  std::string finding = {}, severity = "error";
  std::string recorded = "2026-11-23T04:00:00Z";
  std::string ecc = "true", node = {};
  long long memory_bytes = 1081101176832;
  std::string ranking =
      R"([{"id":"pytorch","rank":1,"score_exact":"91/1"},{"id":"jax","rank":2,"score_exact":"1751/20"},)"
      R"({"id":"mlx","rank":null,"score_exact":"20/1"}])";
};

/// A report of a node with H100s, with the members that a fleet reads, some that it does not, and "changing" at its
/// end.
inline std::string report(const Given& given = {}) {
  std::string devices;
  for (int n = 0; n < given.gpus; ++n)
    devices += fmt::format(
        R"({}{{"state":"{}","name":"NVIDIA H100 80GB HBM3","architecture":"sm_90","compute_capability":"9.0",)"
        R"("memory_total_bytes":85520809984,"pci_address":"0000:{:02x}:00.0","ecc":{}}})",
        n == 0 ? "" : ",", n < given.blocked_gpus ? "blocked" : "ready", 16 + n, given.ecc);
  const std::string finding =
      given.finding.empty()
          ? ""
          : fmt::format(R"({{"id":"{}","severity":"{}","platform":"cuda","title":"Something \"is\" wrong",)"
                        R"("devices":[{{"index":3}}],"folded_under":null}})",
                        given.finding, given.severity);
  return fmt::format(
      R"({{"schema":"rigfit.report/1","part":"all","rules":{{"as_of":"2026-11-26"}},)"
      R"("machine":{{"os_name":"Ubuntu 22.04.4 LTS","kernel":"{}","arch":"x86_64","cpu":{{"model":"Xeon 8480C",)"
      R"("features":["avx512f"],"logical_cpus":224}},"memory":{{"total_bytes":{}}},"container":null}},)"
      R"("platforms":{{"cuda":{{"state":"{}","driver_version":"{}","devices":[{}]}},"rocm":{{"state":"absent",)"
      R"("devices":[]}},"cpu":{{"state":"ready","devices":[]}}}},"findings":[{}],)"
      R"("frameworks":[{{"id":"pytorch","name":"PyTorch","install":"pip install torch","hardware_support":{{"id":"x"}}}},)"
      R"({{"id":"jax","name":"JAX","install":"pip install jax"}}],"ranking":{},)"
      R"("changing":{{"recorded":"{}","seconds":{{"ask:nvml":0.41}}}}{}}})",
      given.kernel, given.memory_bytes, given.state, given.driver, devices, finding, given.ranking, given.recorded,
      given.node.empty() ? "" : fmt::format(R"(,"node":"{}")", given.node));
}

}  // namespace rigfit::fleet_test
