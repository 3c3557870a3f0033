#include "judge/check/check.hpp"

#include "judge/check/policy.hpp"
#include "judge/machine.hpp"

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string error_of(const char* text) {
  const auto requirement = parse_check_requirement(text, shipped());
  return requirement ? "(no error)" : requirement.error();
}

CheckedLine checked(const Machine& machine, const char* text, const Recommendation* recommendation = nullptr) {
  const auto requirement = parse_check_requirement(text, shipped());
  if (!requirement) ADD_FAILURE() << requirement.error();
  if (!requirement) return {};
  return check({*requirement}, shipped(), machine.facts, diagnose(shipped(), machine.facts), recommendation, true)
      .lines.front();
}

Truth met(const Machine& machine, const char* text) { return checked(machine, text).met; }

TEST(CheckRequirement, OfAnotherKindIsRefusedWithTheNearestName) {
  const std::pair<const char*, const char*> rows[] = {
      {"", "ends too early"},
      {"cudda", "did you mean \"cuda\"?"},
      {"cuda.devcies>=4", "did you mean \"cuda.devices\"?"},
      {"framework:pytroch>=2.8", "did you mean \"framework:pytorch\"?"},
      {"framework:pytorch", "expected a comparison"},  // what is left of an unquoted framework:pytorch>=2.8
      {"pytorch", "expected a comparison"},
      {"no-findings:eror", "did you mean \"no-findings:error\"?"},
      {"no-findings", "did you mean \"no-findings:"},
      {"recommend=pytroch", "did you mean \"pytorch\"?"},
      {"recommend=jax=1", "not understood"},
      {"memory>=24", "such as 24GiB"},
      {"cuda and", "ends too early"},
      {"os.familly = linux", "did you mean \"os.family\"?"},
  };
  for (const auto& [text, reason] : rows)
    EXPECT_THAT(error_of(text), AllOf(HasSubstr("the requirement \""), HasSubstr(reason))) << text;
}

TEST(Check, AnswersWithWhatWasFound) {
  Machine machine = h100();
  machine.facts.platform("cuda")->devices[0].facts.set(fact::device::memory_total_bytes, std::int64_t{81559} << 20,
                                                       {"ask:nvml"});
  const CheckedLine memory = checked(machine, "memory>=80GiB");
  EXPECT_EQ(memory.met, Truth::yes);
  EXPECT_EQ(memory.found, "79.6 GiB");
  EXPECT_THAT(memory.terms.front().sources, ElementsAre("ask:nvml"));
  const CheckedLine driver = checked(machine, "cuda.driver>=600");
  EXPECT_EQ(driver.met, Truth::no);
  EXPECT_EQ(driver.found, "590.44.01");
  const CheckedLine none = checked(linux_x86(), "cuda.compute_capability>=8.0");
  EXPECT_EQ(none.met, Truth::no);
  EXPECT_THAT(none.found, HasSubstr("no (absent)"));
  EXPECT_THAT(checked(linux_x86(), "any(cuda.devices: compute_capability>=8.0)").found, HasSubstr("0 (")) << "why not";
  EXPECT_THAT(checked(linux_x86(), "cuda.memory.sum>=1GiB").found, HasSubstr("0"));
  EXPECT_EQ(checked(machine, "cuda.devices>=1 and cuda.driver>=600").found, "590.44.01");
}

