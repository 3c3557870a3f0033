#include "report/sample.hpp"

#include "fact_names/container.hpp"
#include "fact_names/cpu.hpp"
#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "fact_names/host.hpp"
#include "fact_names/memory.hpp"
#include "fact_names/os.hpp"

namespace rigfit {
namespace {

FrameworkRule framework(const std::string& id, const std::string& name, int ease) {
  FrameworkRule rule;
  rule.id = id;
  rule.name = name;
  rule.role = "framework";
  rule.ratings["ease_of_use"] = {ease, ease, name + " is easy.", "high", {"E-" + id}, {}};
  rule.choose_when = {"You like " + name + "."};
  return rule;
}

Facts sample_facts() {
  Facts facts;
  facts.host.set(fact::os::family, Fact::of(std::string("linux")));
  facts.host.set(fact::os::pretty_name, Fact::of(std::string(hostile)));
  facts.host.set(fact::host::arch, Fact::of(std::string("x86_64")));
  facts.host.set(fact::cpu::model, Fact::of(std::string("Some CPU"), {"file:/proc/cpuinfo"}));
  facts.host.set(fact::cpu::features, Fact::of(std::vector<std::string>{"avx2", "fma"}));
  facts.host.set(fact::memory::total_bytes, Fact::of(std::int64_t{64} << 30));
  facts.host.set(fact::memory::usable_bytes, Fact::of(std::int64_t{8} << 30));
  facts.host.set(fact::memory::limited_by, Fact::of(std::string("cgroup")));
  facts.host.set(fact::container::runtime, Fact::of_none("no sign of one"));
  Platform cuda;
  cuda.id = "cuda";
  cuda.state = State::blocked;
  cuda.because = "no driver is bound";
  cuda.layers.set(Layer::bus, Truth::yes, "a GPU is listed", {"list:/sys/bus/pci/devices"});
  cuda.layers.set(Layer::kernel_driver, Truth::no, "no driver");
  cuda.facts.set(fact::cuda::driver_version, Fact::of_none("the module is not loaded"));
  cuda.facts.set(fact::cuda::supported_version, Fact::unknown("the driver was not asked"));
  Device gpu;
  gpu.state = State::blocked;
  gpu.facts.set(fact::device::name, Fact::of(std::string("GPU ") + hostile));
  gpu.facts.set(fact::device::architecture, Fact::of(std::string("sm_90")));
  gpu.facts.set(fact::device::compute_capability, Fact::of(*Version::parse("9.0")));
  cuda.devices.push_back(gpu);
  facts.platforms.push_back(std::move(cuda));
  for (const char* id : {"rocm", "mps", "tpu", "xpu", "cpu"}) {
    Platform platform;
    platform.id = id;
    platform.state = std::string(id) == "mps"   ? State::not_applicable
                     : std::string(id) == "tpu" ? State::unknown
                     : std::string(id) == "cpu" ? State::ready
                                                : State::absent;
    platform.because = "for a reason";
    facts.platforms.push_back(std::move(platform));
  }
  return facts;
}

Diagnosis sample_diagnosis() {
  Diagnosis diagnosis;
  Finding finding;
  finding.id = "cuda.driver.not_bound";
  finding.severity = "error";
  finding.platform = "cuda";
  finding.title = "No driver is bound";
  finding.devices = {0};
  finding.cause = "The kernel shows the GPU and nothing drives it.";
  finding.remedy = {{"Install the driver", "sudo apt install nvidia-driver"}, {"Restart", ""}};
  finding.verify = "rigfit probe --only cuda";
  finding.source = {"Driver guide", "https://example.org/driver", 2026};
  finding.terms = {
      {"cuda.layer.kernel_driver", Condition::Op::is, "no", "no", Truth::yes, "no driver", {"file:/proc/modules"}}};
  finding.fixable = true;
  diagnosis.findings.push_back(finding);
  diagnosis.undecided.push_back({"cuda.some.rule",
                                 "Something may be wrong",
                                 {{"cuda.x", Condition::Op::is, "yes", "", Truth::unknown, "it was denied", {}}}});
  diagnosis.undecided.push_back({"rocm.some.rule",
                                 "Moot, as there is no such device",
                                 {{"rocm.x", Condition::Op::is, "yes", "", Truth::unknown, "it was not read", {}}}});
  return diagnosis;
}

Evidence sample_evidence() {
  Evidence evidence;
  evidence.os = "linux";
  evidence.answers["command:nvidia-smi -q -x"].outcome = Outcome::timed_out;
  evidence.answers["command:nvidia-smi -q -x"].seconds = 10.0;
  evidence.answers["file:/proc/modules"].outcome = Outcome::found;
  return evidence;
}

Recommendation sample_recommendation(const RuleBook& rules) {
  Recommendation recommendation;
  for (const FrameworkRule& rule : rules.frameworks) {
    Candidate candidate;
    candidate.rule = &rule;
    candidate.ratings = rule.ratings;
    candidate.choose_when = rule.choose_when;
    candidate.support.framework = rule.id;
    candidate.support.after = rule.id == "a" ? Score{40, 40} : Score{80, 100};
    candidate.support.remedies = {"cuda.driver.not_bound"};
    candidate.support.sentence = rule.name + " runs on this GPU";
    candidate.support.terms = {"cuda: level 100"};
    candidate.support.best_platform = "cpu";
    recommendation.candidates.push_back(candidate);
  }
  Table table;
  table.options = {"a", "b"};
  table.factors = {"ease_of_use", "hardware_support"};
  table.scores = {{90, 40}, {60, 80}};
  table.points = {50, 30};
  recommendation.factors = rules.factors;
  recommendation.ratings = "evidence";
  recommendation.verdict = rules.verdict;
  recommendation.points = {{"ease_of_use", 50}, {"hardware_support", 30}};
  recommendation.ranking = rank_options(table);
  recommendation.ranking_of_all = recommendation.ranking;
  recommendation.because = {{"Alpha runs on this GPU", {}}, {"Alpha was found easy", {"E-a"}}};
  recommendation.cautions = {"It is close"};
  recommendation.install = "pip install alpha";
  recommendation.check = "python3 -c 'import alpha'";
  return recommendation;
}

}  // namespace

RuleBook sample_rules() {
  RuleBook rules;
  rules.as_of = "2026-01-02";
  rules.verdict = "A for most, B for some.";
  rules.factors = {{"ease_of_use",
                    "Ease of use",
                    "How easy",
                    "hard",
                    "rather hard",
                    "so so",
                    "rather easy",
                    "easy",
                    false,
                    {},
                    "",
                    {}},
                   {"hardware_support",
                    "Hardware support",
                    "What runs",
                    "nothing",
                    "little",
                    "half",
                    "most",
                    "all",
                    true,
                    {},
                    "",
                    {}}};
  rules.frameworks = {framework("a", "Alpha", 90), framework("b", "Beta", 60)};
  rules.evidence.edit() = {
      {"E-a", "Alpha was found easy", "90", {"Study A", "https://example.org/a", 2025}, "", "primary", ""},
      {"E-b", "Beta was found hard", "60", {"Study B", "https://example.org/b", 2024}, "", "vendor", ""},
      {"E-c", "Nobody cites this", "", {"Study C", "https://example.org/c", 2024}, "", "vendor", ""}};
  rules.statistics.edit() = {{"85%", "of people like Alpha.", {"E-a"}, {"a"}},
                             {"1%", "of people like Gamma.", {"E-c"}, {"c"}}};
  return rules;
}

Sample::Sample(RuleBook rules) : analysis{SharedRules(std::move(rules)), sample_evidence()} {
  analysis.facts = sample_facts();
  analysis.diagnosis = sample_diagnosis();
  analysis.recommendation = sample_recommendation(*analysis.rules);
}

}  // namespace rigfit
