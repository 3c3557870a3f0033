#include "fuzz/diff_properties.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "evidence/strict_json.hpp"
#include "report/diff/diff.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;

/// A report with the members that are compared: two GPUs, a finding of each kind, two frameworks.
const Json& some_report() {
  static const Json report = Json::parse(R"({
    "schema": "rigfit.report/1", "tool": {"version": "0.1.0"}, "rules": {"as_of": "2026-11-26", "checksum": "x"},
    "facts": {"os.family": "linux", "memory.total_bytes": 540000000000, "python.version": ["3.11", "3.12"], "os.wsl": null},
    "none": {"os.wsl": "not WSL"}, "unknowns": {"cuda.toolkit_version": "nobody looked"},
    "platforms": {
      "cuda": {"state": "ready", "layers": {"bus": "yes", "driver": "no"}, "driver_version": "580.82.07", "devices": [
        {"state": "ready", "name": "NVIDIA H100", "pci_address": "0000:17:00.0", "uuid": "GPU-a", "memory_total_bytes": 85520809984},
        {"state": "blocked", "name": "NVIDIA H100", "uuid": "GPU-b", "layers": {"bus": "yes"}}]},
      "cpu": {"state": "ready", "devices": []}},
    "findings": [{"id": "cuda.device.lost", "severity": "error", "platform": "cuda", "title": "Lost", "devices": [1]},
                 {"id": "host.swap", "severity": "info", "platform": null, "title": "No swap", "devices": []}],
    "frameworks": [{"id": "pytorch", "build": {"version": "2.9", "platform": "cuda", "runtime": "13.0"},
                    "hardware_support": {"today_range": [50, 50], "after_range": [100, 100]}},
                   {"id": "jax", "build": null}],
    "ranking": [{"id": "pytorch", "rank": 1, "score_exact": "91/1", "adequate": true}, {"id": "jax", "rank": 2}],
    "recommendation": {"framework": "pytorch", "install": "pip install torch"},
    "runtime": {"recommendation": {"framework": "vllm"}, "frameworks": [{"id": "vllm", "install": "pip install vllm"}]},
    "priorities": {"profile": "research", "ratings": "evidence", "points": {"ease_of_use": 20}}, "target_os": "linux"})");
  return report;
}

bool is_safe(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f; });
}

std::string broken_forms(const DiffReport& report) {
  for (const bool verbose : {false, true}) {
    TextStyle style;
    style.verbose = verbose;
    const std::string text = diff_text(report, style);
    if (text.empty() || text.back() != '\n') return "the text does not end with a line";
    if (!is_safe(text)) return "the text holds control characters";
  }
  return Json::accept(diff_json(report, {})) ? "" : "what is written is not JSON";
}

}  // namespace

std::string broken_difference(std::string_view text) {
  const auto json = parse_strict_json(text, 64);
  if (!json) return json.error().reason.empty() ? "it is refused without a reason" : "";
  if (const Differences own = differences(*json, *json); !own.all.empty())
    return "it differs from itself: " + own.all.front().path;
  const DiffReport there{"a.json", "b.json", differences(some_report(), *json)},
      back{"b.json", "a.json", differences(*json, some_report())};
  if (there.differences.all.size() != back.differences.all.size()) return "there and back are not equally far";
  return broken_forms(there);
}

}  // namespace rigfit
