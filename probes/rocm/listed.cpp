#include <algorithm>

#include "probes/parse/text.hpp"
#include "probes/rocm/gpu.hpp"

namespace rigfit {
namespace {

void complete(AmdGpu& gpu, const AmdGpu& other) {
  for (std::string AmdGpu::*text : {&AmdGpu::address, &AmdGpu::name, &AmdGpu::gfx, &AmdGpu::device_id, &AmdGpu::driver,
                                    &AmdGpu::compute_partition, &AmdGpu::memory_partition})
    if ((gpu.*text).empty()) gpu.*text = other.*text;
  for (std::optional<std::int64_t> AmdGpu::*number :
       {&AmdGpu::compute_units, &AmdGpu::memory_bytes, &AmdGpu::visible_bytes, &AmdGpu::gtt_bytes,
        &AmdGpu::render_minor, &AmdGpu::node})
    if (!(gpu.*number)) gpu.*number = other.*number;
}

}  // namespace

void merge_gpus(std::vector<AmdGpu>& all, const std::vector<AmdGpu>& more) {
  if (all.empty()) {
    all = more;
    return;
  }
  const std::size_t known = all.size();
  for (std::size_t n = 0; n < more.size(); ++n) {
    auto same = std::find_if(all.begin(), all.end(),
                             [&](const AmdGpu& gpu) { return !gpu.address.empty() && gpu.address == more[n].address; });
    if (same == all.end() && more[n].address.empty() && known == more.size())
      same = all.begin() + static_cast<std::ptrdiff_t>(n);
    if (same != all.end())
      complete(*same, more[n]);
    else if (!more[n].address.empty())
      all.push_back(more[n]);
  }
}

ListedGpus read_rocm_tools(const Evidence& evidence) {
  ListedGpus listed;
  const auto take = [&](const RocmTool& tool, std::string_view line) {
    RocmTool& all = listed.all;
    merge_gpus(all.gpus, tool.gpus);
    if (all.driver_version.empty()) all.driver_version = tool.driver_version;
    if (all.runtime_version.empty()) all.runtime_version = tool.runtime_version;
    if (all.failure.empty()) all.failure = tool.failure, all.message = tool.message;
    // One tool that saw the module outweighs another that could not.
    if (tool.module_loaded) all.module_loaded = all.module_loaded.value_or(false) || *tool.module_loaded;
    all.kfd_opened = all.kfd_opened || tool.kfd_opened;
    all.wsl = all.wsl || tool.wsl;
    listed.sources.push_back("command:" + std::string(line));
  };
  for (const auto& [line, answer] : evidence.commands("rocminfo")) take(parse_rocminfo(answer->text), line);
  for (const auto& [line, answer] : evidence.commands("rocm-smi"))
    take(contains(line, "--json") ? parse_rocm_smi_json(answer->text) : parse_rocm_smi_text(answer->text), line);
  for (const auto& [line, answer] : evidence.commands("amd-smi"))
    take(contains(line, "--json") ? parse_amd_smi_json(answer->text) : parse_amd_smi_text(answer->text), line);
  return listed;
}

}  // namespace rigfit
