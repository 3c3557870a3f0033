#include "ask/proof.hpp"

#include <sys/random.h>
#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "evidence/ask_protocol.hpp"

namespace rigfit {
namespace {

long number_of(const char* variable, long least, long most, long otherwise) {
  const char* text = std::getenv(variable);
  if (!text || *text == '\0') return otherwise;
  char* end = nullptr;
  const long value = std::strtol(text, &end, 10);
  return *end == '\0' && value >= least && value <= most ? value : otherwise;
}

}  // namespace

ProofLimits proof_limits() {
  ProofLimits limits;
  limits.bytes = static_cast<std::size_t>(number_of(ask_proof_memory_variable, 1, 1 << 20, 64)) << 20;
  limits.seconds = static_cast<double>(number_of(ask_proof_seconds_variable, 1, 3600, 5));
  return limits;
}

std::vector<std::uint32_t> random_numbers(std::size_t count) {
  // std::random_device would ask for glibc 2.36, getentropy() is in every one that the program runs on.
  std::uint64_t state = 0;
  if (getentropy(&state, sizeof state) != 0)
    state = static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  std::vector<std::uint32_t> numbers(count);
  for (std::uint32_t& number : numbers) {  // SplitMix64: https://prng.di.unimi.it/splitmix64.c
    std::uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    number = static_cast<std::uint32_t>((z ^ (z >> 31)) >> 32);
  }
  return numbers;
}

std::vector<std::uint32_t> mixed(const std::vector<std::uint32_t>& numbers) {
  std::vector<std::uint32_t> results(numbers.size());
  for (std::uint32_t at = 0; at < numbers.size(); ++at) {
    std::uint32_t z = numbers[at] * 2654435761U + at;
    z = (z ^ (z >> 15)) * 2246822519U;
    results[at] = z ^ (z >> 13);
  }
  return results;
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

bool compare(const char* what, const std::uint32_t* got, std::span<const std::uint32_t> expected,
             nlohmann::ordered_json& answer) {
  std::size_t wrong = 0, first = 0;
  for (std::size_t n = 0; n < expected.size(); ++n)
    if (got[n] != expected[n] && wrong++ == 0) first = n;
  if (wrong == 0) return true;
  answer["wrong"] = {
      {"what", what}, {"count", wrong}, {"index", first}, {"got", got[first]}, {"expected", expected[first]}};
  return false;
}

}  // namespace rigfit
