#include <algorithm>
#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ask/level_zero/level_zero.hpp"
#include "ask/level_zero/level_zero_api.hpp"
#include "ask/level_zero/level_zero_kernel.hpp"
#include "ask/level_zero/level_zero_lists.hpp"
#include "ask/library.hpp"
#include "ask/proof.hpp"

namespace rigfit {
namespace {

using namespace level_zero;
using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t group_size = 64;
constexpr std::size_t most_bytes = 4u << 20;  // a million numbers say as much as more

/// One GPU being worked with; the first step that fails is reported. What it makes is given back when the process ends.
class Proof {
 public:
  Proof(const Library& library, Handle driver, Handle device, Json& answer)
      : library_(library), driver_(driver), device_(device), answer_(answer) {}

  bool run() {
    const std::size_t groups = std::min(limits_.bytes, most_bytes) / sizeof(std::uint32_t) / group_size;
    const std::vector<std::uint32_t> numbers = random_numbers(groups * group_size);
    const std::size_t bytes = numbers.size() * sizeof(std::uint32_t);
    const ContextDescription context;
    const DeviceMemoryDescription memory;
    tell_progress("making a context");
    if (!does("zeContextCreate", driver_, &context, &context_) || !make_list()) return false;
    tell_progress("compiling a kernel");
    if (!compile()) return false;
    tell_progress("running a kernel");
    void* data = nullptr;
    if (!does("zeMemAllocDevice", context_, &memory, bytes, std::size_t{64}, device_, &data)) return false;
    answer_["memory_bytes"] = bytes;
    std::vector<std::uint32_t> results(numbers.size());
    const GroupCount count{static_cast<std::uint32_t>(groups), 1, 1};
    if (!does("zeKernelSetGroupSize", kernel_, group_size, 1u, 1u) ||
        !does("zeKernelSetArgumentValue", kernel_, 0u, sizeof data, static_cast<const void*>(&data)) ||
        !copy(data, numbers.data(), bytes) ||
        !does("zeCommandListAppendLaunchKernel", list_, kernel_, &count, no_event, 0u, no_events) || !barrier() ||
        !copy(results.data(), data, bytes) || !finish())
      return false;
    answer_["elements"] = numbers.size();
    return compare("kernel", results.data(), mixed(numbers), answer_);
  }

 private:
  static constexpr Handle no_event = nullptr;
  static constexpr Handle* no_events = nullptr;

  template <class... Arguments>
  Result call(const char* symbol, Arguments... arguments) {
    auto* function = library_.find<Result(Arguments...)>(symbol);
    if (function) return function(arguments...);
    answer_["untried"] = library_.name() + " has no function " + symbol;
    return not_there;
  }
  template <class... Arguments>
  bool does(const char* symbol, Arguments... arguments) {
    const Result result = call(symbol, arguments...);
    if (result != success && result != not_there) answer_["error"] = error_json(symbol, result);
    return result == success;
  }

  bool barrier() { return does("zeCommandListAppendBarrier", list_, no_event, 0u, no_events); }
  bool copy(void* to, const void* from, std::size_t bytes) {
    return does("zeCommandListAppendMemoryCopy", list_, to, from, bytes, no_event, 0u, no_events) && barrier();
  }

  /// On the first group of queues that computes.
  bool make_list() {
    std::vector<QueueGroup> groups;
    const auto list = [&](std::uint32_t* count, QueueGroup* out) {
      return call("zeDeviceGetCommandQueueGroupProperties", device_, count, out);
    };
    const Result result = list_all(list, groups);
    if (result != success && result != not_there)
      answer_["error"] = error_json("zeDeviceGetCommandQueueGroupProperties", result);
    if (result != success) return false;
    QueueDescription description;
    const auto computes = [](const QueueGroup& group) { return (group.flags & queue_computes) != 0; };
    description.ordinal =
        static_cast<std::uint32_t>(std::find_if(groups.begin(), groups.end(), computes) - groups.begin());
    const QueueDescription& ready = description;
    return does("zeCommandListCreateImmediate", context_, device_, &ready, &list_);
  }

