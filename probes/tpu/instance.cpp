#include "probes/tpu/instance.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "fact_names/tpu.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

constexpr std::array<const char*, 12> variables{
    "TPU_ACCELERATOR_TYPE", "TPU_WORKER_ID",     "TPU_CHIPS_PER_HOST_BOUNDS", "TPU_HOST_BOUNDS",
    "TPU_TOPOLOGY",         "TPU_VISIBLE_CHIPS", "TPU_VISIBLE_DEVICES",       "PJRT_DEVICE",
    "JAX_PLATFORMS",        "COLAB_TPU_ADDR",    "COLAB_RELEASE_TAG",         "KAGGLE_KERNEL_RUN_TYPE"};

struct Said {
  std::string value;
  std::vector<std::string> sources;
};

/// ACCELERATOR_TYPE: 'v4-16'
std::map<std::string, std::string> parse_tpu_env(std::string_view text) {
  std::map<std::string, std::string> values;
  for (const std::string_view line : lines_of(text))
    if (const auto pair = key_value(line)) {
      std::string_view value = pair->second;
      if (value.size() > 1 && value.front() == '\'' && value.back() == '\'') value = value.substr(1, value.size() - 2);
      values.insert_or_assign(std::string(pair->first), std::string(value));
    }
  return values;
}

/// The first of the names that a source has: the metadata server's own words, then the environment's, which all begin
/// with TPU_.
class Words {
 public:
  explicit Words(const Evidence& evidence) : evidence_(evidence) {
    for (const auto& [key, answer] : evidence.answers) {
      // Tools that record the metadata server otherwise call it "ask:gce-metadata".
      if (!answer.found() || (!key.starts_with("metadata:") && !key.starts_with("ask:gce-metadata"))) continue;
      if (key.ends_with("/tpu-env"))
        for (auto& [name, value] : parse_tpu_env(answer.text)) words_.try_emplace(name, Said{value, {key}});
      if (key.ends_with("/accelerator-type"))
        words_.insert_or_assign("ACCELERATOR_TYPE", Said{std::string(trimmed(answer.text)), {key}});
      if (key.ends_with("/agent-worker-number"))
        words_.insert_or_assign("WORKER_ID", Said{std::string(trimmed(answer.text)), {key}});
    }
  }

  Said first(std::initializer_list<const char*> names) const {
    for (const char* name : names)
      if (const auto it = words_.find(name); it != words_.end() && !it->second.value.empty()) return it->second;
    for (const char* name : names) {
      if (!std::string_view(name).starts_with("TPU_")) continue;
      if (const Answer& answer = evidence_.env(name); answer.found() && !trimmed(answer.text).empty())
        return {std::string(trimmed(answer.text)), {key_of(Kind::env, name)}};
    }
    return {};
  }

 private:
  const Evidence& evidence_;
  std::map<std::string, Said> words_;
};

void set_text(PlatformFacts& facts, PlatformFact<std::string> name, const Said& said) {
  if (!said.value.empty()) facts.set(name, said.value, said.sources);
}

bool is_set_to(const Evidence& evidence, const char* variable, std::string_view value) {
  const Answer& answer = evidence.env(variable);
  return answer.found() && lower(trimmed(answer.text)) == value;
}

void read_hiding(const Evidence& evidence, PlatformFacts& facts) {
  if (is_set_to(evidence, "JAX_PLATFORMS", "cpu"))
    facts.set(fact::tpu::hidden_by, std::string("JAX_PLATFORMS=cpu"), {"env:JAX_PLATFORMS"});
  else if (is_set_to(evidence, "PJRT_DEVICE", "cpu"))
    facts.set(fact::tpu::hidden_by, std::string("PJRT_DEVICE=CPU"), {"env:PJRT_DEVICE"});
  else if (evidence.env("JAX_PLATFORMS").absent() && evidence.env("PJRT_DEVICE").outcome != Outcome::not_recorded)
    facts.set(fact::tpu::hidden_by, Fact::of_none("no variable hides it"));
}

void read_place(const Evidence& evidence, PlatformFacts& facts) {
  const bool is_google = contains(evidence.text("/sys/class/dmi/id/product_name"), "Google Compute Engine");
  if (evidence.env("COLAB_RELEASE_TAG").found())
    facts.set(fact::tpu::place, std::string("Colab"), {"env:COLAB_RELEASE_TAG"});
  else if (evidence.env("KAGGLE_KERNEL_RUN_TYPE").found())
    facts.set(fact::tpu::place, std::string("Kaggle"), {"env:KAGGLE_KERNEL_RUN_TYPE"});
  else if (is_google && evidence.env("KUBERNETES_SERVICE_HOST").found())
    facts.set(fact::tpu::place, std::string("GKE"),
              {"env:KUBERNETES_SERVICE_HOST", "file:/sys/class/dmi/id/product_name"});
  else if (is_google)
    facts.set(fact::tpu::place, std::string("Compute Engine"), {"file:/sys/class/dmi/id/product_name"});
  if (const Answer& address = evidence.env("COLAB_TPU_ADDR"); address.found())
    facts.set(fact::tpu::legacy_node, true, {"env:COLAB_TPU_ADDR"});
}

