// Compiled again and again by ctest: as it stands, and once for each macro, which has to be refused.
#include "fact_names/cpu.hpp"
#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "fact_names/framework.hpp"
#include "facts/facts.hpp"

namespace rigfit {

void typed(Facts& facts, Platform& platform, Device& device) {
  facts.host.set(fact::cpu::logical_cpus, 8, {"file:/proc/cpuinfo"});
  facts.host.set(fact::framework::version_of("torch"), Fact::unknown("not recorded"));
  platform.facts.set(fact::cuda::driver_version, Fact::of_none("no driver is loaded"));
  device.facts.set_if_unknown(fact::device::name, Fact::of("NVIDIA H100", {"ask:nvml"}));
  const std::int64_t* cpus = facts.host.get(fact::cpu::logical_cpus);
  device.facts.set(fact::device::integrated, cpus && *cpus > 8 && device.facts.has(fact::device::name), {});
#if defined(UNDECLARED_NAME)
  facts.host.set(fact::cpu::logical_cpu, 8, {});
#elif defined(UNDECLARED_MEMBER)
  facts.host.set(fact::framework::version_of("torhc"), Fact::unknown("not recorded"));
#elif defined(NAME_AS_TEXT)
  facts.host.set("cpu.logical_cpus", 8, {});
#elif defined(READ_AS_TEXT)
  device.facts.set(fact::device::integrated, facts.host.has("cpu.logical_cpus"), {});
#elif defined(DEVICE_NAME_IN_HOST_TABLE)
  facts.host.set(fact::device::name, std::string("x"), {});
#elif defined(PLATFORM_NAME_IN_DEVICE_TABLE)
  device.facts.set(fact::cuda::wsl, true, {});
#elif defined(HOST_NAME_READ_FROM_PLATFORM_TABLE)
  device.facts.set(fact::device::integrated, platform.facts.at(fact::cpu::model).known(), {});
#elif defined(TEXT_FOR_NUMBER)
  facts.host.set(fact::cpu::logical_cpus, "8", {});
#elif defined(NUMBER_FOR_YES_OR_NO)
  device.facts.set(fact::device::integrated, 1, {});
#elif defined(FRACTION_FOR_NUMBER)
  facts.host.set(fact::cpu::logical_cpus, 1.5, {});
#elif defined(FACT_OF_ANOTHER_TYPE)
  facts.host.set(fact::cpu::logical_cpus, Fact::of(true));
#elif defined(READ_AS_ANOTHER_TYPE)
  const std::string* model = facts.host.get(fact::cpu::logical_cpus);
  device.facts.set(fact::device::integrated, model != nullptr, {});
#endif
}

}  // namespace rigfit