TEST(Check, FrameworksAreThoseThatRunHereToday) {
  EXPECT_EQ(met(h100(), "framework:pytorch>=2.8"), Truth::yes);
  EXPECT_EQ(met(h100(), "pytorch>=2.8"), Truth::yes);
  EXPECT_EQ(met(h100(), "framework:pytorch>=99"), Truth::no);
  EXPECT_EQ(met(h100(), "framework:pytorch.platform=cuda"), Truth::yes);
  EXPECT_EQ(met(linux_x86(), "framework:pytorch.platform=cuda"), Truth::no);
  EXPECT_EQ(met(linux_x86(), "framework:pytorch.platform=cpu"), Truth::yes);
  EXPECT_EQ(met({"windows", "x86_64"}, "framework:executorch>=0.1"), Truth::no) << "it has no wheels for Windows";
  EXPECT_EQ(met({"windows", "x86_64"}, "framework:executorch none"), Truth::yes);
  Machine unknown = linux_x86();
  unknown.device("cuda", State::unknown, {{"compute_capability", "9.0"}, {"architecture", "sm_90"}})
      .driver("590.44.01");
  EXPECT_EQ(met(unknown, "framework:pytorch.platform=cuda"), Truth::unknown);
  EXPECT_EQ(met(unknown, "framework:pytorch.platform in [cuda, cpu]"), Truth::yes);
  EXPECT_EQ(met(unknown, "framework:pytorch.platform=tpu"), Truth::no);
}

TEST(Check, TheRecommendationIsTheOneOfRecommend) {
  const Machine machine = h100();
  const Recommendation recommendation = machine.recommended();
  const std::string first = machine.first();
  EXPECT_EQ(checked(machine, ("recommend=" + first).c_str(), &recommendation).met, Truth::yes);
  EXPECT_EQ(checked(machine, ("recommend!=" + first).c_str(), &recommendation).met, Truth::no);
  EXPECT_EQ(checked(machine, "recommend=pytorch").met, Truth::unknown) << "none was made";
}

TEST(Check, FindingsCountFromTheirSeverityUp) {
  Machine machine = linux_x86();
  const auto finding = [](const char* id, const char* severity) {
    Finding one;
    one.id = id;
    one.severity = severity;
    return one;
  };
  const Diagnosis diagnosis{{finding("a.warning", "warning"), finding("a.note", "info")}, {}};
  const auto met_with = [&](const char* text, bool is_determined = true) {
    return check({*parse_check_requirement(text, shipped())}, shipped(), machine.facts, diagnosis, nullptr,
                 is_determined)
        .lines.front();
  };
  EXPECT_EQ(met_with("no-findings:error").met, Truth::yes);
  EXPECT_EQ(met_with("no-findings:error", false).met, Truth::unknown);
  EXPECT_EQ(met_with("no-findings:warning").met, Truth::no);
  EXPECT_EQ(met_with("no-findings:warning", false).met, Truth::no);
  EXPECT_THAT(met_with("no-findings:warning").found, AllOf(HasSubstr("a.warning"), Not(HasSubstr("a.note"))));
  EXPECT_THAT(met_with("no-findings:info").found, AllOf(HasSubstr("a.warning"), HasSubstr("a.note")));
}

TEST(CheckResult, IsNoBeforeItIsUnknown) {
  const auto all_of = [](std::vector<Truth> truths) {
    CheckResult result;
    for (const Truth truth : truths) result.lines.push_back({"x", "", true, truth, {}, ""});
    return result.all();
  };
  EXPECT_EQ(all_of({}), Truth::yes);
  EXPECT_EQ(all_of({Truth::yes, Truth::unknown}), Truth::unknown);
  EXPECT_EQ(all_of({Truth::unknown, Truth::no, Truth::yes}), Truth::no);
}

// --- policies
// ---------------------------------------------------------------------------------------------------------

constexpr const char* site_policy = R"({
  "schema": "rigfit.policy/1",
  "about": "our GPU nodes",
  "fail_on": "error",
  "require": [
    "host.arch = x86_64",
    {"require": "cuda.driver >= 550", "about": "CUDA 12.4 containers", "when": "cuda"},
    {"require": "rocm.arch = gfx942", "when": "rocm"}
  ]
})";

