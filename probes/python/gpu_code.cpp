#include "probes/python/gpu_code.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "fact_names/framework.hpp"
#include "probes/parse/text.hpp"
#include "probes/python/environments.hpp"
#include "probes/python/frameworks.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;

struct GpuLibrary {
  std::string_view framework, library;
};
// The libraries that hold the kernels, newest layout first. torch: TORCH_CUDA_LIBRARIES of its TorchConfig.cmake;
// tensorflow: https://github.com/tensorflow/tensorflow/pull/55941; jax:
// https://github.com/jax-ml/jax/tree/main/jax_plugins/cuda
constexpr GpuLibrary gpu_libraries[] = {{"torch", "torch/lib/libtorch_cuda.so"},
                                        {"torch", "torch/lib/libtorch_cuda_cu.so"},
                                        {"jax", "jax_plugins/xla_cuda13/xla_cuda_plugin.so"},
                                        {"jax", "jax_plugins/xla_cuda12/xla_cuda_plugin.so"},
                                        {"tensorflow", "tensorflow/libtensorflow_cc.so.2"},
                                        {"tensorflow", "tensorflow/python/_pywrap_tensorflow_internal.so"}};

Request gpu_code_request(const std::string& packages, std::string_view framework) {
  Request request = ask("gpu-code");
  for (const GpuLibrary& place : gpu_libraries)
    if (place.framework == framework) request.args.push_back(packages + "/" + std::string(place.library));
  return request;
}

/// Whether what lies there may be a build for CUDA; nothing as long as the file that says so was not looked at.
std::optional<bool> may_be_for_cuda(const Evidence& evidence, const std::string& packages, std::string_view framework,
                                    const std::vector<NamedPackage>& all) {
  const auto has = [&](std::string_view start) {
    return std::any_of(all.begin(), all.end(), [&](const NamedPackage& one) { return one.name.starts_with(start); });
  };
  if (framework == "jax") return has("jax-cuda");
  if (framework == "tensorflow") return true;  // one package for CPU and CUDA; tensorflow-cpu is another
  const Answer& version = evidence.file(packages + "/torch/version.py");
  if (version.outcome == Outcome::not_recorded) return std::nullopt;
  return !version.found() || !assigned_text(version.text, "cuda").empty();
}

}  // namespace

std::optional<EmbeddedCode> parse_gpu_code(std::string_view json) {
  const Json answer = Json::parse(json, nullptr, false);
  const auto reported = [](const Json& object, const char* key) {
    const auto it = object.is_object() ? object.find(key) : object.end();
    return it == object.end() ? Json() : *it;
  };
  const auto count_of = [&](const Json& object) -> std::int64_t {
    const Json value = reported(object, "fatbins");
    constexpr std::int64_t most = 1 << 20;
    return value.is_number_integer() && value >= 0 && value <= most ? value.get<std::int64_t>() : 0;
  };
  EmbeddedCode code;
  if (const Json file = reported(answer, "file"); file.is_string()) code.file = file.get<std::string>();
  code.whole = reported(answer, "whole") == Json(true);
  code.fatbins = count_of(answer);
  struct Times {
    std::string target;
    std::int64_t compiled = 0, ptx = 0;
  };
  std::vector<Times> all;
  for (const Json& set : reported(answer, "sets")) {
    const std::int64_t fatbins = count_of(set);
    for (const Json& target : reported(set, "targets")) {
      if (!target.is_string()) continue;
      std::string name = target.get<std::string>();
      const bool is_ptx_alone = name.starts_with("PTX "), has_ptx = is_ptx_alone || name.ends_with("+PTX");
      if (is_ptx_alone)
        name.erase(0, 4);
      else if (has_ptx)
        name.erase(name.size() - 4);
      auto at = std::find_if(all.begin(), all.end(), [&](const Times& times) { return times.target == name; });
      if (at == all.end()) at = all.insert(all.end(), {name});
      if (has_ptx) at->ptx += fatbins;
      if (!is_ptx_alone) at->compiled += fatbins;
    }
  }
  const auto is_common = [&](std::int64_t times) { return code.fatbins > 0 && 2 * times >= code.fatbins; };
  for (const Times& times : all)
    if (is_common(times.compiled))
      code.targets.push_back(times.target + (is_common(times.ptx) ? "+PTX" : ""));
    else if (is_common(times.ptx))
      code.targets.push_back("PTX " + times.target);
  if (code.targets.empty()) return std::nullopt;
  return code;
}

Requests gpu_code_requests(const Evidence& evidence) {
  Requests requests;
  for (const std::string_view framework : {"torch", "jax", "tensorflow"})
    for (const PackageFolder& folder : package_folders(evidence)) {
      if (folder.path.starts_with("command:")) continue;  // a listing, in which no libraries lie
      const std::vector<NamedPackage> packages = packages_in(evidence, folder.path);
      if (std::none_of(packages.begin(), packages.end(),
                       [&](const NamedPackage& one) { return one.name == framework; }))
        continue;
      const auto is_for_cuda = may_be_for_cuda(evidence, folder.path, framework, packages);
      if (is_for_cuda.value_or(false)) requests.push_back(gpu_code_request(folder.path, framework));
      break;
    }
  return requests;
}

void read_gpu_code(const Evidence& evidence, const std::string& packages, std::string_view framework,
                   HostFacts& facts) {
  const auto name = fact::framework::architectures_of.find(framework);
  if (!name) return;
  const std::string key = key_of(gpu_code_request(packages, framework));
  const Answer& answer = evidence.at(key);
  if (!answer.found()) return;
  if (const auto code = parse_gpu_code(answer.text)) facts.set(*name, code->targets, {key});
}

}  // namespace rigfit
