#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "rules/book.hpp"

namespace rigfit {
namespace {

using Errors = std::vector<RuleError>;

/// Calls `use` with each comparison in a condition.
template <class Use>
void each_comparison(const Condition& condition, const Use& use) {
  if (!condition.fact.empty()) use(condition);
  for (const Condition& part : condition.parts) each_comparison(part, use);
}

std::optional<Version> version_of(const Value& value) {
  if (const auto* version = std::get_if<Version>(&value)) return *version;
  return std::nullopt;
}

std::string file_of(const FrameworkRule& framework) { return "frameworks/" + framework.id; }

// ---- Builds

/// The first release branch of NVIDIA's driver for each major version of CUDA, by the table of branches: what is built
/// with a later minor version runs on it as well. https://docs.nvidia.com/deploy/cuda-compatibility/
struct DriverTable {
  std::map<std::uint64_t, std::uint64_t> least_branch;  ///< by major version
  std::set<std::string> releases;                       ///< of CUDA: "13.2"
};

DriverTable driver_table_of(const RuleBook& book) {
  DriverTable table;
  for (const DerivedFact& row : book.derived) {
    const auto cuda = row.fact == "cuda.branch_cuda_version" ? version_of(row.value) : std::nullopt;
    if (!cuda) continue;
    table.releases.insert(cuda->text());
    each_comparison(*row.when, [&](const Condition& one) {
      if (one.fact != "cuda.driver_branch" || one.wanted.empty()) return;
      const auto branch = Version::parse(to_text(one.wanted.front()));
      if (!branch) return;
      auto& least = table.least_branch.emplace(cuda->part(0), branch->part(0)).first->second;
      least = std::min(least, branch->part(0));
    });
  }
  return table;
}

void check_driver(const FrameworkRule& framework, const Build& build, const DriverTable& table, Errors& errors) {
  const auto runtime = build.platform == "cuda" ? Version::parse(build.runtime) : std::nullopt;
  if (!runtime) return;
  const auto error = [&](std::string reason) { errors.push_back({file_of(framework), build.id, std::move(reason)}); };
  const auto least = table.least_branch.find(runtime->part(0));
  if (least == table.least_branch.end() || (runtime->size() > 1 && !table.releases.count(runtime->text())))
    return error(fmt::format("no driver branch in facts/cuda_tables.json is for its CUDA {}", build.runtime));
  bool is_named = false;
  for (const Requirement& need : build.needs)
    each_comparison(*need.when, [&](const Condition& one) {
      // A Jetson's driver comes with its release of Jetson Linux.
      is_named = is_named || one.fact == "cuda.tegra_release";
      if (one.fact != "cuda.driver_version" || one.op != Condition::Op::at_least) return;
      is_named = true;
      if (const auto wanted = version_of(one.wanted.at(0)); wanted && wanted->part(0) < least->second)
        error(fmt::format("takes driver {}, and CUDA {} begins with branch {}", wanted->text(), build.runtime,
                          least->second));
    });
  if (!is_named) error("names no least version of the driver (cuda.driver_version >= …)");
}

/// "8.6" of "8.6+PTX" as the table of devices spells it.
std::string architecture_of(std::string target) {
  if (const std::size_t plus = target.find('+'); plus != target.npos) target.erase(plus);
  if (target.starts_with("gfx")) return target;
  std::erase(target, '.');
  return "sm_" + target;
}

void check_targets(const FrameworkRule& framework, const Build& build, const std::set<std::string>& architectures,
                   Errors& errors) {
  for (const auto* list : {build.code_for ? &*build.code_for : nullptr, &build.code_unconfirmed}) {
    if (!list) continue;
    for (const std::string& target : *list)
      if (!architectures.count(architecture_of(target)))
        errors.push_back({file_of(framework), build.id,
                          fmt::format("has code for {}, and devices/ knows no {}", target, architecture_of(target))});
  }
}

void check_python(const FrameworkRule& framework, const Build& build, Errors& errors) {
  const auto least = Version::parse(build.python.least), most = Version::parse(build.python.most),
             advised = Version::parse(build.python.advised);
  if (!least || !most || !advised || *least > *advised || *advised > *most)
    errors.push_back({file_of(framework), build.id,
                      fmt::format("takes Python {} to {}, and {} is advised", build.python.least, build.python.most,
                                  build.python.advised)});
}

/// Whether all numbers of `shorter` are those that `longer` begins with: 2.15 and 2.15.1.
bool begins_with(const Version& longer, const Version& shorter) {
  if (shorter.size() > longer.size()) return false;
  for (std::size_t n = 0; n < shorter.size(); ++n)
    if (longer.part(n) != shorter.part(n)) return false;
  return true;
}

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

/// "2.15": digits, and dots between them.
bool is_dotted_number(std::string_view text) {
  if (text.empty() || !is_digit(text.front()) || !is_digit(text.back())) return false;
  return text.find("..") == text.npos &&
         std::all_of(text.begin(), text.end(), [](char letter) { return is_digit(letter) || letter == '.'; });
}

/// Of "pytorch-2.15-cuda13" "2.15"; empty where no part between hyphens is such a number.
std::string_view version_in(std::string_view id) {
  for (std::size_t start = id.find('-'); start != id.npos;) {
    const std::size_t end = id.find('-', start + 1);
    const std::string_view part = id.substr(start + 1, end == id.npos ? end : end - start - 1);
    if (part.find('.') != part.npos && is_dotted_number(part)) return part;
    start = end;
  }
  return {};
}

/// Of "torch<2.16" "2.16"; empty where the package is kept otherwise, or not at all.
std::string_view upper_end(std::string_view package) {
  const std::size_t sign = package.find_first_of("<>=!~");
  if (sign == package.npos || package[sign] != '<') return {};
  const std::string_view end = package.substr(sign + 1);
  return is_dotted_number(end) ? end : std::string_view{};
}

/// The version that stands in an id ("pytorch-2.15-cuda13"; that of the vendor's release in "pytorch-gaudi-1.24"), and
/// the one below which pip is kept ("torch<2.16").
void check_version(const FrameworkRule& framework, const Build& build, Errors& errors) {
  const auto version = Version::parse(build.version);
  if (!version) return;
  if (const auto named = Version::parse(version_in(build.id)), runtime = Version::parse(build.runtime);
      named && !begins_with(*version, *named) && !(runtime && begins_with(*runtime, *named)))
    errors.push_back({file_of(framework), build.id, fmt::format("is of version {}", build.version)});
  if (build.packages.empty()) return;
  if (const auto end = Version::parse(upper_end(build.packages.front())); end && *version >= *end)
    errors.push_back({file_of(framework), build.id,
                      fmt::format("is of version {}, which {} leaves out", build.version, build.packages.front())});
}

/// A build for a platform of which the framework's support level says that there is nothing.
void check_level(const FrameworkRule& framework, const Build& build, Errors& errors) {
  const bool is_told = std::any_of(framework.support.begin(), framework.support.end(), [&](const SupportLevel& row) {
    return row.platform == build.platform && row.level != "none";
  });
  if (!is_told)
    errors.push_back({file_of(framework), build.id,
                      fmt::format("is for {}, where no support level but \"none\" is stated", build.platform)});
}

/// What has to be there is said twice: in the condition, and in the sentence for who lacks it. Of a driver what would
/// fix it names the same version.
void check_sentences(const FrameworkRule& framework, const Build& build, Errors& errors) {
  for (const Requirement& need : build.needs)
    each_comparison(*need.when, [&](const Condition& one) {
      const bool is_end = one.op == Condition::Op::at_least && !one.wanted.empty();
      const auto wanted = is_end ? version_of(one.wanted.front()) : std::nullopt;
      if (!wanted) return;
      // "13.0" in a condition may be "13" in a sentence.
      std::string text = wanted->text();
      if (text.ends_with(".0") && text.find('.') == text.size() - 2) text.resize(text.size() - 2);
      for (const auto* sentence : {&need.miss, need.name == "driver" ? &need.fix : nullptr})
        if (sentence && sentence->find(text) == sentence->npos &&
            std::any_of(sentence->begin(), sentence->end(), is_digit))
          errors.push_back({file_of(framework), fmt::format("{}/{}", build.id, need.name),
                            fmt::format("asks for {} {}, and says: {}", one.fact, wanted->text(), *sentence)});
    });
}

void check_builds(const RuleBook& book, Errors& errors) {
  const DriverTable drivers = driver_table_of(book);
  std::set<std::string> architectures(book.targets.begin(), book.targets.end());
  for (const DeviceModel& row : book.devices.rows()) architectures.insert(row.architecture);
  for (const FrameworkRule& framework : book.frameworks)
    for (const Build& build : framework.builds) {
      check_python(framework, build, errors);
      check_version(framework, build, errors);
      check_level(framework, build, errors);
      check_driver(framework, build, drivers, errors);
      check_targets(framework, build, architectures, errors);
      check_sentences(framework, build, errors);
      if (!build.released.empty() && !book.as_of.empty() && build.released > book.as_of.substr(0, 7))
        errors.push_back({file_of(framework), build.id,
                          fmt::format("was released {}, and the rules are as of {}", build.released, book.as_of)});
    }
}

// ---- Facts that are stated twice

/// By hand and in the list of a chip.
void check_devices(const RuleBook& book, Errors& errors) {
  std::map<std::string, const DeviceModel*> known;
  for (const DeviceModel& row : book.devices.rows()) {
    if (row.device_first != row.device_last || row.bus == "chip") continue;
    const std::string id = fmt::format("{} {}:{}", row.bus, row.vendor, row.device_first);
    const auto [first, is_new] = known.emplace(id, &row);
    const std::string &one = first->second->architecture, &other = row.architecture;
    if (!is_new && !one.empty() && !other.empty() && one != other)
      errors.push_back({"devices", id, fmt::format("is {} in one row and {} in another", one, other)});
  }
}

void check_derived(const RuleBook& book, Errors& errors) {
  for (std::size_t n = 0; n < book.derived.size(); ++n)
    for (std::size_t m = n + 1; m < book.derived.size(); ++m) {
      const DerivedFact &one = book.derived[n], &other = book.derived[m];
      if (one.fact == other.fact && *one.when == *other.when && one.value != other.value)
        errors.push_back({"facts", one.fact,
                          fmt::format("is {} and {} under one condition", to_text(one.value), to_text(other.value))});
    }
}

// ---- Sources

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char letter : text) {
    const bool is_upper = letter >= 'A' && letter <= 'Z';
    const char lower = is_upper ? static_cast<char>(letter - 'A' + 'a') : letter;
    if (is_digit(lower) || (lower >= 'a' && lower <= 'z'))
      words.back() += lower;
    else if (!words.back().empty())
      words.emplace_back();
  }
  return words;
}

