#include "fact_names/ascend.hpp"

#include "probes/layers/visible_numbers.hpp"
#include "probes/npu/kinds.hpp"
#include "probes/npu/npu_smi.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

constexpr const char* driver_info = "/usr/local/Ascend/driver/version.info";
/// What CANN reaches the kernel's driver through. It belongs to the driver's package, so that a container needs the
/// host's.
constexpr const char* driver_library = "/usr/local/Ascend/driver/lib64/driver/libascend_hal.so";
constexpr const char* toolkit_info = "/usr/local/Ascend/ascend-toolkit/latest/*-linux/ascend_toolkit_install.info";

// Version=24.1.rc2      (the driver's)
// version=8.1.RC1       (the toolkit's)
std::string version_in(std::string_view text) {
  for (const std::string_view line : lines_of(text))
    if (const auto pair = key_value(line, '='); pair && lower(pair->first) == "version")
      return std::string(pair->second);
  return "";
}

/// ASCEND_RT_VISIBLE_DEVICES ends at the first entry that is no device:
/// https://www.hiascend.com/document/detail/en/canncommercial/850/maintenref/envvar/envref_07_0028.html
void read_visible_npus(const Evidence& evidence, Platform& platform) {
  ListedNumbers listed = listed_numbers(evidence, {"ASCEND_RT_VISIBLE_DEVICES"}, Entries::numbers);
  if (!listed.is_set()) return;
  const auto count = static_cast<std::int64_t>(platform.devices.size());
  const std::vector<std::string> source{key_of(Kind::env, listed.variable)};
  platform.facts.set(fact::ascend::visible_devices, listed.text, source);
  listed.numbers.erase(listed.numbers.lower_bound(count), listed.numbers.end());
  const std::int64_t left = leave_visible(listed, one_each(platform.devices.size()), platform.devices);
  platform.facts.set(fact::ascend::visible_count, left, source);
  if (left > 0) return;
  for (Device& device : platform.devices)
    device.layers.set(Layer::runtime_init, Truth::no, "hidden by " + listed.variable, source);
}

}  // namespace

const AcceleratorKind ascend_kind{
    "ascend",
    "Ascend",
    {"drv_davinci", "davinci", "devdrv_device_driver"},
    {{"/dev", "davinci", ""}},
    {"19e5"},
    [](const PciDevice& pci) { return pci.pci_class.starts_with("12"); },  // the vendor makes network chips, too
    {"/usr/local/Ascend/ascend-toolkit/latest/lib64/libascendcl.so", "/usr/local/Ascend/cann/lib64/libascendcl.so"},
    "CANN (libascendcl.so)"};

Requests ascend_next() {
  return {file(driver_info, 4096), node(driver_library), file(toolkit_info, 4096), env("ASCEND_TOOLKIT_HOME"),
          env("ASCEND_RT_VISIBLE_DEVICES")};
}

void add_ascend_facts(const Evidence& evidence, Platform& platform) {
  std::vector<ToolRun> runs;
  FactOf<std::string> version = Fact::unknown("not reported");
  for (const auto& [line, answer] : evidence.commands("npu-smi")) {
    const AscendListing listing = parse_npu_smi(answer->text);
    const std::vector<std::string> source{"command:" + std::string(line)};
    runs.push_back({source.front(), listing.devices});
    if (version.is_unknown() && !listing.driver_version.empty()) version = Fact::of(listing.driver_version, source);
  }
  add_listed(runs, "npu-smi", "ascend", evidence, platform);
  if (platform.devices.empty()) return;
  read_visible_npus(evidence, platform);
  if (version.known()) platform.facts.set_if_unknown(fact::ascend::driver_version, std::move(version));
  if (std::string own = version_in(evidence.text(driver_info)); !own.empty())
    platform.facts.set(fact::ascend::driver_version, std::move(own), {key_of(Kind::file, driver_info)});
  for (const std::string& path : evidence.expand(toolkit_info))
    if (std::string cann = version_in(evidence.text(path)); !cann.empty())
      platform.facts.set_if_unknown(fact::ascend::cann_version, Fact::of(std::move(cann), {key_of(Kind::file, path)}));
  if (const Answer& library = evidence.node(driver_library); library.found() || library.absent())
    platform.facts.set(fact::ascend::driver_library, library.found(), {key_of(Kind::node, driver_library)});
  // set_env.sh of the toolkit sets it; without that no program finds libascendcl.so.
  if (const Answer& home = evidence.env("ASCEND_TOOLKIT_HOME"); home.found() || home.absent())
    platform.facts.set(fact::ascend::cann_environment_set, home.found(), {"env:ASCEND_TOOLKIT_HOME"});
}

}  // namespace rigfit
