#include "rules/condition_text.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <random>

#include "rules/book.hpp"

namespace rigfit {
namespace {

using Op = Condition::Op;
using Scope = ConditionScope;
using testing::HasSubstr;

const Vocabulary vocabulary{{"os.id", "text"},
                            {"os.id_like", "list"},
                            {"os.kernel", "version"},
                            {"os.secure_boot", "bool"},
                            {"cpu.logical_cpus", "int"},
                            {"cpu.load", "float"},
                            {"memory.total_bytes", "int"},
                            {"container.runtime", "text"},
                            {"cuda.driver_version", "version"},
                            {"device.compute_capability", "version"},
                            {"device.memory_total_bytes", "int"},
                            {"device.error", "text"}};

const NamedConditions& conditions() {
  static const NamedConditions named = [] {
    Condition container;
    container.op = Op::known;
    container.fact = "container.runtime";
    container.wanted = {true};
    Condition broken = container;
    broken.fact = "device.error";
    return NamedConditions{{"container", {"in a container", container, Scope::machine}},
                           {"broken", {"it has an error", broken, Scope::device}}};
  }();
  return named;
}
const ConditionNames names{vocabulary, conditions()};

Condition parsed(std::string_view text, Scope scope = Scope::machine) {
  auto condition = parse_condition(text, names, scope);
  if (!condition) ADD_FAILURE() << text << ": " << condition.error().text();
  return condition ? *condition : Condition{};
}
std::string printed(std::string_view text, Scope scope = Scope::machine) {
  return print_condition(parsed(text, scope), scope);
}

std::string error_of(std::string_view text, Scope scope = Scope::machine) {
  const auto condition = parse_condition(text, names, scope);
  return condition ? "(none)" : condition.error().text();
}

TEST(ConditionText, StatesOneComparison) {
  const Condition is = parsed("os.id = ubuntu");
  EXPECT_EQ(is.op, Op::is);
  EXPECT_EQ(is.fact, "os.id");
  EXPECT_EQ(is.wanted, std::vector<Value>{std::string("ubuntu")});
  EXPECT_EQ(parsed("os.kernel>=6.8").wanted, std::vector<Value>{*Version::parse("6.8")});
  EXPECT_EQ(parsed("cpu.logical_cpus < 4").wanted, std::vector<Value>{std::int64_t{4}});
  EXPECT_EQ(parsed("cpu.load > 0.5").wanted, std::vector<Value>{0.5});
  EXPECT_EQ(parsed("os.secure_boot = no").wanted, std::vector<Value>{false});
  EXPECT_EQ(parsed("os.secure_boot"), parsed("os.secure_boot = yes"));
  EXPECT_EQ(parsed("os.id_like = debian").wanted, std::vector<Value>{std::string("debian")});
  EXPECT_EQ(parsed("os.id = 'GPU is lost'"), parsed("os.id = \"GPU is lost\""));
  EXPECT_EQ(parsed("cuda.driver_version known").op, Op::known);
  EXPECT_EQ(parsed("cuda.state = unknown").fact, "cuda.state");
  EXPECT_EQ(parsed("cuda.layer.bus = yes").wanted, std::vector<Value>{std::string("yes")});
}

TEST(ConditionText, SizesHaveUnits) {
  const auto bytes = [](std::string_view text) {
    return std::get<std::int64_t>(parsed(std::string("memory.total >= ") + std::string(text)).wanted.front());
  };
  EXPECT_EQ(bytes("24GiB"), std::int64_t{24} << 30);
  EXPECT_EQ(bytes("1.5 GB"), 1'500'000'000);
  EXPECT_EQ(bytes("512 MiB"), 512 << 20);
  EXPECT_EQ(bytes("0"), 0);
  EXPECT_EQ(bytes("7B"), 7);
  EXPECT_EQ(bytes("9223372036854775807B"), INT64_MAX);
  EXPECT_EQ(parsed("memory.total >= 1kB"), parsed("memory.total_bytes >= 1000B"));
  for (const char* bad : {"24", "lots", "-1GiB", "24gib", "99999999999999TiB", "1e3GiB", "infGiB", "'24GiB'", "1.5"})
    EXPECT_THAT(error_of(std::string("memory.total >= ") + bad), HasSubstr("such as 24GiB")) << bad;
}

TEST(ConditionText, NotBindsBeforeAndAndAndBeforeOr) {
  EXPECT_EQ(parsed("not container and os.secure_boot or os.id = a"),
            parsed("((not container) and os.secure_boot = yes) or os.id = a"));
  EXPECT_NE(parsed("not container and os.secure_boot"), parsed("not (container and os.secure_boot)"));
  EXPECT_EQ(parsed("not os.id = a"), parsed("os.id != a"));
  EXPECT_EQ(parsed("not os.id in [a, b]"), parsed("os.id not in [a, b]"));
  EXPECT_EQ(parsed("os.id = a, b"), parsed("os.id in [a, b]"));
  EXPECT_EQ(parsed("os.id=a,b"), parsed("os.id in [a, b]"));
  EXPECT_EQ(parsed("container and (os.id = a and (os.id = b and container))").parts.size(), 4u);
}

TEST(ConditionText, LooksThroughDevices) {
  const Condition any = parsed("any(cuda.devices: memory_total >= 24GiB and os.id = a)");
  EXPECT_EQ(any.op, Op::some);
  EXPECT_EQ(any.devices_of, "cuda");
  EXPECT_EQ(any.parts[0].parts[0].fact, "device.memory_total_bytes");
  EXPECT_EQ(any.parts[0].parts[1].fact, "os.id");
  const Condition count = parsed("count(rocm.devices: state = ready) > 3");
  EXPECT_EQ(count.op, Op::count);
  EXPECT_EQ(count.compared, Op::above);
  EXPECT_EQ(count.wanted, std::vector<Value>{std::int64_t{3}});
  EXPECT_EQ(parsed("count(cuda.devices: broken) != 3").op, Op::negate);
  EXPECT_EQ(parsed("compute_capability < 10.0", Scope::device).fact, "device.compute_capability");
}

TEST(ConditionText, NamedConditionsStandForThemselves) {
  EXPECT_EQ(printed("not container"), "not container.runtime known");
  EXPECT_EQ(printed("broken and container", Scope::device), "error known and container.runtime known");
  EXPECT_THAT(error_of("broken"), HasSubstr("is about a device"));
  EXPECT_THAT(error_of("container = yes"), HasSubstr("column 11"));
}

TEST(ConditionText, PrintsOneSpelling) {
  EXPECT_EQ(printed("( (os.id=a)and not( container ) )"), "os.id = a and not container.runtime known");
  EXPECT_EQ(printed("os.id = a and (container or os.secure_boot)"),
            "os.id = a and (container.runtime known or os.secure_boot = yes)");
  EXPECT_EQ(printed("memory.total_bytes >= 1024 MiB"), "memory.total >= 1GiB");
  EXPECT_EQ(printed("os.id in [\"none\", 'two words', '']"), "os.id in ['none', 'two words', '']");
  EXPECT_EQ(printed("not count(cuda.devices: compute_capability >= 9.0) = 4"),
            "count(cuda.devices: compute_capability >= 9.0) != 4");
}

TEST(ConditionText, SaysWhereItIsWrongWhatWasExpectedAndWhatWasMeant) {
  const auto error = parse_condition("os.secure_boot and os.kernal >= 6.8", names);
  ASSERT_FALSE(error);
  EXPECT_EQ(error.error().column, 20u);
  EXPECT_EQ(error.error().nearest, "os.kernel");
  EXPECT_EQ(error.error().text(),
            "column 20: no fact or condition is named \"os.kernal\"; did you mean \"os.kernel\"?");
  const std::pair<const char*, const char*> cases[] = {
      {"", "column 1: the condition ends too early; expected the name"},
      {"os.id", "column 6: the condition ends too early; expected a comparison"},
      {"os.id ubuntu", "column 7: \"ubuntu\" is not understood; expected a comparison"},
      {"os.secure_boot = true", "column 18: \"true\" is no value here; expected yes or no"},
      {"os.kernel >= new", "expected a version"},
      {"cpu.logical_cpus >= 4.5", "expected a whole number"},
      {"os.id >= ubuntu", "\"ubuntu\" has no order; expected a version"},
      {"os.id_like > debian", "these values have no order"},
      {"os.secure_boot < yes", "these values have no order"},
      {"os.id = none", "in quotes"},
      {"os.id == ubuntu", "column 8: one = is enough"},
      {"container && container", "column 11: \"&\" is not understood; expected and"},
      {"container || container", "expected or"},
      {"!container", "expected not"},
      {"container container", "column 11: \"container\" is not understood; expected and, or, or the end"},
      {"(container", "expected and, or, or )"},
      {"container)", "column 10"},
      {"os.id in ubuntu", "expected [ and the values"},
      {"os.id in []", "expected a word"},
      {"os.id in [a", "or ]"},
      {"os.id = 'a", "a quote is not closed"},
      {"cuda.layer.bus = maybe", "expected one of yes, no"},
      {"cuda.state = redy", "expected one of not_applicable, absent"},
      {"cuda.layer.buss = yes", "did you mean \"cuda.layer.bus\"?"},
      {"contaner", "did you mean \"container\"?"},
      {"elephant.state = ready", "no fact or condition is named \"elephant.state\""},
      {"device.compute_capability >= 9.0", "no device is meant here; expected a list"},
      {"any(cuda.devices: device.error known)", "expected error"},
      {"any(cuda.device: error known)", "column 5: no list is named \"cuda.device\"; did you mean \"cuda.devices\"?"},
      {"any(cuda.devices error known)", "expected : and a condition"},
      {"any(cuda.devices: error known", "expected and, or, or )"},
      {"count(cuda.devices: error known)", "and a whole number"},
      {"count(cuda.devices: error known) >= many", "expected a whole number"},
      {"'os.id' = a", "expected the name of a fact"},
      {"os.id = 'ü' and \x01", "column 17"},
  };
  for (const auto& [text, wanted] : cases) EXPECT_THAT(error_of(text), HasSubstr(wanted)) << text;
}

TEST(ConditionText, NestingAndLengthHaveLimits) {
  std::string deep(5000, '('), many = "container", nots;
  for (int n = 0; n < 1000; ++n) nots += "not ";
  EXPECT_THAT(error_of(deep + "container"), HasSubstr("nested too deeply"));
  EXPECT_THAT(error_of(nots + "container"), HasSubstr("too deeply"));
  for (int n = 0; n < 1000; ++n) many += " or container";
  EXPECT_EQ(parsed(many).parts.size(), 1001u);
  EXPECT_THAT(error_of(many + many), HasSubstr("too long"));
}

/// The blocks of code that stand indented below a heading of the manual.
std::vector<std::string> examples(const std::string& heading) {
  std::ifstream in(RIGFIT_RULES "/README.md");
  std::vector<std::string> lines;
  bool is_inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("#")) is_inside = line.ends_with(heading);
    if (is_inside && line.starts_with("    ")) lines.push_back(line.substr(4));
  }
  return lines;
}

const RuleBook& shipped() {
  static const RuleBook book = load_rules(embedded_rules(), false).value();
  return book;
}

TEST(ConditionManual, ItsExamplesAreConditionsOverTheShippedFacts) {
  const ConditionNames all{*shipped().vocabulary, *shipped().conditions};
  ASSERT_EQ(examples("Ten examples").size(), 10u);
  for (const char* heading : {"Ten examples", "Conditions"})
    for (const std::string& text : examples(heading)) {
      const auto condition = parse_condition(text, all);
      ASSERT_TRUE(condition) << text << ": " << condition.error().text();
      EXPECT_EQ(parse_condition(print_condition(*condition), all).value(), *condition) << text;
    }
}

TEST(ConditionManual, ItsErrorIsTheOneThatIsGiven) {
  const auto error = parse_condition("not os.familly = linux", {*shipped().vocabulary, *shipped().conditions});
  ASSERT_FALSE(error);
  ASSERT_EQ(examples("Errors").size(), 1u);
  EXPECT_THAT(examples("Errors")[0], testing::EndsWith(error.error().text()));
}

TEST(ConditionText, EveryShippedConditionPrintsToItself) {
  const ConditionNames all{*shipped().vocabulary, *shipped().conditions};
  std::size_t count = 0;
  const auto check = [&](const Condition& condition, Scope scope) {
    if (condition.op == Op::always) return;
    const std::string text = print_condition(condition, scope);
    const auto again = parse_condition(text, all, scope);
    ASSERT_TRUE(again) << text << ": " << again.error().text();
    EXPECT_EQ(*again, condition) << text;
    ++count;
  };
  for (const FindingRule& rule : shipped().findings) {
    check(rule.when, Scope::machine);
    if (rule.device) check(*rule.device, Scope::device);
    for (const RemedyStep& step : rule.text->remedy) check(step.when, rule.device ? Scope::device : Scope::machine);
  }
  for (const FrameworkRule& framework : shipped().frameworks) {
    for (const SupportLevel& level : framework.support) check(level.when, Scope::machine);
    for (const Build& build : framework.builds) {
      for (const Requirement& need : build.needs) check(need.when, Scope::machine);
      if (build.device) check(*build.device, Scope::device);
    }
  }
  EXPECT_GT(count, 800u);
}

/// Conditions at random, all of whose forms a text can have.
class Writer {
 public:
  explicit Writer(unsigned seed) : random_(seed) {}

