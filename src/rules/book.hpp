#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "facts/device_table.hpp"
#include "facts/lazy.hpp"
#include "rules/condition_text.hpp"

namespace rigfit {

/// One file of rules/, by its path below it ("findings/cuda/driver.json").
struct RuleFile {
  std::string path;
  std::string text;
  std::string origin = "built-in";  ///< or the path of the file that a site laid over it
  bool is_checked = false;          ///< against its schema, when the program was built
};

/// What is wrong with a rule file, and where.
struct RuleError {
  std::string file;
  std::string key;  ///< JSON pointer, or "line 3, column 14" for what is not JSON
  std::string reason;
};

struct Source {
  std::string title, url;
  int year = 0;
};

/// One row of evidence.json: what is cited.
struct Citation {
  std::string id, claim, value;
  Source source;
  std::string date;                 ///< the source's own, may be empty
  std::string reliability;          ///< primary, vendor, secondary, derived
  std::string topic;                ///< what it is about ("adoption", "ease_of_use"), may be empty
  std::string origin = "built-in";  ///< or the path of the overlay
};

/// A word of the scale of support levels.
struct LevelWord {
  std::string id, about;
  std::optional<int> points;  ///< empty: unconfirmed
};

/// One of the parts that a factor is rated by, and how much it weighs unless a profile says otherwise.
struct FactorPart {
  std::string id, name, about;
  int weight = 0;
};

/// One of the five factors (or a profile's sixth). What its scale means is written down at five places.
struct Factor {
  std::string id, name, about;
  std::string at_0, at_25, at_50, at_75, at_100;
  bool from_probes = false;               ///< hardware_support
  std::vector<FactorPart> parts;          ///< a rating is the weighted mean of theirs; empty: it is rated as a whole
  std::string weights_about;              ///< why the parts weigh what they do; empty where there are none
  std::vector<std::string> not_shown_by;  ///< topics of evidence that no rating of it may cite
};

/// What a scale means at its five places, in their order.
std::vector<std::pair<int, std::string>> anchors_of(const Factor& factor);

struct RemedyStep {
  Lazy<Condition> when;  ///< on which OS, distribution, container this step applies
  std::string text;
  std::string command;  ///< may be empty
};

/// What is reported of a finding where its rule holds.
struct FindingText {
  std::string cause;  ///< sentence; {fact} is filled in
  std::vector<RemedyStep> remedy;
  std::string verify;  ///< command that shows the fix
  Source source;
};

struct FindingRule {
  std::string id, severity, platform, title;
  Lazy<Condition> when;
  std::optional<Lazy<Condition>>
      device;  ///< the finding concerns the devices for which this holds, and needs at least one
  Lazy<FindingText> text;
  /// A build or support layer this finding's remedy would restore: used for "after the remedies". Empty when fixing it
  /// would not make the device usable.
  bool fixable = false;
  /// Whether it says why a device, or its platform, is blocked: errors do unless the rule says that they do not (those
  /// about an installed package), other findings where the rule says so.
  bool explains_block = false;
  /// It is found for the devices, and the platform, that are blocked and that no other finding explains. Its conditions
  /// decide nothing then; their terms are the evidence that is shown.
  bool otherwise_unexplained = false;
  /// The layer it is about, 0 the lowest; `layer_count` for none.
  std::size_t layer = 0;
  /// It says that something fails and not why: it folds under a finding that says why.
  bool generic = false;
  std::string origin = "built-in";  ///< or the path of the overlay
};

/// A finding that is read when it is looked at: its opening rules out most of them.
struct FindingRow {
  FindingRow() = default;
  FindingRow(FindingRule one) : otherwise_unexplained(one.otherwise_unexplained), rule(std::move(one)) {}
  operator const FindingRule&() const { return *rule; }

