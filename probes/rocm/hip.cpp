#include "probes/rocm/hip.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "probes/text/text.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;

constexpr std::string_view proof_key = "ask:prove-rocm ";

bool was_asked(const Answer& answer) {
  return answer.outcome != Outcome::not_recorded && answer.outcome != Outcome::skipped;
}

const Json* member(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto it = object.find(key);
  return it == object.end() ? nullptr : &*it;
}

std::string text(const Json& object, const char* key) {
  const Json* value = member(object, key);
  return value && value->is_string() ? value->get<std::string>() : "";
}

std::optional<std::int64_t> number(const Json& object, const char* key) {
  const Json* value = member(object, key);
  if (!value || !value->is_number_integer() || (value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX))
    return std::nullopt;
  return value->get<std::int64_t>();
}

/// "hipInit: hipErrorInsufficientDriver (35), …"
std::string describe_error(const Json& error) {
  std::string words = text(error, "call");
  if (const std::string name = text(error, "name"); !name.empty()) words += (words.empty() ? "" : ": ") + name;
  if (const auto code = number(error, "code"); code && *code >= 0) words += fmt::format(" ({})", *code);
  if (const std::string more = text(error, "text"); !more.empty()) words += (words.empty() ? "" : ", ") + more;
  return words.empty() ? "an error that it does not name" : words;
}

/// How a child that gave no answer ended, and the last thing it said it did.
std::string describe_end(const Answer& answer) {
  std::string where;
  for (const std::string_view line : lines_of(answer.err))
    if (line.starts_with("progress: ")) where = line.substr(10);
  std::string words = answer.outcome == Outcome::crashed     ? "HIP crashed"
                      : answer.outcome == Outcome::timed_out ? "HIP did not answer in time"
                      : answer.outcome == Outcome::stuck     ? "HIP hung and could not be ended"
                      : answer.absent()                      ? "libamdhip64 is not there"
                                                             : "libamdhip64 could not be used";
  if (!answer.why.empty() && !answer.absent()) words += ": " + answer.why;
  return where.empty() ? words : fmt::format("{} (while {})", words, where);
}

Device* device_at(Platform& platform, std::string_view address) {
  for (Device& device : platform.devices)
    if (const auto* own = device.facts.get<std::string>("pci_address"); own && *own == address) return &device;
  return nullptr;
}

void read_inventory(const Json& hip, Platform& platform) {
  const std::vector<std::string> source{"ask:hip"};
  if (const auto version = Version::parse(text(hip, "runtime_version")))
    platform.facts.set("hip_version", *version, source);
  if (const Json* error = member(hip, "error")) {
    if (const auto code = number(*error, "code")) platform.facts.set("hip_code", *code, source);
    platform.facts.set("hip_message", describe_error(*error), source);
  }
  const auto count = number(hip, "device_count");
  if (!count) return;
  platform.facts.set("hip_device_count", *count, source);
  for (Device& device : platform.devices)
    if (device.facts.has("pci_address")) device.facts.set("hip_listed", false, source);
  const Json* devices = member(hip, "devices");
  if (!devices || !devices->is_array()) return;
  for (const Json& one : *devices)
    if (Device* device = device_at(platform, lower(text(one, "pci_address")))) {
      device->facts.set("hip_listed", true, source);
      if (const std::string gfx = text(one, "architecture"); !gfx.empty()) device->facts.set("hip_target", gfx, source);
    }
}

void read_proof(const Answer& answer, const std::string& key, FactTable& facts) {
  const std::vector<std::string> source{key};
  const auto end = [&](std::string word, std::string message) {
    facts.set("proof", std::move(word), source);
    if (!message.empty()) facts.set("proof_message", std::move(message), source);
  };
  if (!answer.found()) {
    // Without the library nothing could be tried.
    if (answer.absent()) return facts.set("proof_message", describe_end(answer), source);
    const bool names_itself =
        answer.outcome == Outcome::crashed || answer.outcome == Outcome::timed_out || answer.outcome == Outcome::stuck;
    return end(names_itself ? std::string(name_of(answer.outcome)) : "failed", describe_end(answer));
  }
  const Json proof = Json::parse(answer.text, nullptr, false);
  if (const Json* seconds = member(proof, "seconds"); seconds && seconds->is_number())
    facts.set("proof_seconds", seconds->get<double>(), source);
  for (const auto& [name, fact] : {std::pair{"elements", "proof_elements"}, {"memory_bytes", "proof_memory_bytes"}})
    if (const auto value = number(proof, name)) facts.set(fact, *value, source);
  if (const Json* bandwidth = member(proof, "bandwidth")) {
    if (const auto value = number(*bandwidth, "bytes_per_second"))
      facts.set("copy_bandwidth_bytes_per_second", *value, source);
    if (const Json* cached = member(*bandwidth, "from_cache"); cached && cached->is_boolean())
      facts.set("copy_bandwidth_from_cache", cached->get<bool>(), source);
  }
  if (const Json* passed = member(proof, "passed"); passed && passed->is_boolean() && passed->get<bool>())
    return end("passed", "");
  if (const Json* wrong = member(proof, "wrong"))
    return end("wrong_result", fmt::format("{}: {} of the numbers wrong, the first at {}, which is {} and should be {}",
                                           text(*wrong, "what") == "kernel" ? "the kernel ran and was wrong"
                                                                            : "a copy in device memory arrived wrong",
                                           number(*wrong, "count").value_or(1), number(*wrong, "index").value_or(0),
                                           number(*wrong, "got").value_or(0), number(*wrong, "expected").value_or(0)));
  if (const Json* error = member(proof, "error")) {
    const auto code = number(*error, "code");
    if (code) facts.set("proof_code", *code, source);
    if (const std::string call = text(*error, "call"); !call.empty()) facts.set("proof_step", call, source);
    if (const std::string name = text(*error, "name"); !name.empty()) facts.set("proof_error", name, source);
    return end(code == 2 ? "out_of_memory" : "failed", describe_error(*error));
  }
  if (const std::string untried = text(proof, "untried"); !untried.empty())
    return facts.set("proof_message", untried, source);
  end("failed", "the answer does not tell how it ended");
}

}  // namespace

