#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "fact_names/cloud.hpp"
#include "fact_names/container.hpp"
#include "fact_names/cpu.hpp"
#include "fact_names/device.hpp"
#include "fact_names/host.hpp"
#include "fact_names/memory.hpp"
#include "fact_names/os.hpp"
#include "fact_names/python.hpp"
#include "fact_names/scheduler.hpp"
#include "fact_names/vm.hpp"
#include "report/answer.hpp"
#include "report/html/values.hpp"
#include "report/text/value_text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;

bool is_there(const Platform& platform) {
  if (platform.id == "cpu") return false;
  return platform.state == State::unknown ? !platform.devices.empty()
                                          : platform.state != State::absent && platform.state != State::not_applicable;
}

std::string_view layer_name(Layer layer) {
  switch (layer) {
    case Layer::bus:
      return "Seen on the bus";
    case Layer::kernel_driver:
      return "Kernel driver";
    case Layer::device_node:
      return "Device node";
    case Layer::user_library:
      return "User library";
    case Layer::runtime_init:
      return "Runtime starts";
    case Layer::kernel_run:
      return "Kernel runs";
  }
  return "";
}

Json layers_of(const Layers& layers) {
  Json list = Json::array();
  for (std::size_t n = 0; n < layer_count; ++n) {
    const auto layer = static_cast<Layer>(n);
    const LayerState& state = layers[layer];
    const bool is_untried = state.holds == Truth::unknown && (!state.was_tried || state.because.empty());
    constexpr std::string_view said_twice = "not tried: ";
    std::string because = state.because;
    if (is_untried && because.starts_with(said_twice)) because.erase(0, said_twice.size());
    list.push_back({{"name", layer_name(layer)},
                    {"class", page_class(state)},
                    {"holds", is_untried ? "not tried" : name_of(state.holds)},
                    {"because", text_or_null(because)}});
  }
  return list;
}

/// Equal devices are listed once.
Json devices_of(const Platform& platform) {
  struct Kind {
    std::string name, details;
    State state;
    std::size_t count;
  };
  std::vector<Kind> kinds;
  for (const Device& device : platform.devices) {
    std::string name = value_or_nothing(fact::device::name, device.facts), details;
    if (name.empty()) name = "Unnamed device";
    for (const std::string& detail :
         {value_or_nothing(fact::device::architecture, device.facts), device_memory(device)})
      if (!detail.empty()) append_to_list(details, detail);
    const auto same = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& kind) {
      return kind.name == name && kind.details == details && kind.state == device.state;
    });
    if (same == kinds.end())
      kinds.push_back({std::move(name), std::move(details), device.state, 1});
    else
      ++same->count;
  }
  constexpr std::size_t most = 16;
  Json list = Json::array();
  for (const Kind& kind : kinds) {
    if (list.size() == most) break;
    list.push_back({{"count", kind.count > 1 ? fmt::format("{} × ", kind.count) : ""},
                    {"name", kind.name},
                    {"details", kind.details},
                    {"class", page_class(kind.state)},
                    {"state", spaced(name_of(kind.state))}});
  }
  return list;
}

Json platform_values(const Platform& platform, const std::vector<ReportAnswer::PlatformLine>& lines) {
  const auto line = std::find_if(lines.begin(), lines.end(), [&](const auto& one) { return one.id == platform.id; });
  const Json devices = devices_of(platform);
  return {{"name", platform_name(platform.id)},
          {"class", page_class(platform.state)},
          {"state", spaced(name_of(platform.state))},
          {"text", text_or_null(line == lines.end() || line->text.empty() ? platform.because : line->text)},
          {"room", line == lines.end() ? Json() : text_or_null(line->room)},
          {"layers", layers_of(platform.layers)},
          {"has_devices", !devices.empty()},
          {"devices", devices}};
}

/// A row a subject; what is not known is left out.
Json machine_rows(const HostFacts& host) {
  Json rows = Json::array();
  const auto add = [&](const char* label, const std::string& text) {
    if (!text.empty()) rows.push_back({{"label", label}, {"text", text}});
  };
  const auto listed_facts = [&](std::initializer_list<std::pair<AnyHostFact, const char*>> facts) {
    std::string text;
    for (const auto& [name, pattern] : facts)
      if (const std::string value = value_or_nothing(name, host); !value.empty())
        append_to_list(text, fmt::format(fmt::runtime(pattern), value));
    return text;
  };
  add("CPU", listed_facts({{fact::cpu::model, "{}"},
                           {fact::cpu::physical_cores, "{} cores"},
                           {fact::cpu::logical_cpus, "{} logical CPUs"},
                           {fact::host::arch, "{}"}}));
  add("Memory", listed_facts({{fact::memory::usable_bytes, "{} usable"},
                              {fact::memory::total_bytes, "{} in all"},
                              {fact::memory::limited_by, "limited by {}"}}));
  std::string system = system_text(host);
  const std::string more = listed_facts({{fact::os::kernel, "kernel {}"},
                                         {fact::os::wsl, "WSL {}"},
                                         {fact::container::runtime, "in a container ({})"},
                                         {fact::vm::kind, "virtual machine ({})"},
                                         {fact::cloud::provider, "cloud: {}"},
                                         {fact::scheduler::kind, "{} job"}});
  if (!more.empty()) append_to_list(system, more);
  add("System", system);
  add("Python", listed_facts({{fact::python::version, "{}"}}));
  return rows;
}

}  // namespace

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

std::string_view page_class(State state) {
  switch (state) {
    case State::ready:
    case State::proven:
      return "good";
    case State::blocked:
      return "bad";
    case State::unknown:
      return "unknown";
    case State::absent:
    case State::not_applicable:
      break;
  }
  return "none";
}

std::string_view page_class(const LayerState& layer) {
  if (layer.holds == Truth::yes) return "good";
  if (layer.holds == Truth::no) return "bad";
  return layer.was_tried && !layer.because.empty() ? "unknown" : "none";
}

std::string page_url(const std::string& url) {
  return url.starts_with("https://") || url.starts_with("http://") ? url : "#";
}

void add_machine(Json& page, const Report& report) {
  const std::vector<ReportAnswer::PlatformLine> lines = platform_lines(report.facts);
  page["machine"] = machine_rows(report.facts.host);
  page["platforms"] = Json::array();
  std::vector<std::string> absent, unknown;
  for (const Platform& platform : report.facts.platforms) {
    if (is_there(platform))
      page["platforms"].push_back(platform_values(platform, lines));
    else if (platform.id != "cpu")
      (platform.state == State::unknown ? unknown : absent).push_back(platform_name(platform.id));
  }
  std::string others;
  if (!absent.empty()) append_to_list(others, fmt::format("Not here: {}.", listed(absent)), " ");
  if (!unknown.empty()) append_to_list(others, fmt::format("Unknown: {}.", listed(unknown)), " ");
  page["absent"] = text_or_null(others);
}

}  // namespace rigfit
