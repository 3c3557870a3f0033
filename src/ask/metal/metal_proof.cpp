#include "ask/metal/metal_proof.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "ask/metal/objc.hpp"
#include "ask/proof.hpp"
#include "evidence/ask_protocol.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;
using Id = ObjC::Id;
using Clock = std::chrono::steady_clock;

struct Size {  // MTLSize
  unsigned long width, height, depth;
};

constexpr unsigned long group_size = 64;               // threads of a threadgroup, as many as any GPU takes
constexpr unsigned long completed = 4, ended_ill = 5;  // MTLCommandBufferStatus
constexpr std::size_t most_bytes = 4u << 20;           // a million numbers say as much as more

/// The steps of mixed(), in Metal's language.
constexpr const char* source =
    "#include <metal_stdlib>\n"
    "kernel void mix(device uint* numbers [[buffer(0)]], uint at [[thread_position_in_grid]]) {\n"
    "  uint z = numbers[at] * 2654435761u + at;\n"
    "  z = (z ^ (z >> 15)) * 2246822519u;\n"
    "  numbers[at] = z ^ (z >> 13);\n"
    "}\n";

/// One GPU being worked with; the first step that fails is reported. What it makes is given back when the process ends.
class Proof {
 public:
  Proof(const ObjC& objc, Id device, Json& answer) : objc_(objc), device_(device), answer_(answer) {}

  bool run() {
    const std::size_t groups = std::min(limits_.bytes, most_bytes) / sizeof(std::uint32_t) / group_size;
    const std::vector<std::uint32_t> numbers = random_numbers(groups * group_size);
    const std::size_t bytes = numbers.size() * sizeof(std::uint32_t);
    tell_progress("compiling a kernel");
    Id pipeline = compile();
    if (!pipeline) return false;
    constexpr unsigned long shared = 0;  // MTLResourceStorageModeShared
    Id buffer = objc_.send<Id, const void*, unsigned long, unsigned long>(
        device_, "newBufferWithBytes:length:options:", numbers.data(), bytes, shared);
    if (!buffer) return fail("newBufferWithBytes:length:options:", "no memory was given");
    answer_["memory_bytes"] = bytes;
    tell_progress("running a kernel");
    if (!dispatch(pipeline, buffer, groups)) return false;
    const auto* results = objc_.send<const std::uint32_t*>(buffer, "contents");
    if (!results) return fail("contents", "the results cannot be read");
    answer_["elements"] = numbers.size();
    return compare("kernel", results, mixed(numbers), answer_);
  }

 private:
  bool fail(const char* call, const std::string& text) {
    answer_["error"] = Json{{"call", call}, {"text", text}};
    return false;
  }
  bool fail(const char* call, Id error) {
    const std::string text = objc_.text(objc_.get<Id>(error, "localizedDescription", nullptr));
    return fail(call, text.empty() ? std::string("it gave no reason") : text);
  }

  Id compile() {
    Id error = nullptr;
    Id library = objc_.send<Id, Id, Id, Id*>(device_, "newLibraryWithSource:options:error:", objc_.string(source),
                                             nullptr, &error);
    if (!library) return fail("newLibraryWithSource:options:error:", error), nullptr;
    Id function = objc_.send<Id, Id>(library, "newFunctionWithName:", objc_.string("mix"));
    if (!function) return fail("newFunctionWithName:", "the kernel is not in its library"), nullptr;
    Id pipeline = objc_.send<Id, Id, Id*>(device_, "newComputePipelineStateWithFunction:error:", function, &error);
    if (!pipeline) fail("newComputePipelineStateWithFunction:error:", error);
    return pipeline;
  }

  bool dispatch(Id pipeline, Id buffer, std::size_t groups) {
    Id queue = objc_.send<Id>(device_, "newCommandQueue");
    Id commands = queue ? objc_.send<Id>(queue, "commandBuffer") : nullptr;
    Id encoder = commands ? objc_.send<Id>(commands, "computeCommandEncoder") : nullptr;
    if (!encoder) return fail("newCommandQueue", "the GPU takes no commands");
    objc_.send<void, Id>(encoder, "setComputePipelineState:", pipeline);
    objc_.send<void, Id, unsigned long, unsigned long>(encoder, "setBuffer:offset:atIndex:", buffer, 0, 0);
    objc_.send<void, Size, Size>(encoder, "dispatchThreadgroups:threadsPerThreadgroup:", Size{groups, 1, 1},
                                 Size{group_size, 1, 1});
    objc_.send<void>(encoder, "endEncoding");
    objc_.send<void>(commands, "commit");
    // Not waitUntilCompleted, which has no limit.
    for (unsigned long status = 0; status != completed;) {
      status = objc_.send<unsigned long>(commands, "status");
      if (status == ended_ill) return fail("commit", objc_.get<Id>(commands, "error", nullptr));
      if (status == completed) break;
      if (seconds_since(begin_) > limits_.seconds) {
        answer_["late"] = "kernel";
        return false;
      }
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    return true;
  }

  const ObjC& objc_;
  Id device_;
  Json& answer_;
  const ProofLimits limits_ = proof_limits();
  const Clock::time_point begin_ = Clock::now();
};

}  // namespace

int prove_mps(const Words& arguments) {
  const std::string text = arguments.empty() ? "" : arguments.front();
  unsigned long index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc() || end != text.data() + text.size()) {
    std::fprintf(stderr, "\"%s\" is no index of a GPU\n", text.c_str());
    return ask_no_such_question;
  }
  ObjC objc;
  if (const int status = objc.load(); status != 0) return status;
  Library metal;
  if (!metal.load({"/System/Library/Frameworks/Metal.framework/Metal", "Metal"})) return metal.report_failure();
  auto* copy_all = metal.find<Id()>("MTLCopyAllDevices");
  if (!copy_all) return metal.report_missing("MTLCopyAllDevices");
  const auto begin = Clock::now();
  void* pool = objc.push_pool();
  Json answer{{"library", "Metal"}, {"index", index}, {"passed", false}};
  Id list = copy_all();
  const unsigned long count = list ? objc.send<unsigned long>(list, "count") : 0;
  if (index < count) {
    Id device = objc.send<Id, unsigned long>(list, "objectAtIndex:", index);
    answer["name"] = objc.text(objc.get<Id>(device, "name", nullptr));
    answer["passed"] = Proof(objc, device, answer).run();
  } else {
    answer["error"] = Json{{"call", "MTLCopyAllDevices"}, {"text", "Metal shows no such GPU to this process"}};
  }
  answer["seconds"] = seconds_since(begin);
  objc.pop_pool(pool);
  return print_answer(answer);
}

}  // namespace rigfit