Requests hip_proof_requests(const Evidence& evidence, bool is_any_asleep) {
  Requests requests;
  const auto add = [&](Request request) {
    request = proving("rocm", std::move(request));
    requests.push_back(is_any_asleep ? waking(std::move(request)) : std::move(request));
  };
  add(ask("hip"));
  if (const Answer& answer = evidence.ask("hip"); answer.found()) {
    const Json hip = Json::parse(answer.text, nullptr, false);
    const Json* devices = member(hip, "devices");
    constexpr std::size_t most = 64;  // an MI300X node in CPX mode
    for (std::size_t n = 0; devices && devices->is_array() && n < devices->size() && n < most; ++n)
      if (const std::string address = text((*devices)[n], "pci_address"); !address.empty())
        add(ask("prove-rocm", {address}));
  }
  return requests;
}

void read_hip(const Evidence& evidence, Platform& platform) {
  if (const Answer& answer = evidence.ask("hip"); was_asked(answer)) {
    platform.facts.set("hip_outcome", std::string(name_of(answer.outcome)), {"ask:hip"});
    if (answer.found())
      read_inventory(Json::parse(answer.text, nullptr, false), platform);
    else
      platform.facts.set("hip_message", describe_end(answer), {"ask:hip"});
  }
  for (const auto& [key, answer] : evidence.answers)
    if (key.starts_with(proof_key) && was_asked(answer))
      if (Device* device = device_at(platform, lower(std::string_view(key).substr(proof_key.size()))))
        read_proof(answer, key, device->facts);
}

std::optional<LayerState> hip_layer(const Evidence& evidence, const Platform& platform, const Device* device) {
  const Answer& answer = evidence.ask("hip");
  const std::vector<std::string> source{"ask:hip"};
  // Whoever has no library on disk may have the one of a wheel.
  if (!was_asked(answer) || answer.absent()) return std::nullopt;
  const std::string* message = platform.facts.get<std::string>("hip_message");
  if (!answer.found()) return LayerState{Truth::no, message ? *message : "HIP did not answer", source};
  const auto* count = platform.facts.get<std::int64_t>("hip_device_count");
  // An answer that cannot be read is no sign that HIP works.
  if (!count) return LayerState{Truth::no, message ? *message : "HIP's answer does not tell how it started", source};
  if (*count == 0) return LayerState{Truth::no, message ? *message : "HIP shows no device to this process", source};
  const bool* listed = device ? device->facts.get<bool>("hip_listed") : nullptr;
  if (!listed) return std::nullopt;
  return LayerState{truth_of(*listed), *listed ? "HIP started it" : "HIP does not list it", source};
}

LayerState hip_kernel_layer(const Device& device) {
  const Fact& proof = device.facts.at("proof");
  const std::string* message = device.facts.get<std::string>("proof_message");
  if (!proof.value) {
    if (message) return {Truth::unknown, *message, device.facts.at("proof_message").sources};
    return {Truth::unknown, "not tried: only `rigfit prove` and --prove run a kernel", {}};
  }
  if (to_text(*proof.value) == "passed")
    return {Truth::yes,
            fmt::format("a kernel ran on {} numbers, each result right",
                        device.facts.get<std::int64_t>("proof_elements")
                            ? std::to_string(*device.facts.get<std::int64_t>("proof_elements"))
                            : "fresh"),
            proof.sources};
  return {Truth::no, message ? *message : to_text(*proof.value), proof.sources};
}

}  // namespace rigfit