void read_metadata(const Evidence& evidence, PlatformFacts& facts) {
  const Answer& answer = evidence.at("metadata:instance/attributes/accelerator-type");
  const std::vector<std::string> source{"metadata:instance/attributes/accelerator-type"};
  if (answer.outcome == Outcome::not_recorded || answer.outcome == Outcome::skipped) return;
  if (answer.found() || answer.absent())
    facts.set(fact::tpu::metadata, std::string(answer.found() ? "answered" : "no_tpu"), source);
  else
    facts.set(fact::tpu::metadata, std::string("failed"), source),
        facts.set(fact::tpu::metadata_failure, answer.why, source);
}

}  // namespace

Requests environment_requests() {
  Requests requests;
  for (const char* variable : variables) requests.push_back(env(variable));
  return requests;
}

Requests metadata_requests(const Evidence& evidence) {
  if (!contains(evidence.text("/sys/class/dmi/id/product_name"), "Google Compute Engine")) return {};
  Requests requests;
  for (const char* path :
       {"instance/attributes/accelerator-type", "instance/attributes/agent-worker-number",
        "instance/attributes/worker-network-endpoints", "instance/attributes/tpu-env", "instance/machine-type"})
    requests.push_back(metadata(path));
  return requests;
}

bool environment_expects_tpu(const Evidence& evidence) {
  for (const char* variable : {"TPU_ACCELERATOR_TYPE", "TPU_WORKER_ID", "TPU_CHIPS_PER_HOST_BOUNDS"})
    if (const Answer& answer = evidence.env(variable); answer.found() && !trimmed(answer.text).empty()) return true;
  return is_set_to(evidence, "PJRT_DEVICE", "tpu");
}

std::optional<std::int64_t> product_of_bounds(std::string_view bounds) {
  std::int64_t product = 1;
  for (const std::string_view part : split(bounds, ',')) {
    const auto number = whole_number(part);
    if (!number || *number < 1 || *number > 64) return std::nullopt;
    product *= *number;
    if (product > 1'000'000) return std::nullopt;
  }
  return product;
}

// The names of types: https://github.com/pytorch/xla and https://github.com/AI-Hypercomputer/xpk (2026)
std::string generation_of_type(std::string_view accelerator_type) {
  const std::string_view name = accelerator_type.substr(0, accelerator_type.find('-'));
  if (name == "v5litepod" || name == "v5e") return "v5e";
  if (name == "tpu7x" || name == "tpu7" || name == "v7x") return "v7x";
  for (const char* known : {"v2", "v3", "v4", "v5p", "v6e"})
    if (name == known) return known;
  return "";
}

void read_instance(const Evidence& evidence, PlatformFacts& facts) {
  const Words words(evidence);
  const Said type = words.first({"ACCELERATOR_TYPE", "TPU_ACCELERATOR_TYPE"});
  set_text(facts, fact::tpu::accelerator_type, type);
  if (const std::string generation = generation_of_type(type.value); !generation.empty())
    facts.set(fact::tpu::generation, generation, type.sources);
  const Said bounds = words.first({"TPU_CHIPS_PER_HOST_BOUNDS", "CHIPS_PER_HOST_BOUNDS"});
  set_text(facts, fact::tpu::chips_per_host_bounds, bounds);
  if (const auto chips = product_of_bounds(bounds.value); chips && !bounds.value.empty())
    facts.set(fact::tpu::chips, *chips, bounds.sources);
  const Said hosts = words.first({"TPU_HOST_BOUNDS", "HOST_BOUNDS"});
  if (const auto count = product_of_bounds(hosts.value); count && !hosts.value.empty())
    facts.set(fact::tpu::hosts, *count, hosts.sources);
  if (const Answer& workers = evidence.at("metadata:instance/attributes/worker-network-endpoints"); workers.found())
    facts.set_if_unknown(fact::tpu::hosts, Fact::of(static_cast<std::int64_t>(split(trimmed(workers.text), ',').size()),
                                                    {"metadata:instance/attributes/worker-network-endpoints"}));
  const Said worker = words.first({"TPU_WORKER_ID", "WORKER_ID"});
  if (const auto id = whole_number(worker.value); id && !worker.value.empty())
    facts.set(fact::tpu::worker_id, *id, worker.sources);
  set_text(facts, fact::tpu::topology, words.first({"TPU_TOPOLOGY", "TOPOLOGY"}));
  if (const Answer& machine = evidence.at("metadata:instance/machine-type"); machine.found())
    facts.set(fact::tpu::machine_type, std::string(trimmed(machine.text)), {"metadata:instance/machine-type"});
  if (!type.value.empty()) facts.set(fact::tpu::environment, true, type.sources);
  if (!type.value.empty() || environment_expects_tpu(evidence))
    facts.set(fact::tpu::expects_tpu, true,
              type.value.empty() ? std::vector<std::string>{"env:PJRT_DEVICE"} : type.sources);
  else if (evidence.env("TPU_ACCELERATOR_TYPE").absent())
    facts.set(fact::tpu::expects_tpu, false, {"env:TPU_ACCELERATOR_TYPE"});
  read_hiding(evidence, facts);
  read_place(evidence, facts);
  read_metadata(evidence, facts);
}

}  // namespace rigfit