bool is_year(const std::string& word) {
  return word.size() == 4 && (word.starts_with("19") || word.starts_with("20")) &&
         std::all_of(word.begin(), word.end(), is_digit);
}

/// "It is the newest.", "stopped at 2.3": true of the day on which it was written.
bool is_of_a_day(std::string_view claim, const std::vector<std::string>& words) {
  for (std::size_t n = 0; n < words.size(); ++n) {
    if (words[n] == "newest" || words[n] == "latest" || words[n] == "last") return true;
    if ((words[n] == "stopped" || words[n] == "ended") && n + 1 < words.size() && words[n + 1] == "at") return true;
  }
  if (claim.ends_with('.')) claim.remove_suffix(1);
  const std::size_t dot = claim.find_last_not_of("0123456789");
  return dot != claim.npos && dot > 0 && dot + 1 < claim.size() && claim[dot] == '.' && is_digit(claim[dot - 1]);
}

/// What was the newest changes: such a claim says when. So does one that ends with a version.
void check_claims(const RuleBook& book, Errors& errors) {
  for (const Citation& citation : book.evidence) {
    const std::vector<std::string> words = words_of(citation.claim);
    if (is_of_a_day(citation.claim, words) && std::none_of(words.begin(), words.end(), is_year))
      errors.push_back({"evidence", citation.id, "says what is the newest, and not as of when"});
    if (!book.as_of.empty() && citation.date > book.as_of && citation.date.compare(0, 7, book.as_of, 0, 7) > 0)
      errors.push_back(
          {"evidence", citation.id, fmt::format("is of {}, and the rules are as of {}", citation.date, book.as_of)});
  }
}

}  // namespace

std::vector<RuleError> mistakes_in(std::span<const RuleFile> files) {
  auto book = load_rules(files, true);
  if (book) return {};
  auto read = load_rules(files, false);
  std::vector<RuleError> errors = read ? incoherences(*read) : std::vector<RuleError>{};
  if (errors.empty()) errors.push_back(std::move(book.error()));
  return errors;
}

std::vector<RuleError> incoherences(const RuleBook& book) {
  Errors errors;
  check_builds(book, errors);
  check_devices(book, errors);
  check_derived(book, errors);
  check_claims(book, errors);
  return errors;
}

}  // namespace rigfit