  /// Index into RuleBook::openings of what `when` cannot hold without; none where no other rule begins so.
  std::optional<std::size_t> opening;
  bool otherwise_unexplained = false;  ///< as that of the rule
  Lazy<FindingRule> rule;
};

/// One row of a lookup table.
struct LookupRow {
  std::string key, kind;
  std::map<std::string, std::string> columns;  ///< by name of the column
};

/// What the rules say of the values of one fact: of the number that a call returned, of each error number in a list.
struct LookupTable {
  std::string fact;                            ///< whose value, or whose values where it is a list, are the keys
  std::map<std::string, std::string> columns;  ///< by name of the column: the text fact that it becomes
  std::map<std::string, std::string> lists;    ///< by kind: the list fact that takes "KEY (means)" of each row
  Lazy<std::vector<LookupRow>> rows;
};

/// A requirement of a build that can be missed on its own, so that the nearest miss has a name.
struct Requirement {
  std::string name;  ///< "driver", "python", "glibc", "architecture", "os", "cpu_feature", …
  Lazy<Condition> when;
  std::string miss;      ///< sentence for a machine that fails it; {fact} is filled in
  std::string fix;       ///< what would fix it; empty when nothing the user can do does
  bool fixable = false;  ///< a driver update or another Python fixes it, another GPU does not
  /// The same in all builds of a framework that require this: it is asked once for all of them. Empty: not so.
  std::optional<std::size_t> number = std::nullopt;
};

/// The Pythons that a build has wheels for, and the one to take where the machine has none of them: "3.10".
struct PythonRange {
  std::string least, most, advised;
};

/// One published build of a framework for one platform. How it is installed here: see judge/support/install.hpp.
struct Build {
  std::string id, framework, platform;
  std::string version;             ///< of the framework
  std::string released;            ///< "2026-09", may be empty
  std::string runtime;             ///< CUDA or ROCm version it bundles, "" for none
  std::vector<Requirement> needs;  ///< of the machine
  /// What it has code for: compute capabilities ("8.6", "12.0+PTX") or gfx targets; no list where `device` tells.
  std::optional<std::vector<std::string>> code_for;
  std::vector<std::string> code_unconfirmed;  ///< what it may have code for: nobody confirmed it
  std::optional<Lazy<Condition>> device;      ///< which devices of the platform it runs on, beside `code_for`
  std::string device_miss;                    ///< sentence for a device outside; {device.*} is filled in
  PythonRange python;
  std::vector<std::string> packages;  ///< as pip takes them; {device.*} is filled in
  std::vector<std::string> options;   ///< of pip: --index-url and its value
  std::string environment;            ///< NAME=value for pip, may be empty
  std::string command;                ///< what starts or installs it where pip does not (a vendor's container)
  std::string check;                  ///< Python statements that fail where it does not work
  std::string note;                   ///< what else to know about it, may be empty
  std::vector<std::string> evidence;
  std::string origin = "built-in";  ///< or the path of the overlay
};

/// A build that is read when it is looked at: most are for platforms that this machine has not.
struct BuildRow {
  BuildRow() = default;
  BuildRow(Build one) : platform(one.platform), build(std::move(one)) {}
  operator const Build&() const { return *build; }

  std::string platform;  ///< as that of the build
  Lazy<Build> build;
};

/// A framework's support level on one platform, in the words and points of the level scale.
struct SupportLevel {
  std::string platform;  ///< platform id, "cpu" included
  Lazy<Condition> when;  ///< variant: OS, architecture, WSL …; first row that holds wins
  std::string level;
  std::optional<int> points;  ///< 0–100; empty: unconfirmed, an interval 0–100
  std::string note;
  std::vector<std::string> evidence;
};

/// The rating of one part of a factor.
struct RatingPart {
  std::string id;
  int score = 0, high = 0;  ///< as those of a rating
  std::string sentence;
  std::string confidence;
  std::vector<std::string> evidence;
  int weight = 0;  ///< in the mean
};

struct Rating {
  int score = 0;  ///< 0–100; of a rating that nobody knows, the lower end of what it may be
  int high = 0;   ///< the upper end
  std::string sentence;
  std::string confidence;
  std::vector<std::string> evidence;
  std::vector<RatingPart> parts;  ///< what the score is the weighted mean of; empty: it was rated as a whole