TEST(Policy, RequiresWhereItApplies) {
  const auto policy = parse_policy(site_policy, "p.json", shipped());
  ASSERT_TRUE(policy) << policy.error();
  EXPECT_EQ(policy->about, "our GPU nodes");
  ASSERT_EQ(policy->requirements.size(), 4u);
  EXPECT_EQ(policy->requirements.back().text, "no-findings:error");
  const Machine machine = h100();
  const auto lines = check(policy->requirements, shipped(), machine.facts, {}, nullptr, true).lines;
  EXPECT_TRUE(lines[1].applies);
  EXPECT_EQ(lines[1].met, Truth::yes);
  EXPECT_EQ(lines[1].about, "CUDA 12.4 containers");
  EXPECT_FALSE(lines[2].applies);
  EXPECT_EQ(lines[2].met, Truth::yes);
}

TEST(Policy, WhereItIsUnknownWhetherItAppliesOnlyWhatIsMetAnywayIs) {
  const auto met_on = [](const Machine& machine, const std::string& require) {
    const auto policy =
        parse_policy(R"({"schema": "rigfit.policy/1", "require": [{"require": ")" + require + R"(", "when": "rocm"}]})",
                     "p.json", shipped());
    EXPECT_TRUE(policy) << policy.error();
    return check(policy->requirements, shipped(), machine.facts, {}, nullptr, true).lines.front();
  };
  Machine machine = linux_x86();
  machine.facts.platform("rocm")->state = State::unknown;
  EXPECT_EQ(met_on(machine, "os.family = linux").met, Truth::yes);
  EXPECT_EQ(met_on(machine, "os.family = windows").met, Truth::unknown);
  EXPECT_THAT(met_on(machine, "os.family = windows").found, HasSubstr("unknown"));
}

TEST(Policy, ErrorsNameThePlaceAndTheKey) {
  const std::pair<const char*, const char*> rows[] = {
      {R"([])", "p.json: line 1, column 1: is not an object"},
      {R"({"require": ["cuda"]})", "schema: is not \"rigfit.policy/1\""},
      {R"({"schema": "rigfit.policy/2", "require": ["cuda"]})", "line 1, column 2: schema: is not"},
      {R"({"schema": "rigfit.policy/1"})", "require: is missing"},
      {R"({"schema": "rigfit.policy/1", "require": []})", "require: is no list of requirements"},
      {R"({"schema": "rigfit.policy/1", "require": "cuda"})", "require: is no list of requirements"},
      {R"({"schema": "rigfit.policy/1", "require": [1]})", "require/0: is neither"},
      {R"({"schema": "rigfit.policy/1", "require": ["cuda", "cudda"]})", "did you mean \"cuda\"?"},
      {R"({"schema": "rigfit.policy/1", "require": [{"when": "cuda"}]})", "requires nothing"},
      {R"({"schema": "rigfit.policy/1", "require": [{"require": "cuda", "wen": "cuda"}]})", "did you mean \"when\"?"},
      {R"({"schema": "rigfit.policy/1", "require": [{"require": "cuda", "when": "coda"}]})",
       "column 63: require/0/when: the requirement \"coda\": column 1"},
      {R"({"schema": "rigfit.policy/1", "requires": ["cuda"]})", "did you mean \"require\"?"},
      {R"({"schema": "rigfit.policy/1", "require": ["cuda"], "fail_on": "info"})", "fail_on: is neither"},
      {R"({"schema": "rigfit.policy/1", "require": ["cuda"], "profile": "reserch"})", "did you mean \"research\"?"},
      {R"({"schema": "rigfit.policy/1", "require": ["cuda"], "require": []})", "twice"},
  };
  for (const auto& [text, reason] : rows) {
    const auto policy = parse_policy(text, "p.json", shipped());
    ASSERT_FALSE(policy) << text;
    EXPECT_THAT(policy.error(), AllOf(HasSubstr("p.json: "), HasSubstr(reason))) << text;
  }
  std::string many = R"({"schema": "rigfit.policy/1", "require": ["cuda")";
  for (std::size_t n = 0; n < most_requirements; ++n) many += ", \"cuda\"";
  EXPECT_THAT(parse_policy(many + "]}", "p.json", shipped()).error(), HasSubstr("more than 1000"));
}

}  // namespace
}  // namespace rigfit