  std::string condition(int depth, Scope scope) {
    switch (depth > 0 ? below(9) : 0) {
      case 1:
        return "(" + condition(depth - 1, scope) + ")";
      case 2:
        return "not " + condition(depth - 1, scope);
      case 3:
      case 4:
        return condition(depth - 1, scope) + " and " + condition(depth - 1, scope);
      case 5:
      case 6:
        return condition(depth - 1, scope) + " or " + condition(depth - 1, scope);
      case 7:
        return pick({"any", "all"}) + "(" + list() + condition(depth - 1, Scope::device) + ")";
      case 8:
        return "count(" + list() + condition(depth - 1, Scope::device) + ")" + sign() + pick({"0", "4", "-7"});
      default:
        return comparison(scope);
    }
  }

 private:
  std::size_t below(std::size_t n) { return random_() % n; }
  std::string pick(std::vector<std::string> words) { return words[below(words.size())]; }
  std::string list() { return pick({"cuda.devices: ", "npu.devices:"}); }
  std::string sign() { return pick({" = ", "!=", "<", " <= ", ">", " >= "}); }
  std::string word() { return pick({"ubuntu", "'two words'", "\"it's\"", "''", "'none'", "a-b.c+d/e", "2"}); }

  std::string comparison(Scope scope) {
    const std::string name =
        scope == Scope::device && below(2)
            ? pick({"error", "state", "broken", "compute_capability"})
            : pick({"os.id", "container", "os.id_like", "os.secure_boot", "cpu.load", "memory.total", "os.kernel"});
    if (name == "container" || name == "broken") return name;
    if (below(5) == 0) return name + pick({" known", " unknown", " none"});
    if (name == "state") return name + pick({" = ", " != "}) + pick({"ready", "unknown", "'absent'"});
    if (name == "os.secure_boot") return name + pick({"", " = no", "!=yes"});
    if (name == "cpu.load") return name + sign() + pick({"0.5", "3", "-2.25", "1e300", "7.0"});
    if (name == "memory.total") return name + sign() + pick({"24GiB", "1.5 GB", "0", "7B", "1000kB", "3TiB"});
    if (name == "os.kernel" || name == "compute_capability")
      return name + sign() + pick({"6.8", "12.0a", "5.15.0-91+x"});
    if (below(2)) return name + pick({" in [", " not in ["}) + word() + ", " + word() + "]";
    return name + pick({" = ", " != "}) + word() + pick({"", ", " + word()});
  }

