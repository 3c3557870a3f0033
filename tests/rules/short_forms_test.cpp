#include "rules/short_forms.hpp"

#include <gmock/gmock.h>

#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "fact_names/memory.hpp"
#include "rules/archive.hpp"

namespace rigfit {
namespace {

using testing::HasSubstr;

const RuleBook& rules() {
  static const RuleBook book = unpack_rules(embedded_rule_book());
  return book;
}

ConditionNames users_names() {
  ConditionNames names{*rules().vocabulary, *rules().conditions};
  names.has_short_forms = true;
  return names;
}

std::string error_of(std::string_view text) {
  const auto condition = parse_condition(text, users_names());
  return condition ? "(none)" : condition.error().text();
}

Device gpu(State state, const char* capability, std::int64_t mib) {
  Device device;
  device.state = state;
  if (capability) device.facts.set(fact::device::compute_capability, *Version::parse(capability), {"ask:nvml"});
  if (mib > 0) device.facts.set(fact::device::memory_total_bytes, mib << 20, {"ask:nvml"});
  return device;
}

/// A machine with these GPUs; what is no NVIDIA GPU was looked for and is not there.
Facts with_gpus(State state, std::vector<Device> devices) {
  Facts facts;
  for (const char* id : {"cuda", "rocm", "mps", "tpu", "xpu", "gaudi", "neuron", "ascend", "npu", "cpu"}) {
    Platform platform;
    platform.id = id;
    platform.state = State::absent;
    facts.platforms.push_back(platform);
  }
  facts.platform("cuda")->state = state;
  facts.platform("cuda")->devices = std::move(devices);
  facts.platform("cuda")->facts.set(fact::cuda::driver_version, *Version::parse("570.86.15"),
                                    {"file:/proc/driver/nvidia/version"});
  facts.host.set(fact::memory::usable_bytes, std::int64_t{60} << 30, {});
  return facts;
}

Truth truth_of(std::string_view text, const Facts& facts) {
  const auto condition = parse_condition(text, users_names());
  if (!condition) ADD_FAILURE() << text << ": " << condition.error().text();
  return condition ? evaluate(*condition, with_short_forms(facts)).truth : Truth::unknown;
}

constexpr std::int64_t rtx_4090 = 24564, h100 = 81559;  ///< MiB, as nvidia-smi prints them

TEST(ShortForms, AreTakenFromUsersOnly) {
  EXPECT_TRUE(parse_condition("cuda", users_names()));
  const ConditionNames of_rules{*rules().vocabulary, *rules().conditions};
  for (const char* form : {"cuda", "cuda.devices = 1", "cuda.driver >= 550", "memory >= 1GiB", "rocm.arch = gfx942",
                           "any:cuda.memory >= 1GiB", "all(accelerator.devices: state = ready)"})
    EXPECT_FALSE(parse_condition(form, of_rules)) << form;
}

TEST(ShortForms, OfAMachineThatIsReady) {
  const Facts facts = with_gpus(State::ready, {gpu(State::ready, "9.0", h100), gpu(State::ready, "8.9", rtx_4090)});
  const std::pair<const char*, Truth> rows[] = {
      {"cuda", Truth::yes},
      {"accelerator", Truth::yes},
      {"rocm", Truth::no},
      {"cuda.proven", Truth::unknown},
      {"rocm.proven", Truth::no},
      {"cuda.devices = 2", Truth::yes},
      {"accelerator.devices >= 3", Truth::no},
      {"cuda.driver >= 550", Truth::yes},
      {"cuda.driver >= 580", Truth::no},
      {"cuda.compute_capability >= 8.0", Truth::yes},
      {"cuda.compute_capability >= 9.0", Truth::no},
      {"all:cuda.compute_capability >= 9.0", Truth::no},
      {"any:cuda.compute_capability >= 9.0", Truth::yes},
      {"any:cuda.compute_capability >= 10.0", Truth::no},
      {"memory >= 24GiB", Truth::yes},  // a card sold with 24 GB
      {"memory < 24GiB", Truth::no},
      {"memory >= 25GiB", Truth::no},
      {"any:memory >= 80GiB", Truth::yes},
      {"cuda.memory >= 24GiB", Truth::yes},
      {"memory.sum >= 100GiB", Truth::yes},
      {"cuda.memory.sum >= 120GiB", Truth::no},
      {"host.memory >= 60GiB", Truth::yes},
      {"host.memory >= 61GiB", Truth::no},  // usable memory is what it is
      {"count(accelerator.devices: memory_total >= 79GiB) = 1", Truth::yes},
  };
  for (const auto& [text, truth] : rows) EXPECT_EQ(truth_of(text, facts), truth) << text;
}

TEST(ShortForms, OfNoDeviceNothingIsMet) {
  const Facts facts = with_gpus(State::absent, {});
  for (const char* text : {"cuda", "cuda.proven", "cuda.compute_capability >= 1.0", "any:cuda.memory >= 0",
                           "memory >= 0", "cuda.devices > 0", "accelerator", "cuda.arch != sm_35"})
    EXPECT_EQ(truth_of(text, facts), Truth::no) << text;
  EXPECT_EQ(truth_of("cuda.devices = 0", facts), Truth::yes);
  EXPECT_EQ(truth_of("not accelerator", facts), Truth::yes);
}

TEST(ShortForms, AreAboutDevicesThatCanBeUsed) {
  Facts facts = with_gpus(State::ready, {gpu(State::ready, "9.0", h100), gpu(State::blocked, "3.5", 11441)});
  EXPECT_EQ(truth_of("cuda.devices = 1", facts), Truth::yes);
  EXPECT_EQ(truth_of("cuda.device_count = 2", facts), Truth::yes);
  EXPECT_EQ(truth_of("cuda.compute_capability >= 9.0", facts), Truth::yes);
  EXPECT_EQ(truth_of("memory.sum >= 85GiB", facts), Truth::no);
  facts.platform("cuda")->devices.push_back(gpu(State::ready, "9.0", h100));
  facts.platform("cuda")->devices.back().facts.set(fact::device::visible, false, {"env:CUDA_VISIBLE_DEVICES"});
  EXPECT_EQ(truth_of("cuda.devices = 1", facts), Truth::yes);
  facts.platform("cuda")->devices.back().facts.set(fact::device::visible, true, {});
  EXPECT_EQ(truth_of("cuda.devices = 2", facts), Truth::yes);
  facts.platform("cuda")->state = State::blocked;
  for (Device& device : facts.platform("cuda")->devices) device.state = State::blocked;
  for (const char* text : {"cuda", "cuda.devices >= 1", "cuda.compute_capability >= 3.0", "memory >= 1GiB"})
    EXPECT_EQ(truth_of(text, facts), Truth::no) << text;
}

TEST(ShortForms, OfWhatIsUnknownAreUnknown) {
  const Facts nothing = with_gpus(State::unknown, {});
  for (const char* text :
       {"cuda", "cuda.proven", "cuda.devices >= 1", "cuda.devices = 0", "cuda.arch = sm_90", "memory >= 1GiB",
        "any:memory >= 1GiB", "memory.sum >= 1GiB", "accelerator", "not accelerator"})
    EXPECT_EQ(truth_of(text, nothing), Truth::unknown) << text;
  const Facts some = with_gpus(
      State::ready, {gpu(State::ready, nullptr, 0), gpu(State::ready, "9.0", h100), gpu(State::unknown, "9.0", h100)});
  EXPECT_EQ(truth_of("cuda.devices >= 2", some), Truth::yes);
  EXPECT_EQ(truth_of("cuda.devices >= 3", some), Truth::unknown);
  EXPECT_EQ(truth_of("cuda.devices >= 4", some), Truth::no);
  EXPECT_EQ(truth_of("cuda.compute_capability >= 9.0", some), Truth::unknown);
  EXPECT_EQ(truth_of("cuda.compute_capability >= 10.0", some), Truth::no);
  EXPECT_EQ(truth_of("any:cuda.compute_capability >= 9.0", some), Truth::yes);
  EXPECT_EQ(truth_of("memory.sum >= 79GiB", some), Truth::yes) << "at least what is known";
  EXPECT_EQ(truth_of("memory.sum >= 82GiB", some), Truth::unknown);
}

TEST(ShortForms, AnAcceleratorThatIsUnknownLeavesItOpenWhetherThereIsOne) {
  Facts facts = with_gpus(State::blocked, {gpu(State::blocked, "9.0", h100)});
  EXPECT_EQ(truth_of("accelerator", facts), Truth::no);
  facts.platform("rocm")->state = State::unknown;
  EXPECT_EQ(truth_of("accelerator", facts), Truth::unknown);
  facts.platform("cuda")->state = facts.platform("cuda")->devices[0].state = State::proven;
  EXPECT_EQ(truth_of("accelerator", facts), Truth::yes);
  EXPECT_EQ(truth_of("cuda.proven", facts), Truth::yes);
  EXPECT_EQ(truth_of("accelerator.devices >= 1", facts), Truth::yes);
  EXPECT_EQ(truth_of("accelerator.devices >= 2", facts), Truth::unknown) << "there may be an AMD GPU";
  EXPECT_EQ(truth_of("cuda.devices >= 2", facts), Truth::no);
  EXPECT_EQ(truth_of("memory.sum >= 79GiB", facts), Truth::yes);
  EXPECT_EQ(truth_of("memory.sum >= 100GiB", facts), Truth::unknown);
}

TEST(ShortForms, SayWhyAndByWhatEvidence) {
  Facts facts = with_gpus(State::blocked, {gpu(State::blocked, "9.0", h100)});
  facts.platform("cuda")->layers.set(Layer::bus, Truth::yes, "", {"list:/sys/bus/pci/devices"});
  facts.platform("cuda")->layers.set(Layer::kernel_driver, Truth::no, "no driver is bound", {"link:/sys/x/driver"});
  const Fact fact = with_short_forms(facts).host.at_by_name("cuda");
  EXPECT_EQ(fact.because, "no driver is bound");
  EXPECT_THAT(fact.sources, testing::ElementsAre("link:/sys/x/driver"));
  EXPECT_EQ(with_short_forms(facts).host.at_by_name("accelerator").because, "CUDA: no driver is bound");
  Facts none = with_gpus(State::absent, {});
  none.platform("rocm")->layers.set(Layer::bus, Truth::no, "", {"list:/sys/bus/pci/devices"});
  EXPECT_THAT(with_short_forms(none).host.at_by_name("accelerator").sources,
              testing::ElementsAre("list:/sys/bus/pci/devices"));
  const Facts ready = with_gpus(State::ready, {gpu(State::ready, "9.0", h100)});
  const Verdict verdict =
      evaluate(*parse_condition("cuda.compute_capability >= 8.0", users_names()), with_short_forms(ready));
  EXPECT_TRUE(std::any_of(verdict.terms.begin(), verdict.terms.end(), [](const Term& term) {
    return term.seen == "9.0" && term.sources == std::vector<std::string>{"ask:nvml"};
  }));
}

TEST(ShortForms, OfManyDevicesCostLittle) {
  std::vector<Device> devices(20000, gpu(State::unknown, "9.0", h100));
  const Facts facts = with_gpus(State::ready, std::move(devices));
  EXPECT_EQ(truth_of("cuda.devices >= 20001", facts), Truth::unknown) << "no list of so many numbers is made";
  EXPECT_EQ(truth_of("cuda.compute_capability >= 9.0", facts), Truth::yes);
}

TEST(ShortForms, ErrorsNameWhatWasMeant) {
  const std::pair<const char*, const char*> rows[] = {
      {"cuda.devicse >= 4", "did you mean \"cuda.devices\"?"},
      {"cuda.drivre >= 550", "did you mean \"cuda.driver\"?"},
      {"acelerator", "did you mean \"accelerator\"?"},
      {"cuda.devices", "expected a comparison"},
      {"memory", "expected a comparison"},
      {"memory >= 24", "such as 24GiB"},
      {"any:os.family = linux", "is not about devices"},
      {"any:cuda.devices >= 2", "is not about devices"},
      {"any:cuda.arhc = sm_90", "did you mean \"cuda.arch\"?"},
      {"any:", "expected a name"},
      {"some:cuda.memory >= 1GiB", "no fact or condition is named \"some:cuda.memory\""},
      {"cuda >= 12.4", "no order"},
      {"mps.driver >= 1", "no fact or condition is named"},
  };
  for (const auto& [text, reason] : rows) EXPECT_THAT(error_of(text), HasSubstr(reason)) << text;
}

}  // namespace
}  // namespace rigfit
