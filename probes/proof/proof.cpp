#include "probes/proof/proof.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "fact_names/device.hpp"
#include "probes/parse/json_fields.hpp"
#include "probes/parse/text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;

constexpr std::string_view progress_mark = "progress: ";

std::string text_of(const DeviceFacts& facts, AnyDeviceFact name) {
  const Fact& fact = facts.at(name);
  return fact.value ? to_text(*fact.value) : "";
}

/// It names itself; every other end is "failed".
bool is_word(Outcome outcome) {
  return outcome == Outcome::crashed || outcome == Outcome::timed_out || outcome == Outcome::stuck;
}

}  // namespace

bool was_asked(const Answer& answer) {
  return answer.outcome != Outcome::not_recorded && answer.outcome != Outcome::skipped;
}

std::string describe_error(const Json& error) {
  std::string what = json_text(error, "name");
  if (const auto code = json_integer(error, "code"); code && *code >= 0)
    what += what.empty() ? fmt::format("error {}", *code) : fmt::format(" ({})", *code);
  if (const std::string more = json_text(error, "text"); !more.empty()) append_to_list(what, more);
  if (what.empty()) what = "an error that it does not name";
  std::string call = json_text(error, "call");
  if (call.ends_with(':')) call.pop_back();  // as Objective-C writes it
  return call.empty() ? what : call + ": " + what;
}

std::string describe_end(const Answer& answer, std::string_view library) {
  std::string where;
  for (const std::string_view line : lines_of(answer.err))
    if (line.starts_with(progress_mark)) where = line.substr(progress_mark.size());
  const std::string_view how = answer.outcome == Outcome::crashed     ? "crashed"
                               : answer.outcome == Outcome::timed_out ? "did not answer in time"
                               : answer.outcome == Outcome::stuck     ? "hung and could not be ended"
                               : answer.absent()                      ? "is not there"
                                                                      : "could not be used";
  std::string words = fmt::format("{} {}", library, how);
  if (!answer.why.empty() && !answer.absent()) words += ": " + answer.why;
  return where.empty() ? words : fmt::format("{} (while {})", words, where);
}

ProofResult read_proof(const Answer& answer, std::string_view library) {
  ProofResult result;
  if (!answer.found()) {
    // Without the library nothing could be tried.
    result.word = answer.absent() ? "" : is_word(answer.outcome) ? std::string(name_of(answer.outcome)) : "failed";
    result.message = describe_end(answer, library);
    return result;
  }
  const Json proof = Json::parse(answer.text, nullptr, false);
  const Taker own(proof, result.facts);
  own.real("seconds", fact::device::proof_seconds);
  own.count("elements", fact::device::proof_elements);
  own.count("memory_bytes", fact::device::proof_memory_bytes);
  if (const Json* bandwidth = json_member(proof, "bandwidth")) {
    const Taker copies(*bandwidth, result.facts);
    copies.count("bytes_per_second", fact::device::copy_bandwidth_bytes_per_second);
    copies.flag("from_cache", fact::device::copy_bandwidth_from_cache);
  }
  if (json_flag(proof, "passed") == true) {
    result.word = "passed";
  } else if (const Json* wrong = json_member(proof, "wrong")) {
    const bool is_kernel = json_text(*wrong, "what") == "kernel";
    result.word = "wrong_result";
    result.message = fmt::format("{}: {} of the numbers wrong, the first at {}, which is {} and should be {}",
                                 is_kernel ? "the kernel ran and was wrong" : "a copy in device memory arrived wrong",
                                 json_integer(*wrong, "count").value_or(1), json_integer(*wrong, "index").value_or(0),
                                 json_integer(*wrong, "got").value_or(0), json_integer(*wrong, "expected").value_or(0));
    result.facts.set(fact::device::proof_step, std::string(is_kernel ? "kernel" : "copy"), {});
  } else if (const Json* error = json_member(proof, "error")) {
    // Of CUDA and of HIP alike.
    constexpr std::int64_t out_of_memory = 2;
    const auto code = json_integer(*error, "code");
    result.word = code == out_of_memory ? "out_of_memory" : "failed";
    result.message = describe_error(*error);
    if (json_flag(proof, "memory_works") == true)
      result.message += "; copies in and within device memory are right, only the kernel could not be compiled";
    const Taker reported(*error, result.facts);
    reported.word("call", fact::device::proof_step);
    reported.count("code", fact::device::proof_code);
    reported.word("name", fact::device::proof_error);
  } else if (const std::string late = json_text(proof, "late"); !late.empty()) {
    result.word = "too_slow";
    result.message = fmt::format("ran out of time before \"{}\"; --prove-seconds gives it more", late);
  } else if (const std::string untried = json_text(proof, "untried"); !untried.empty()) {
    result.message = untried;
  } else {
    result.word = "failed";
    result.message = "the answer does not tell how it ended";
  }
  return result;
}

void set_proof(const ProofResult& result, const std::string& key, Device& device) {
  if (!result.word.empty()) device.facts.set(fact::device::proof, result.word, {key});
  if (!result.message.empty()) device.facts.set(fact::device::proof_message, result.message, {key});
  device.facts.set_all(result.facts, {key});
}

LayerState kernel_layer(const Device& device) {
  const Fact& proof = device.facts.at(fact::device::proof);
  const std::string message = text_of(device.facts, fact::device::proof_message);
  if (!proof.value) {
    if (!message.empty()) return {Truth::unknown, message, device.facts.at(fact::device::proof_message).sources};
    return LayerState::untried("not tried: only `rigfit prove` and --prove run a kernel");
  }
  const std::string word = to_text(*proof.value), elements = text_of(device.facts, fact::device::proof_elements);
  if (word == "passed")
    return {Truth::yes,
            fmt::format("a kernel ran on {} numbers, each result right", elements.empty() ? "fresh" : elements),
            proof.sources};
  return {word == "too_slow" ? Truth::unknown : Truth::no, message.empty() ? word : message, proof.sources};
}

}  // namespace rigfit