  bool settled() const { return score == high; }
};

using Weights = std::map<std::string, int>;  ///< by the id of a factor's part; one that is not named weighs nothing

/// A rating that has parts, under other weights: its mean, and the evidence of the parts that count. Where one part
/// counts alone, what is said is said of that part.
Rating weighted(Rating rating, const Weights& weights);

struct FrameworkRule {
  std::string id, name, role;  ///< role: framework or runtime
  std::string about;
  std::map<std::string, Rating> ratings;  ///< by factor id, without hardware_support
  std::vector<SupportLevel> support;
  std::vector<BuildRow> builds;  ///< newest first within a platform
  /// By platform: the facts that its builds for it compare, sorted. Found out when the rules are loaded.
  Lazy<std::map<std::string, std::vector<std::string>>> compared;
  std::vector<std::string> choose_when;  ///< "choose X when" sentences
  std::string hardware_sentence;         ///< what it supports, in general
  std::vector<std::string> hardware_evidence;
  std::string origin = "built-in";  ///< or the path of the overlay
};

/// One statistic shown to users.
struct Statistic {
  std::string value, sentence;
  std::vector<std::string> evidence;
  std::vector<std::string> frameworks;
};

/// A sentence with the citations that bear it.
struct CitedSentence {
  std::string sentence;
  std::vector<std::string> evidence;
};

/// How fit a framework is for a profile's purpose; of a framework's rows the first whose condition holds counts.
struct FitRating {
  std::string framework;
  Lazy<Condition> when;
  Rating rating;
};

/// The one factor that a profile may add.
struct Fit {
  Factor factor;
  int points = 0;
  std::string otherwise;  ///< said of a framework without a row, whose rating nobody knows: 0 to 100
  std::vector<FitRating> ratings;
};

/// A second list that a profile may ask for: what runs the models that the framework has trained.
struct RuntimeSlot {
  std::string about;                    ///< sentence: what it is for
  std::vector<std::string> candidates;  ///< framework ids
};

using Ratings = std::map<std::string, std::map<std::string, Rating>>;  ///< by framework id, then by factor id

/// A ready set of priorities.
struct Profile {
  std::string id, name, about;
  std::vector<std::string> aliases;      ///< other names it answers to
  std::map<std::string, int> points;     ///< by factor id
  std::map<std::string, Weights> parts;  ///< by factor id: what its parts weigh for this purpose
  std::vector<CitedSentence> reasons;    ///< why these points
  std::vector<CitedSentence> advice;     ///< what one has to know beside the ranking
  std::vector<std::string> candidates;   ///< framework ids to compare unless asked otherwise; empty: every framework
  Ratings ratings;                       ///< that take the place of the frameworks' own, for this purpose
  std::optional<Fit> fit;
  std::optional<RuntimeSlot> runtimes;
};

/// Ratings that can take the place of the usual ones (`--ratings ID`).
struct RatingSet {
  /// What today's evidence says of one factor's verdict.
  struct Today {
    std::string verdict;
    CitedSentence because;
  };
  std::string id, name, about;
  std::string verdict;                                          ///< in place of the general one
  std::map<std::string, std::vector<std::string>> choose_when;  ///< by framework id
  Ratings ratings;                                              ///< may rate hardware_support as well
  std::map<std::string, Today> today;                           ///< by factor id
};

/// The id of the ratings that the framework files hold.
inline constexpr std::string_view default_ratings = "evidence";

/// A fact of the host or of a platform that follows from others where no probe could read it: the C library of a
/// distribution's release, the driver release behind a module's version.
struct DerivedFact {
  std::string fact;
  Lazy<Condition> when;
  Value value;
  Source source;
};

/// One that is read where what it follows from is known.
struct DerivedRow {
  DerivedRow() = default;
  DerivedRow(DerivedFact one) : derived(std::move(one)) {}
  operator const DerivedFact&() const { return *derived; }

