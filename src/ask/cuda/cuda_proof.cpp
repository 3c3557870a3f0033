#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

#include "ask/cuda/cuda.hpp"
#include "ask/cuda/cuda_api.hpp"
#include "ask/cuda/cuda_kernel.hpp"
#include "ask/proof.hpp"
#include "evidence/ask_protocol.hpp"

namespace rigfit {
namespace {

using cuda::Address;
using cuda::Cuda;
using cuda::Handle;
using cuda::Json;
using cuda::Result;
using cuda::success;
using Clock = std::chrono::steady_clock;

double rounded(double seconds) { return std::round(seconds * 1e4) / 1e4; }

class Proof {
 public:
  Proof(const Cuda& library, cuda::Device device, Json& answer)
      : library_(library), device_(device), answer_(answer), begin_(Clock::now()) {}
  Proof(const Proof&) = delete;
  Proof& operator=(const Proof&) = delete;

  /// Gives back what was taken, also after a failure half-way.
  ~Proof() {
    for (const Handle event : {first_, second_})
      if (event) library_.call("cuEventDestroy_v2", event);
    if (module_) library_.call("cuModuleUnload", module_);
    for (const Address address : {from_, to_})
      if (address) library_.call("cuMemFree_v2", address);
    if (context_) library_.call("cuDevicePrimaryCtxRelease_v2", device_);
  }

  /// Whether the kernel ran and was right, and all copies were.
  bool run() {
    if (!step("context", [&] { return take_context(); })) return false;
    if (!step("copy", [&] { return take_memory() && copy_in(); })) return false;
    const bool compiled = step("compile", [&] { return compile(); });
    if (compiled && !step("kernel", [&] { return run_kernel(); })) return false;
    if (!compiled && !may_go_on_without_kernel_) return false;
    if (!step("bandwidth", [&] { return copy_within(); })) return false;
    if (!compiled) answer_["memory_works"] = true;
    return compiled;
  }

 private:
  template <class Work>
  bool step(const char* name, Work&& work) {
    if (seconds_since(begin_) > limits_.seconds) {
      answer_["late"] = name;
      return false;
    }
    tell_progress(answer_.value("name", "") + ": " + name);
    const auto begin = Clock::now();
    const bool done = work();
    answer_["steps"][name] = rounded(seconds_since(begin));
    return done;
  }

  template <class... Arguments>
  bool does(const char* symbol, Arguments... arguments) {
    const Result result = library_.call(symbol, arguments...);
    if (result == success) return true;
    answer_["error"] = library_.error_json(symbol, result);
    return false;
  }

  // The primary context, since its two functions have kept their form from CUDA 7 to 13.
  bool take_context() {
    if (!does("cuDevicePrimaryCtxRetain", &context_, device_)) {
      context_ = nullptr;
      return false;
    }
    return does("cuCtxSetCurrent", context_);
  }

  bool take_memory() {
    std::size_t free = 0, total = 0, most = limits_.bytes;
    // Others may work there: at most a quarter of what they leave.
    if (library_.call("cuMemGetInfo_v2", &free, &total) == success) most = std::min(most, free / 4);
    bytes_ = std::max<std::size_t>(most / 2 / 4096, 1) * 4096;
    if (!does("cuMemAlloc_v2", &from_, bytes_) || !does("cuMemAlloc_v2", &to_, bytes_)) return false;
    answer_["memory_bytes"] = 2 * bytes_;
    return true;
  }

  bool copy_in() {
    numbers_ = random_numbers(std::min(bytes_, most_host_bytes) / sizeof(std::uint32_t));
    for (std::size_t at = 0; at < bytes_; at += most_host_bytes)
      if (!does("cuMemcpyHtoD_v2", from_ + at, static_cast<const void*>(numbers_.data()),
                std::min(bytes_ - at, most_host_bytes)))
        return false;
    return clear();
  }
  // What was there before must not pass for a result.
  bool clear() { return does("cuMemsetD32_v2", to_, untouched, bytes_ / sizeof(std::uint32_t)); }

