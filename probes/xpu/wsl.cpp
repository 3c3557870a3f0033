#include "probes/xpu/wsl.hpp"

#include <algorithm>

#include "fact_names/xpu.hpp"
#include "probes/layers/node_access.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

constexpr std::string_view dxg = "/dev/dxg", release = "/proc/sys/kernel/osrelease";
constexpr std::string_view windows_drivers = "/usr/lib/wsl/drivers";

/// iigd_dch.inf_amd64_51f685305808e3a5, iigd_dch_d.inf_amd64_…: how Windows names the folder of Intel's graphics
/// driver.
FactOf<bool> has_windows_driver(const Evidence& evidence) {
  const Answer& list = evidence.list(windows_drivers);
  const std::vector<std::string> source{key_of(Kind::list, windows_drivers)};
  if (!list.found() && !list.absent()) return Fact::unknown("Windows' drivers were not recorded");
  return Fact::of(std::any_of(list.names.begin(), list.names.end(),
                              [](const std::string& name) { return name.starts_with("iigd_"); }),
                  source);
}

}  // namespace

bool is_in_wsl(const Evidence& evidence) {
  return evidence.node(dxg).found() && contains(lower(evidence.text(release)), "microsoft");
}

Requests xpu_wsl_requests(const Evidence& evidence) {
  Requests requests = level_zero_requests();
  requests.push_back(list(std::string(windows_drivers)));
  const Fact driver = has_windows_driver(evidence);
  if ((driver.value && *driver.value == Value(true)) || level_zero_files(evidence).loader.holds == Truth::yes)
    for (Request& request : asking_level_zero(false)) requests.push_back(std::move(request));
  for (Request& request : xpu_proof_requests(evidence, false)) requests.push_back(std::move(request));
  return requests;
}

void judge_in_wsl(const Evidence& evidence, const std::string& source, Device& device) {
  for (const Layer layer : {Layer::bus, Layer::user_library, Layer::runtime_init})
    device.layers.set(layer, Truth::yes, "Level Zero lists it", {source});
  device.layers.set(Layer::kernel_driver, Truth::yes, "Level Zero reached the driver of Windows", {source});
  device.layers[Layer::device_node] = access_to_node(evidence, std::string(dxg)).layer;
}

void stand_without_devices_in_wsl(const Evidence& evidence, Platform& platform) {
  const LevelZeroFiles files = level_zero_files(evidence);
  platform.facts.set(fact::xpu::level_zero_loader, fact_of(files.loader));
  platform.facts.set(fact::xpu::level_zero_driver, fact_of(files.driver));
  platform.facts.set(fact::xpu::wsl_windows_driver, has_windows_driver(evidence));
  platform.layers.set(Layer::bus, Truth::unknown, "WSL hides the bus", {key_of(Kind::node, dxg)});
  platform.layers.set(Layer::kernel_driver, Truth::unknown, "the driver is that of Windows, which WSL does not show");
  platform.layers[Layer::user_library] = files.loader.holds != Truth::yes ? files.loader : files.driver;
  platform.state = State::unknown;
  platform.because = files.loader.holds == Truth::no
                         ? "WSL hides the bus, and Level Zero, which could tell, is not installed in it"
                         : "WSL hides the bus, and Level Zero reported of no GPU";
  for (const LevelZeroAnswer& answer : level_zero_answers(evidence))
    if (answer.reported && !answer.reported->error_call.empty())
      platform.because = "WSL hides the bus, and Level Zero fails: " + answer.reported->error_text;
}

}  // namespace rigfit