  std::optional<std::size_t> from;  ///< index into RuleBook::derived_from; none where it may follow from no value
  Lazy<DerivedFact> derived;
};

/// Versions of a Python package that go with some versions of another in the same environment.
struct PackagePair {
  std::string id;               ///< of the facts that tell of a pair that does not fit: several rows share one
  std::string package, beside;  ///< what would have to change, and what it lies beside
  std::string beside_from, beside_below;  ///< versions of `beside` that the row is about; empty: no end
  std::string from, below;                ///< what `package` has to be then; empty: no end
  bool same = false;                      ///< it has to be of the same version instead
  bool same_release = false;              ///< or of the same release, its first two numbers
  std::string os;                         ///< on which system; empty: on each
  std::string beside_cuda;                ///< for which major version of CUDA `beside` is built; empty: for any
};

/// Packages that put one library into the same folder: only one of them may be there.
struct PackageClash {
  std::string id, library;
  std::vector<std::string> packages;
};

struct PackageRules {
  std::vector<PackagePair> pairs;
  std::vector<PackageClash> clashes;
};

/// A package that tells Python's installers which variants of wheels a machine can run (PEP 825, draft PEP 850).
struct VariantProvider {
  std::string space;  ///< its namespace: "nvidia"
  std::string package, version, plugin_api;
};

/// A level of x86-64 above the first, and what /proc/cpuinfo calls the instructions that it adds.
struct X86Level {
  std::string name;  ///< "v3"
  std::vector<std::string> features;
};

/// What the tools for which `rigfit export` writes know and accept.
struct ExportRules {
  std::vector<std::string> uv_backends;  ///< of `uv pip install --torch-backend`
  std::string uv_index;                  ///< of PyTorch's builds: the backend comes behind it
  std::vector<VariantProvider> variant_providers;
  int cuda_major_least = 0, cuda_major_most = 0, cuda_minor_most = 0;  ///< versions of CUDA that NVIDIA's provider has
  std::vector<X86Level> x86_levels;                                    ///< ascending; each has all before it
};

/// An image that a container for some builds begins with.
struct BaseImage {
  std::string id;
  std::vector<std::string> platforms;       ///< for builds of these that no other image names
  std::vector<std::string> builds;          ///< for these builds, by id
  Lazy<Condition> when;                     ///< on the host
  std::optional<Lazy<Condition>> device;    ///< on the device
  std::string image;                        ///< {python} stands for a version of Python
  std::string python;                       ///< the Python in it; empty: what {python} says
  std::vector<std::string> setup;           ///< shell commands, as root, before Python's packages
  std::map<std::string, Version> provides;  ///< facts of a container of it in the place of the host's, by name
  std::string note;
  Source source;
};

/// How a container gets the devices of a platform.
struct DeviceAccess {
  /// Only members of a group may open a node.
  struct Group {
    std::string node, fact;  ///< "/dev/kfd", and the fact that holds its group's number
  };
  std::string platform;
  Lazy<Condition> when;
  std::vector<std::string> docker;  ///< options of `docker run`
  std::string docker_each;          ///< one more for each device, {n} its number; may be empty
  std::vector<Group> groups;
  std::vector<std::string> apptainer;    ///< options of `apptainer run`
  std::vector<std::string> environment;  ///< NAME=value
  std::string needs;                     ///< of the host, besides a container engine; may be empty
  Source source;
};

struct EnvironmentRules {
  std::vector<BaseImage> bases;      ///< the first that fits counts
  std::vector<DeviceAccess> access;  ///< the same
};

/// Everything in rules/, parsed and checked.
struct RuleBook {
  std::string as_of;
  std::string checksum;         ///< of everything in it: the same rules have the same one, wherever they are from
  std::vector<Factor> factors;  ///< order of the report
  std::vector<LevelWord> levels;
  std::vector<FrameworkRule> frameworks;
  std::vector<FindingRow> findings;
  std::vector<Condition> openings;  ///< comparisons that the conditions of many rules begin with, each once
  Lazy<std::vector<Citation>> evidence;
  Lazy<std::vector<Statistic>> statistics;
  Lazy<std::vector<Profile>> profiles;
  Lazy<std::vector<RatingSet>> rating_sets;
  DeviceTable devices;
  std::vector<std::string> targets;  ///< known ones that no device has: "sm_101", "gfx1250"
  Lazy<Vocabulary> vocabulary;       ///< declared facts: name → type
  Lazy<std::map<std::string, std::string, std::less<>>> fact_abouts;  ///< declared facts: name → what it is
  Lazy<NamedConditions> conditions;                                   ///< that others use by their names
  std::vector<std::string> overlays;                                  ///< files that a site laid over the built-in ones
  std::vector<DerivedRow> derived;
  std::vector<std::string> derived_from;  ///< facts that the conditions of `derived` begin with, each once
  /// What findings compare of devices ("compute_capability"), sorted; empty where nobody found that out.
  Lazy<std::vector<std::string>> compared_of_devices;
  std::vector<LookupTable> tables;
  Lazy<PackageRules> packages;
  Lazy<ExportRules> exports;
  Lazy<EnvironmentRules> environments;
  std::string verdict;  ///< the general verdict on today's frameworks, one or two sentences
  std::vector<std::string> verdict_evidence;

  const FrameworkRule* framework(std::string_view id) const;
  const FindingRule* finding(std::string_view id) const;
  const Factor* factor(std::string_view id) const;
  const Citation* citation(std::string_view id) const;
  const Profile* profile(std::string_view id_or_alias) const;
  const RatingSet* rating_set(std::string_view id) const;
};

/// The files compiled into the program, schemas (schema/…) included; defined by what rules/ builds.
std::span<const RuleFile> embedded_rules();

/// `files` with those of `overlay` in the place of their namesakes, and the others added. One that says {"extends": ID,
/// …} changes of the file with that id only what it holds (JSON merge patch, RFC 7386: lists are replaced as a whole);
/// one that only has such an id is a second one, which load_rules() refuses.
std::vector<RuleFile> overlaid(std::span<const RuleFile> files, std::span<const RuleFile> overlay);

/// Reads rule files. `check` validates every file against its JSON Schema (among the files, as schema/….schema.json)
/// first; the embedded ones were checked when they were built. References that lead nowhere are errors either way.
tl::expected<RuleBook, RuleError> load_rules(std::span<const RuleFile> files, bool check);

/// What does not agree between the tables of a book, all of it: each table may hold by itself. load_rules() refuses a
/// book that is checked and has any.
std::vector<RuleError> incoherences(const RuleBook& book);

/// Everything that a check finds: the first file that does not hold, or else all incoherences.
std::vector<RuleError> mistakes_in(std::span<const RuleFile> files);

/// Checks one document against a schema: the reason it does not hold and where, or nothing. Both are JSON texts.
std::optional<RuleError> check_schema(const std::string& document, const std::string& schema, const std::string& file);

}  // namespace rigfit
