#include "probes/rocm/tool_listings.hpp"

#include "probes/parse/text.hpp"

namespace rigfit {

namespace {

/// What was asked for, or, of a recording that does not tell that, what was printed.
bool is_json(std::string_view line, std::string_view text) {
  const std::string_view start = trimmed(text);
  return contains(line, "--json") || start.starts_with('{') || start.starts_with("[{");
}
bool is_csv(std::string_view line, std::string_view text, std::string_view first_column) {
  return contains(line, "--csv") || trimmed(text).starts_with(first_column);
}

RocmTool parse_rocm_smi(std::string_view line, std::string_view text) {
  if (is_json(line, text)) return parse_rocm_smi_json(text);
  return is_csv(line, text, "device,") ? parse_rocm_smi_csv(text) : parse_rocm_smi_text(text);
}

RocmTool parse_amd_smi(std::string_view line, std::string_view text) {
  if (is_json(line, text)) return parse_amd_smi_json(text);
  return is_csv(line, text, "gpu,") ? parse_amd_smi_csv(text) : parse_amd_smi_text(text);
}

}  // namespace

ListedGpus read_rocm_tools(const Evidence& evidence) {
  ListedGpus listed;
  const auto take = [&](RocmTool tool, std::string_view line, const Answer& answer, bool is_filtered) {
    RocmTool& all = listed.all;
    if (all.driver_version.empty()) all.driver_version = tool.driver_version;
    if (all.runtime_version.empty()) all.runtime_version = tool.runtime_version;
    if (all.failure.empty()) all.failure = tool.failure, all.message = tool.message;
    // One tool that saw the module outweighs another that could not.
    if (tool.module_loaded) all.module_loaded = all.module_loaded.value_or(false) || *tool.module_loaded;
    all.kfd_opened = all.kfd_opened || tool.kfd_opened;
    all.wsl = all.wsl || tool.wsl;
    all.hip_lists = all.hip_lists || tool.hip_lists;
    const std::string program(line.substr(0, line.find(' ')));
    const std::string key = "command:" + std::string(line);
    listed.listings.push_back(
        {key, std::move(tool.gpus), program == "rocminfo" ? "kfd" : program, !answer.truncated && !is_filtered});
    listed.sources.push_back(key);
  };
  const bool is_runtime_filtered = evidence.env("ROCR_VISIBLE_DEVICES").found();
  for (const auto& [line, answer] : evidence.commands("rocminfo"))
    take(parse_rocminfo(answer->text), line, *answer, is_runtime_filtered);
  for (const char* program : {"hipInfo", "hipinfo"})
    for (const auto& [line, answer] : evidence.commands(program))
      take(parse_hip_info(answer->text + "\n" + answer->err), line, *answer,
           evidence.env("HIP_VISIBLE_DEVICES").found());
  for (const auto& [line, answer] : evidence.commands("rocm-smi"))
    take(parse_rocm_smi(line, answer->text), line, *answer, contains(line, " -d ") || contains(line, " --device"));
  for (const auto& [line, answer] : evidence.commands("amd-smi"))
    take(parse_amd_smi(line, answer->text), line, *answer, contains(line, " -g ") || contains(line, " --gpu"));
  return listed;
}

}  // namespace rigfit