  bool compile() {
    const std::vector<std::uint32_t> words = kernel_module();
    ModuleDescription module;
    module.size = words.size() * sizeof(std::uint32_t);
    module.input = reinterpret_cast<const std::uint8_t*>(words.data());
    const ModuleDescription& ready = module;
    Handle log = nullptr;
    const Result result = call("zeModuleCreate", context_, device_, &ready, &module_, &log);
    if (result == module_build_failure) {
      // It was never tried on a GPU: that a compiler refuses it says little of this GPU.
      answer_["untried"] = "the GPU's compiler did not take the kernel";
      note_log(log);
      return false;
    }
    if (result != success && result != not_there) answer_["error"] = error_json("zeModuleCreate", result);
    const KernelDescription kernel{.name = "mix"};
    return result == success && does("zeKernelCreate", module_, &kernel, &kernel_);
  }

  void note_log(Handle log) {
    auto* text_of_log = library_.find<Result(Handle, std::size_t*, char*)>("zeModuleBuildLogGetString");
    std::size_t size = 0;
    if (!log || !text_of_log || text_of_log(log, &size, nullptr) != success || size == 0 || size > most_bytes) return;
    std::string text(size, '\0');
    if (text_of_log(log, &size, text.data()) == success) answer_["log"] = std::string(text.c_str()).substr(0, 400);
  }

  bool finish() {
    const double left = std::max(limits_.seconds - seconds_since(begin_), 0.001);
    const auto nanoseconds = static_cast<std::uint64_t>(left * 1e9);
    const Result result = call("zeCommandListHostSynchronize", list_, nanoseconds);
    if (result == not_ready) answer_["late"] = "kernel";
    if (result != success && result != not_ready && result != not_there)
      answer_["error"] = error_json("zeCommandListHostSynchronize", result);
    return result == success;
  }

  const Library& library_;
  Handle driver_, device_;
  Json& answer_;
  const ProofLimits limits_ = proof_limits();
  const Clock::time_point begin_ = Clock::now();
  Handle context_ = nullptr, list_ = nullptr, module_ = nullptr, kernel_ = nullptr;
};

std::string address_of(const Library& library, Handle device) {
  auto* pci_of = library.find<Result(Handle, PciProperties*)>("zeDevicePciGetPropertiesExt");
  PciProperties pci;
  return pci_of && pci_of(device, &pci) == success ? address_text(pci.address) : "";
}

}  // namespace

int prove_xpu(const Words& arguments) {
  const std::string address = arguments.empty() ? "" : arguments.front();
  Library library;
  if (!library.load({"libze_loader.so.1"})) return library.report_failure();
  auto* devices_of = library.find<Result(Handle, std::uint32_t*, Handle*)>("zeDeviceGet");
  if (!devices_of) return library.report_missing("zeDeviceGet");
  const auto begin = Clock::now();
  Json answer{{"library", library.name()}, {"pci_address", address}, {"passed", false}};
  std::vector<Handle> drivers;
  tell_progress("starting Level Zero");
  const Started started = start(library, drivers);
  if (started.result != success) {
    answer["error"] = error_json(started.call, started.result);
    return print_answer(answer);
  }
  bool is_there = false;
  for (const Handle driver : drivers) {
    std::vector<Handle> devices;
    list_all([&](std::uint32_t* count, Handle* out) { return devices_of(driver, count, out); }, devices);
    for (const Handle device : devices) {
      if (is_there || address_of(library, device) != address) continue;
      is_there = true;
      answer["passed"] = Proof(library, driver, device, answer).run();
    }
  }
  if (!is_there)
    answer["error"] = Json{{"call", "zeDevicePciGetPropertiesExt"}, {"text", "Level Zero lists none at this address"}};
  answer["seconds"] = seconds_since(begin);
  return print_answer(answer);
}

}  // namespace rigfit