  std::mt19937 random_;
};

TEST(ConditionText, WhatIsPrintedIsReadAsTheSame) {
  Writer writer(11);
  for (int n = 0; n < 5000; ++n) {
    const Scope scope = n % 2 ? Scope::device : Scope::machine;
    const std::string text = writer.condition(n % 6, scope);
    const Condition condition = parsed(text, scope);
    const std::string again = print_condition(condition, scope);
    ASSERT_EQ(parsed(again, scope), condition) << text << "\n" << again;
    ASSERT_EQ(printed(again, scope), again) << text;
  }
}

TEST(ConditionText, AnyBytesAreReadOrRefusedWithAColumnInside) {
  Writer writer(12);
  std::mt19937 random(13);
  std::size_t refused = 0;
  for (int n = 0; n < 20000; ++n) {
    std::string text = writer.condition(n % 4, Scope::machine);
    for (std::size_t changes = random() % 4; changes > 0 && !text.empty(); --changes) {
      const std::size_t at = random() % text.size();
      switch (random() % 4) {
        case 0:
          text.erase(at, random() % 5);
          break;
        case 1:
          text.insert(at, 1, static_cast<char>(random() % 256));
          break;
        case 2:
          text.insert(at, text.substr(random() % text.size(), random() % 9));
          break;
        default:
          text[at] = "()[],:=!<>'\" \n"[random() % 14];
      }
    }
    const auto condition = parse_condition(text, names);
    if (condition) {
      const std::string again = print_condition(*condition);
      ASSERT_EQ(parsed(again), *condition) << text << "\n" << again;
      continue;
    }
    ++refused;
    ASSERT_GE(condition.error().column, 1u) << text;
    ASSERT_LE(condition.error().column, text.size() + 1) << text;
    ASSERT_NE(condition.error().problem, "") << text;
  }
  EXPECT_GT(refused, 2000u);
}

}  // namespace
}  // namespace rigfit