  bool compile() {
    std::string log(4096, '\0');
    Json refused;
    for (const cuda::Kernel& kernel : cuda::kernels) {
      int options[] = {5, 6};  // CU_JIT_ERROR_LOG_BUFFER, …_SIZE_BYTES
      // The interface takes numbers in the place of pointers. NOLINTNEXTLINE(performance-no-int-to-ptr)
      void* values[] = {log.data(), reinterpret_cast<void*>(log.size() - 1)};
      const Result result = library_.call("cuModuleLoadDataEx", &module_, static_cast<const void*>(kernel.text), 2u,
                                          static_cast<int*>(options), static_cast<void**>(values));
      if (result == success) {
        answer_["ptx"] = kernel.label;
        return does("cuModuleGetFunction", &function_, module_, cuda::kernel_name);
      }
      module_ = nullptr;
      if (refused.is_null()) {
        refused = library_.error_json("cuModuleLoadDataEx", result);
        if (log.front() != '\0') answer_["log"] = std::string(log.c_str()).substr(0, 400);
      }
      const bool is_refusal =
          std::find(std::begin(cuda::jit_codes), std::end(cuda::jit_codes), result) != std::end(cuda::jit_codes);
      if (!is_refusal) break;
      may_go_on_without_kernel_ = true;
    }
    answer_["error"] = refused;
    return false;
  }

  bool run_kernel() {
    // One element less than there is room for: what lies behind must stay as it was.
    const std::size_t room = bytes_ / sizeof(std::uint32_t),
                      count = std::min<std::size_t>(std::size_t{1} << 20, room - 1);
    unsigned size = static_cast<unsigned>(count);
    void* parameters[] = {&to_, &from_, &size};
    const unsigned threads = 256, blocks = static_cast<unsigned>((count + threads) / threads);
    if (!does("cuLaunchKernel", function_, blocks, 1u, 1u, threads, 1u, 1u, 0u, static_cast<Handle>(nullptr),
              static_cast<void**>(parameters), static_cast<void**>(nullptr)) ||
        !does("cuCtxSynchronize"))
      return false;
    std::vector<std::uint32_t> results(count + 1);
    if (!does("cuMemcpyDtoH_v2", static_cast<void*>(results.data()), to_, results.size() * sizeof(std::uint32_t)))
      return false;
    answer_["elements"] = count;
    std::vector<std::uint32_t> expected(count + 1, untouched);
    std::transform(numbers_.begin(), numbers_.begin() + static_cast<std::ptrdiff_t>(count), expected.begin(),
                   cuda::kernel_result);
    return compare("kernel", results.data(), expected, answer_);
  }

  /// Copies within device memory, timed by the device, and what arrived.
  bool copy_within() {
    if (!clear()) return false;
    if (library_.find<void>("cuEventElapsedTime")) {
      if (!does("cuEventCreate", &first_, 0u) || !does("cuEventCreate", &second_, 0u)) return false;
      if (!measure()) return false;
    } else if (!does("cuMemcpyDtoD_v2", to_, from_, bytes_)) {
      return false;
    }
    for (std::size_t at = 0; at < bytes_; at += most_host_bytes) {
      std::vector<std::uint32_t> results(std::min(bytes_ - at, most_host_bytes) / sizeof(std::uint32_t));
      if (!does("cuMemcpyDtoH_v2", static_cast<void*>(results.data()), to_ + at,
                results.size() * sizeof(std::uint32_t)) ||
          !compare("copy", results.data(), std::span(numbers_).first(results.size()), answer_))
        return false;
    }
    return true;
  }

  bool time_copies(unsigned times, double& seconds) {
    const Handle stream = nullptr;
    if (!does("cuEventRecord", first_, stream)) return false;
    for (unsigned n = 0; n < times; ++n)
      if (!does("cuMemcpyDtoDAsync_v2", to_, from_, bytes_, stream)) return false;
    float milliseconds = 0;
    if (!does("cuEventRecord", second_, stream) || !does("cuEventSynchronize", second_) ||
        !does("cuEventElapsedTime", &milliseconds, first_, second_))
      return false;
    seconds = static_cast<double>(milliseconds) / 1000;
    return true;
  }

