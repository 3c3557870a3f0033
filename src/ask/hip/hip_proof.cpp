#include <algorithm>
#include <chrono>
#include <cstring>
#include <nlohmann/json.hpp>
#include <vector>

#include "ask/hip/hip.hpp"
#include "ask/hip/hip_api.hpp"
#include "ask/hip/hip_compiler.hpp"
#include "ask/proof.hpp"

namespace rigfit {
namespace {

using hip::Hip;
using hip::Json;
using hip::Status;
using hip::success;
using Clock = std::chrono::steady_clock;

// The steps of mixed().
const char kernel_source[] = R"(
extern "C" __global__ void rigfit_mix(const unsigned* in, unsigned* out, unsigned count) {
  unsigned n = blockIdx.x * blockDim.x + threadIdx.x;
  if (n >= count) return;
  unsigned x = in[n] * 2654435761u + n;
  x ^= x >> 15;
  x *= 2246822519u;
  out[n] = x ^ (x >> 13);
}
)";

/// Memory of the device that is given back whatever happens.
class DeviceMemory {
 public:
  explicit DeviceMemory(const Hip& runtime) : runtime_(runtime) {}
  ~DeviceMemory() {
    if (pointer_) runtime_.call("hipFree", pointer_);
  }
  DeviceMemory(const DeviceMemory&) = delete;
  DeviceMemory& operator=(const DeviceMemory&) = delete;
  Status take(std::size_t bytes) { return runtime_.call("hipMalloc", &pointer_, bytes); }
  void* get() const { return pointer_; }

 private:
  const Hip& runtime_;
  void* pointer_ = nullptr;
};

class Proof {
 public:
  Proof(const Hip& runtime, Json& answer) : runtime_(runtime), answer_(answer), limits_(proof_limits()) {}

  bool run(int device, const std::string& target) {
    begin_ = Clock::now();
    return check("hipSetDevice", runtime_.call("hipSetDevice", device)) && compile(target) && load() && compute() &&
           measure();
  }

 private:
  bool check(const char* symbol, Status status) {
    if (status == success) return true;
    answer_["error"] = runtime_.error(symbol, status);
    return false;
  }

  bool compile(const std::string& target) {
    hip::Compiler compiler;
    if (!compiler.load(runtime_.major())) {
      answer_["untried"] = "libhiprtc, which compiles the kernel, is not installed";
      return false;
    }
    tell_progress("compiling for " + target);
    hip::Compiler::Result result = compiler.compile(kernel_source, target);
    if (!result.code.empty()) {
      code_ = std::move(result.code);
      return true;
    }
    answer_["error"] = Json{{"call", "hiprtcCompileProgram"}, {"text", result.error}};
    if (!result.log.empty()) answer_["log"] = result.log;
    return false;
  }

  bool load() {
    return check("hipModuleLoadData",
                 runtime_.call("hipModuleLoadData", &module_, static_cast<const void*>(code_.data()))) &&
           check("hipModuleGetFunction",
                 runtime_.call("hipModuleGetFunction", &function_, module_, static_cast<const char*>("rigfit_mix")));
  }

  bool compute() {
    // Half of what may be taken for input, half for output; a million elements say as much as more.
    const std::size_t count = std::min<std::size_t>(limits_.bytes / 2 / sizeof(std::uint32_t), 1U << 20);
    const std::size_t bytes = count * sizeof(std::uint32_t);
    const std::vector<std::uint32_t> input = random_numbers(count);
    const std::vector<std::uint32_t> expected = mixed(input);
    std::vector<std::uint32_t> output(count);
    for (std::size_t n = 0; n < count; ++n) output[n] = ~expected[n];  // wrong until the kernel says otherwise
    DeviceMemory in(runtime_), out(runtime_);
    tell_progress("running a kernel");
    if (!check("hipMalloc", in.take(bytes)) || !check("hipMalloc", out.take(bytes)) ||
        !copy(in.get(), input.data(), bytes, hip::host_to_device) ||
        !copy(out.get(), output.data(), bytes, hip::host_to_device))
      return false;
    constexpr unsigned block = 256;
    const auto grid = static_cast<unsigned>((count + block - 1) / block);
    void* in_pointer = in.get();
    void* out_pointer = out.get();
    auto elements = static_cast<unsigned>(count);
    void* parameters[] = {&in_pointer, &out_pointer, &elements};
    const Status launched =
        runtime_.call("hipModuleLaunchKernel", function_, grid, 1U, 1U, block, 1U, 1U, 0U, static_cast<void*>(nullptr),
                      static_cast<void**>(parameters), static_cast<void**>(nullptr));
    if (!check("hipModuleLaunchKernel", launched) ||
        !check("hipDeviceSynchronize", runtime_.call("hipDeviceSynchronize")) ||
        !copy(output.data(), out.get(), bytes, hip::device_to_host))
      return false;
    answer_["elements"] = count;
    answer_["memory_bytes"] = 2 * bytes;
    return compare("kernel", output.data(), expected, answer_);
  }

