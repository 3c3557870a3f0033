#include "probes/cuda/toolkit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "fact_names/cuda.hpp"
#include "probes/parse/text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

constexpr std::string_view version_files[] = {"/usr/local/cuda*/version.json", "/usr/local/cuda*/version.txt",
                                              "/opt/cuda/version.json", "/usr/lib/cuda/version.txt",
                                              "/usr/lib/cuda/version.json"};
constexpr std::string_view cudnn_headers[] = {"/usr/include/cudnn_version.h",
                                              "/usr/include/x86_64-linux-gnu/cudnn_version_v9.h",
                                              "/usr/local/cuda/include/cudnn_version.h"};
constexpr std::string_view nccl_headers[] = {"/usr/include/nccl.h", "/usr/local/cuda/include/nccl.h"};

// A toolkit put together from packages may have no version file; its folder bears the version.
constexpr std::string_view compilers = "/usr/local/cuda-*/bin/nvcc";

void set_version(PlatformFacts& facts, PlatformFact<Version> name, const std::string& text,
                 std::vector<std::string> sources) {
  if (const auto version = Version::parse(text)) facts.set(name, *version, std::move(sources));
}

}  // namespace

Requests toolkit_first_look() {
  Requests requests;
  for (const std::string_view path : version_files) requests.push_back(file(std::string(path), 16384));
  // The versions stand at the top; the rest of the headers is nobody's business here.
  for (const std::string_view path : cudnn_headers) requests.push_back(file(std::string(path), 4096));
  for (const std::string_view path : nccl_headers) requests.push_back(file(std::string(path), 1024));
  requests.push_back(node(std::string(compilers)));
  return requests;
}

std::string parse_toolkit_version(std::string_view text) {
  if (const auto words = words_of(text); words.size() >= 3 && words[0] == "CUDA" && words[1] == "Version")
    return std::string(words[2]);
  const nlohmann::json document = nlohmann::json::parse(text, nullptr, false);
  if (!document.is_object() || !document.contains("cuda") || !document["cuda"].is_object()) return "";
  const auto& cuda = document["cuda"];
  return cuda.contains("version") && cuda["version"].is_string() ? cuda["version"].get<std::string>() : "";
}

std::string parse_nvcc(std::string_view text) {
  const std::size_t tools = text.find("Cuda compilation tools, release ");
  if (tools == text.npos) return "";
  const auto words = words_of(text.substr(tools + 32));
  if (words.empty()) return "";
  const std::string release(words[0].substr(0, words[0].find(',')));
  // The compiler of the first releases numbered itself otherwise: "release 4.2, V0.2.1221".
  const bool has_build = words.size() > 1 && words[1].starts_with('V') && words[1].substr(1).starts_with(release + ".");
  return has_build ? std::string(words[1].substr(1)) : release;
}

std::string parse_defines(std::string_view header, std::string_view prefix, std::string_view third) {
  std::string version;
  for (const std::string_view part : {std::string_view("MAJOR"), std::string_view("MINOR"), third}) {
    const std::string name = fmt::format("{}_{}", prefix, part);
    std::optional<std::int64_t> number;
    for (std::size_t at = header.find(name); at != header.npos; at = header.find(name, at + 1)) {
      const std::size_t start = header.rfind('\n', at) + 1;  // npos + 1 is 0
      const auto words = words_of(header.substr(start, header.find('\n', at) - start));
      if (words.size() == 3 && words[0] == "#define" && words[1] == name) number = whole_number(words[2]);
    }
    if (!number) return "";
    append_to_list(version, std::to_string(*number), ".");
  }
  return version;
}

void read_toolkit(const Evidence& evidence, PlatformFacts& facts) {
  std::vector<std::string> versions, sources;
  const auto add = [&](const std::string& version, std::string source) {
    if (!Version::parse(version)) return;
    sources.push_back(std::move(source));
    if (std::find(versions.begin(), versions.end(), version) == versions.end()) versions.push_back(version);
  };
  bool looked = false;
  for (const std::string_view glob : version_files)
    for (const std::string& path : evidence.expand(glob)) {
      looked = looked || evidence.file(path).found() || evidence.file(path).absent();
      add(parse_toolkit_version(evidence.text(path)), key_of(Kind::file, path));
    }
  for (const std::string& path : evidence.expand(compilers)) {
    const std::string folder = path.substr(0, path.find("/bin/nvcc"));
    if (!evidence.node(path).found() || !evidence.text(folder + "/version.json").empty() ||
        !evidence.text(folder + "/version.txt").empty())
      continue;
    add(folder.substr(std::string_view("/usr/local/cuda-").size()), key_of(Kind::node, path));
  }
  for (const auto& [line, answer] : evidence.commands("nvcc"))
    add(parse_nvcc(answer->text), "command:" + std::string(line));
  std::sort(versions.begin(), versions.end(),
            [](const std::string& a, const std::string& b) { return *Version::parse(b) < *Version::parse(a); });
  if (!versions.empty()) {
    facts.set(fact::cuda::toolkit_version, *Version::parse(versions.front()), sources);
    facts.set(fact::cuda::toolkit_versions, versions, sources);
  } else if (looked) {
    facts.set(fact::cuda::toolkit_version, Fact::of_none("no toolkit in the usual places"));
  } else {
    facts.set(fact::cuda::toolkit_version, Fact::unknown("its places were not recorded"));
  }
  for (const std::string_view path : cudnn_headers)
    if (!facts.has(fact::cuda::cudnn_version))
      set_version(facts, fact::cuda::cudnn_version, parse_defines(evidence.text(path), "CUDNN", "PATCHLEVEL"),
                  {key_of(Kind::file, path)});
  for (const std::string_view path : nccl_headers)
    if (!facts.has(fact::cuda::nccl_version))
      set_version(facts, fact::cuda::nccl_version, parse_defines(evidence.text(path), "NCCL", "PATCH"),
                  {key_of(Kind::file, path)});
}

}  // namespace rigfit