  // An idle GPU has slow clocks: 50 ms of copies wake them, then the best of three runs of about 50 ms each counts.
  bool measure() {
    double once = 0, best = 0;
    if (!time_copies(2, once)) return false;
    const double estimate = std::max(once / 2, 1e-6);
    const double left = std::max(limits_.seconds - seconds_since(begin_), 0.0);
    const auto times = static_cast<unsigned>(std::clamp(std::min(0.05, left / 8) / estimate, 1.0, 20000.0));
    if (double warming = 0; !time_copies(times, warming)) return false;
    for (int run = 0; run < 3 && seconds_since(begin_) < limits_.seconds; ++run) {
      double seconds = 0;
      if (!time_copies(times, seconds)) return false;
      if (seconds > 0 && (best == 0 || seconds < best)) best = seconds;
    }
    if (best <= 0) return true;                                      // a clock that does not move measures nothing
    const double moved = 2.0 * static_cast<double>(bytes_) * times;  // read and written
    answer_["bandwidth"] =
        Json{{"bytes_per_second", static_cast<std::int64_t>(moved / best)}, {"copied_bytes", bytes_}, {"times", times}};
    if (const int cache = library_.attribute(cuda::l2_cache_bytes, device_, 0); cache > 0)
      answer_["bandwidth"]["from_cache"] = bytes_ < 4 * static_cast<std::size_t>(cache);
    return true;
  }

  static constexpr std::uint32_t untouched = 0xa5a5a5a5;
  static constexpr std::size_t most_host_bytes = 32u << 20;  ///< larger buffers are filled by repetition

  const Cuda& library_;
  const cuda::Device device_;
  Json& answer_;
  const Clock::time_point begin_;
  const ProofLimits limits_ = proof_limits();
  Handle context_ = nullptr, module_ = nullptr, function_ = nullptr, first_ = nullptr, second_ = nullptr;
  Address from_ = 0, to_ = 0;
  std::size_t bytes_ = 0;
  std::vector<std::uint32_t> numbers_;
  bool may_go_on_without_kernel_ = false;
};

}  // namespace

int prove_cuda(const Words& arguments) {
  int index = -1;
  const std::string text = arguments.size() == 1 ? arguments.front() : "";
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (problem != std::errc() || end != text.data() + text.size() || index < 0) {
    std::fprintf(stderr, "prove-cuda needs the CUDA index of a device\n");
    return ask_no_such_question;
  }
  Cuda library;
  if (!library.load()) return library.report_failure();
  for (const char* symbol :
       {"cuInit", "cuDeviceGet", "cuDevicePrimaryCtxRetain", "cuModuleLoadDataEx", "cuLaunchKernel"})
    if (!library.find<void>(symbol)) return library.report_missing(symbol);

  Json answer{{"index", index}, {"passed", false}};
  tell_progress("initialising CUDA");
  const auto begin = Clock::now();
  Result result = library.call("cuInit", 0u);
  answer["steps"]["init"] = rounded(seconds_since(begin));
  if (result != success) {
    answer["error"] = library.error_json("cuInit", result);
    return print_answer(answer);
  }
  cuda::Device device = 0;
  if (result = library.call("cuDeviceGet", &device, index); result != success) {
    answer["error"] = library.error_json("cuDeviceGet", result);
    return print_answer(answer);
  }
  answer["name"] = library.device_name(device);
  if (std::string address = library.address_of(device); !address.empty()) answer["pci_address"] = std::move(address);
  {
    Proof proof(library, device, answer);
    answer["passed"] = proof.run();
  }
  answer["seconds"] = rounded(seconds_since(begin));
  return print_answer(answer);
}

}  // namespace rigfit