  /// Copies within the device's memory, each byte read and written, for a fifth of a second or what time is left.
  bool measure() {
    const std::vector<std::uint32_t> data = random_numbers(limits_.bytes / 2 / sizeof(std::uint32_t));
    const std::size_t half = data.size() * sizeof(std::uint32_t);
    DeviceMemory from(runtime_), to(runtime_);
    tell_progress("copying within its memory");
    if (!check("hipMalloc", from.take(half)) || !check("hipMalloc", to.take(half)) ||
        !copy(from.get(), data.data(), half, hip::host_to_device) ||
        !copy(to.get(), from.get(), half, hip::device_to_device) ||
        !check("hipDeviceSynchronize", runtime_.call("hipDeviceSynchronize")))
      return false;
    const auto start = Clock::now();
    double moved = 0, took = 0;
    do {
      for (int n = 0; n < 8; ++n)
        if (!copy(to.get(), from.get(), half, hip::device_to_device)) return false;
      if (!check("hipDeviceSynchronize", runtime_.call("hipDeviceSynchronize"))) return false;
      moved += 8 * 2 * static_cast<double>(half);
      took = seconds_since(start);
    } while (took < 0.2 && seconds_since(begin_) < limits_.seconds);
    answer_["memory_bytes"] = 2 * half;
    std::vector<std::uint32_t> arrived(data.size());
    if (!copy(arrived.data(), to.get(), half, hip::device_to_host)) return false;
    if (!compare("copy", arrived.data(), data, answer_)) return false;
    if (took > 0) answer_["bandwidth"] = Json{{"bytes_per_second", static_cast<std::int64_t>(moved / took)}};
    return true;
  }

  bool copy(void* to, const void* from, std::size_t bytes, hip::CopyKind kind) {
    return check("hipMemcpy", runtime_.call("hipMemcpy", to, from, bytes, static_cast<int>(kind)));
  }

  const Hip& runtime_;
  Json& answer_;
  ProofLimits limits_;
  Clock::time_point begin_;
  std::string code_;
  void* module_ = nullptr;
  void* function_ = nullptr;
};

/// The device at `address`, by its PCI address: numbers depend on the environment.
int device_at(const Hip& runtime, const std::string& address, int count) {
  for (int n = 0; n < count; ++n)
    if (runtime.pci_address(n) == address) return n;
  return -1;
}

}  // namespace

int prove_rocm(const Words& arguments) {
  const std::string address = arguments.empty() ? "" : arguments.front();
  Hip runtime;
  if (!runtime.load()) return runtime.library().report_failure();
  for (const char* symbol :
       {"hipInit", "hipGetDeviceCount", "hipSetDevice", "hipDeviceGetPCIBusId", "hipMalloc", "hipFree", "hipMemcpy",
        "hipModuleLoadData", "hipModuleGetFunction", "hipModuleLaunchKernel", "hipDeviceSynchronize"})
    if (!runtime.library().find<void()>(symbol)) return runtime.library().report_missing(symbol);
  const auto begin = Clock::now();
  Json answer{{"library", runtime.library().name()}, {"pci_address", address}, {"passed", false}};
  tell_progress("starting HIP");
  int count = 0;
  const Status started = runtime.call("hipInit", 0U);
  const Status counted = started == success ? runtime.call("hipGetDeviceCount", &count) : started;
  if (counted != success) {
    answer["error"] = runtime.error(started == success ? "hipGetDeviceCount" : "hipInit", counted);
    return print_answer(answer);
  }
  const int device = device_at(runtime, address, count);
  if (device < 0) {
    answer["error"] = Json{{"call", "hipDeviceGetPCIBusId"},
                           {"text", "HIP lists " + std::to_string(count) + " devices, and none at this address"}};
    return print_answer(answer);
  }
  // What the runtime takes it for, an override included, is what it would load code for.
  std::string target = runtime.target(device);
  if (target.empty() && arguments.size() > 1) target = arguments[1];
  if (target.empty()) {
    answer["untried"] = "the runtime does not tell the target to compile for";
    return print_answer(answer);
  }
  answer["architecture"] = target.substr(0, target.find(':'));
  answer["passed"] = Proof(runtime, answer).run(device, target);
  answer["seconds"] = seconds_since(begin);
  return print_answer(answer);
}

}  // namespace rigfit
