#include "collect/collect.hpp"

#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>
#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <set>

#include "collect/children.hpp"
#include "collect/files.hpp"
#include "collect/metadata.hpp"
#include "collect/patient_files.hpp"
#include "collect/personal_folders.hpp"
#include "collect/redact.hpp"
#include "collect/root_only.hpp"
#include "evidence/ask_protocol.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

// Where a vendor's tools are installed. The user's PATH is not asked: a recording must not depend on it, and a
// cluster's set-up script should not run what lies in the current folder.
const std::vector<std::string> trusted_path{"/usr/local/sbin", "/usr/local/bin", "/usr/sbin",        "/usr/bin",
                                            "/sbin",           "/bin",           "/usr/lib/wsl/lib", "/opt/rocm/bin",
                                            "/opt/rocm/sbin",  "/opt/bin"};

// What a vendor's library needs in order to see what the user's own programs would see.
constexpr const char* passed_on[] = {"CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER",   "NVIDIA_VISIBLE_DEVICES",
                                     "ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "HSA_OVERRIDE_GFX_VERSION",
                                     "ZE_AFFINITY_MASK",     "LD_LIBRARY_PATH"};

/// A variable as children get it. Root's LD_LIBRARY_PATH keeps only folders that are root's alone (containers need
/// /usr/local/nvidia/lib64); nobody's keeps empty entries, which mean the current folder.
std::string handed_down(const std::string& name, std::string_view value, Files& files) {
  if (name != "LD_LIBRARY_PATH") return std::string(value);
  std::string kept;
  while (!value.empty()) {
    const std::size_t colon = std::min(value.find(':'), value.size());
    const std::string folder(value.substr(0, colon));
    value.remove_prefix(std::min(colon + 1, value.size()));
    // A folder on a mount that does not answer would hold whoever looks at its owner, and then the child.
    if (folder.starts_with('/') && (::geteuid() != 0 || (files.node(folder).node && only_root_may_change(folder))))
      append_to_list(kept, folder, ":");
  }
  return kept;
}

std::string own_path() {
#ifdef __APPLE__
  char buffer[4096];
  std::uint32_t size = sizeof buffer;
  return _NSGetExecutablePath(buffer, &size) == 0 ? buffer : "";
#else
  return live_files()->link("/proc/self/exe").text;
#endif
}

/// By the calendar of <chrono>: gmtime_r() reads the time zone from a file.
std::string now_rfc3339() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(now - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count());
}

/// e_machine of an ELF program: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
std::string elf_arch(std::string_view header) {
  if (header.size() < 20 || !header.starts_with("\x7f"
                                                "ELF"))
    return "";
  const auto byte = [&](std::size_t at) { return static_cast<unsigned>(static_cast<unsigned char>(header[at])); };
  const unsigned machine = byte(5) == 2 ? byte(18) << 8 | byte(19) : byte(19) << 8 | byte(18);
  switch (machine) {
    case 3:
      return "i686";
    case 21:
      return "ppc64le";
    case 22:
      return "s390x";
    case 40:
      return "armv7l";
    case 62:
      return "x86_64";
    case 183:
      return "aarch64";
    case 243:
      return "riscv64";
    case 258:
      return "loongarch64";
    default:
      return "";
  }
}

/// "GPU-8932f937-d72c-…,GPU-1d2c…" → "GPU-x1,GPU-x2": a UUID names one card in the world. Equal ones stay equal.
std::string without_uuids(std::string_view value) {
  std::vector<std::string_view> seen;
  std::string result;
  while (!value.empty()) {
    const std::string_view entry = value.substr(0, value.find(','));
    const bool is_uuid = entry.size() > 4 && (entry.starts_with("GPU-") || entry.starts_with("MIG-"));
    if (is_uuid) {
      auto at = std::find(seen.begin(), seen.end(), entry);
      if (at == seen.end()) at = seen.insert(seen.end(), entry);
      result += fmt::format("{}x{}", entry.substr(0, 4), at - seen.begin() + 1);
    } else {
      result += entry;
    }
    value.remove_prefix(entry.size());
    if (!value.empty()) result += ',', value.remove_prefix(1);
  }
  return result;
}

/// That it is set tells that a program runs in a pod or in a job; what it holds is an address of somebody's network, or
/// leads to who runs the job.
bool only_presence(std::string_view variable) {
  constexpr std::string_view variables[] = {
      "KUBERNETES_SERVICE_HOST", "SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "_CONDOR_SLOT", "JOB_ID"};
  return std::find(std::begin(variables), std::end(variables), variable) != std::end(variables);
}

using Clock = std::chrono::steady_clock;

class Collector {
 public:
  Collector(const CollectOptions& options, std::unique_ptr<Files> files)
      : options_(options), files_(std::move(files)) {}

  void describe() {
    for (const auto& [key, answer] : options_.given) evidence_.set(key, answer);
    evidence_.tool = options_.tool;
    if (options_.root.empty()) {
      utsname name{};
      ::uname(&name);
      evidence_.os = std::string(name.sysname) == "Darwin" ? "darwin" : "linux";
      evidence_.arch = name.machine;
      evidence_.recorded = now_rfc3339();
      if (options_.identify) {
        Answer answer = ended(Outcome::found, "");
        answer.text = name.nodename + std::string("\n");
        evidence_.set(host_name_key, std::move(answer));
      }
      return;
    }
    const auto is_there = [&](const char* path) { return files_->list(path).found(); };
    if (is_there("/System/Library"))
      evidence_.os = "darwin";
    else if (is_there("/etc") || is_there("/proc") || is_there("/sys"))
      evidence_.os = "linux";
    for (const char* program : {"/bin/sh", "/usr/bin/env", "/sbin/init"}) {
      if (evidence_.arch.empty()) evidence_.arch = elf_arch(files_->file(program, 64).text);
    }
  }

  /// False when nothing was new.
  bool answer(const Requests& requests) {
    ++round_;
    after("requests");
    const std::size_t before = evidence_.answers.size();
    std::vector<const Request*> runs;
    for (const Request& request : requests) {
      if (!may_ask(request)) continue;
      if (request.kind == Kind::command || request.kind == Kind::ask)
        runs.push_back(&request);
      else
        look(request), after(name_of(request.kind));
    }
    run(runs);
    if (!runs.empty()) after("programs");
    return evidence_.answers.size() > before;
  }

  /// From now on, what proves is answered too, within a time of its own: nothing passive may suffer from it.
  void begin_proving() {
    proving_ = true;
    started_ = Clock::now();
  }

  const Evidence& evidence() const { return evidence_; }
  Evidence take() { return std::move(evidence_); }

 private:
  void after(std::string_view work) const {
    if (options_.after_step) options_.after_step(fmt::format("round {}: {}", round_, work));
  }

  void look(const Request& request) {
    if (request.kind == Kind::env) {
      if (has(key_of(request))) return;
      if (!options_.root.empty())
        return evidence_.set(key_of(request), ended(Outcome::not_recorded, "a tree has no environment"));
      const char* value = std::getenv(request.target.c_str());
      Answer answer = ended(value ? Outcome::found : Outcome::absent, "");
      if (value) answer.text = only_presence(request.target) ? "set" : without_uuids(people_.hidden(value));
      return evidence_.set(key_of(request), std::move(answer));
    }
    if (request.kind == Kind::metadata) return ask_metadata(request);
    if (request.target.find('*') == std::string::npos) return look_at(request, request.target);
    // The folders on the way are listed, and become answers, so that replaying expands the same paths.
    const std::size_t top_end = is_personal(request.target) ? request.target.find('/') : 0;
    std::vector<std::string> folders{request.target.substr(0, top_end)};
    std::string_view rest = std::string_view(request.target).substr(top_end + 1);
    while (!rest.empty()) {
      const std::size_t slash = std::min(rest.find('/'), rest.size());
      const std::string component(rest.substr(0, slash));
      rest.remove_prefix(std::min(slash + 1, rest.size()));
      std::vector<std::string> next;
      for (const std::string& folder : folders) {
        if (component.find('*') == std::string::npos) {
          next.push_back(folder + "/" + component);
          continue;
        }
        const std::string at = folder.empty() ? "/" : folder;
        const std::string key = key_of(Kind::list, at);
        if (!has(key)) look_at(list(at), at);
        for (const std::string& name : evidence_.at(key).names)
          if (matches(component, name)) next.push_back(folder + "/" + name);
      }
      folders = std::move(next);
    }
    for (const std::string& path : folders) look_at(request, path);
  }

  void ask_metadata(const Request& request) {
    std::string key = key_of(request);
    if (has(key)) return;
    if (!options_.root.empty())
      return evidence_.set(std::move(key), ended(Outcome::not_recorded, "a tree has no network"));
    if (!options_.metadata)
      return evidence_.set(std::move(key),
                           ended(Outcome::skipped, "the metadata server is asked only with --metadata"));
    if (!metadata_.has_value()) metadata_.emplace(std::getenv("GCE_METADATA_HOST"), options_.patience);
    evidence_.set(std::move(key), metadata_->get(request.target));
  }

  void look_at(const Request& request, const std::string& path) {
    std::string key = key_of(request.kind, path);
    if (has(key)) return;
    const std::string place = people_.real(path);
    if (is_personal(place))
      return evidence_.set(std::move(key), ended(Outcome::not_recorded, "there is no home folder"));
    // A home folder itself is never listed.
    if (!place.starts_with('/') || (is_personal(path) && path.find('/') == path.npos)) return;
    switch (request.kind) {
      case Kind::file: {
        Answer answer = files_->file(place, request.cap);
        if (!request.keep.empty()) answer.text = kept(answer.text, request);
        answer.text = people_.hidden(without_strangers(path, std::move(answer.text)));
        return evidence_.set(std::move(key), std::move(answer));
      }
      case Kind::link: {
        Answer answer = files_->link(place);
        answer.text = people_.hidden(answer.text);
        return evidence_.set(std::move(key), std::move(answer));
      }
      case Kind::list:
        return evidence_.set(std::move(key), files_->list(place));
      case Kind::node:
        return evidence_.set(std::move(key), node(place, request.opens));
      default:
        return;
    }
  }

  Answer node(const std::string& path, bool opens) {
    Answer answer = files_->node(path);
    if (opens && answer.node && options_.start_children) answer.node->opens = files_->open(path);
    return answer;
  }

  bool may_ask(const Request& request) const {
    if (request.wakes && !options_.wake) return false;
    if (request.proves.empty()) return true;
    return proving_ && std::find(options_.prove.begin(), options_.prove.end(), request.proves) != options_.prove.end();
  }

  void run(const std::vector<const Request*>& requests) {
    std::vector<Child> children;
    std::vector<std::string> keys;
    std::vector<const Request*> started;
    for (const Request* request : requests) {
      std::string key = key_of(*request);
      if (has(key) || std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
      if (!request->unless_found.empty() && evidence_.at(request->unless_found).found()) continue;
      if (!options_.root.empty()) {
        evidence_.set(std::move(key), ended(Outcome::not_recorded, "a tree runs no programs"));
        continue;
      }
      if (!options_.start_children) {
        evidence_.set(std::move(key), ended(Outcome::skipped, "planned"));
        continue;
      }
      Answer problem;
      const auto program = request->kind == Kind::ask ? self(problem) : find(request->target, problem);
      if (!program) {
        evidence_.set(std::move(key), std::move(problem));
        continue;
      }
      Child child{*program, request->args};
      for (std::string& argument : child.args) argument = people_.real(argument);
      if (request->kind == Kind::ask) child.args.insert(child.args.begin(), {"ask", request->target});
      children.push_back(std::move(child));
      keys.push_back(std::move(key));
      started.push_back(request);
    }
    if (children.empty()) return;
    ChildLimits limits;
    limits.out_cap = options_.output_cap;
    // Less patience than usual is meant for the ending, too; more is not.
    limits.grace *= std::min(options_.patience, 1.0);
    limits.reap *= std::min(options_.patience, 1.0);
    const double one = proving_ ? options_.proof_seconds : options_.child_seconds;
    const double all = proving_ ? 2 * options_.proof_seconds : options_.all_children_seconds;
    const double spent = std::chrono::duration<double>(Clock::now() - started_).count();
    limits.seconds = std::min(one * options_.patience, all * options_.patience - spent);
    if (options_.progress)
      limits.heard = [&](std::size_t child, std::string_view line) {
        if (line.starts_with(ask_progress_mark)) options_.progress(keys[child], line.substr(ask_progress_mark.size()));
      };
    if (limits.seconds <= 0) {
      for (std::string& key : keys)
        evidence_.set(std::move(key), ended(Outcome::skipped, "what came before took all the time there is"));
      return;
    }
    std::vector<Answer> answers = run_children(children, environment(), limits);
    for (std::size_t n = 0; n < answers.size(); ++n) {
      forget_people(answers[n], *started[n]);
      if (started[n]->kind == Kind::ask) judge_ask(answers[n]);
      evidence_.set(std::move(keys[n]), std::move(answers[n]));
    }
  }

  /// What a program printed becomes evidence as far as it is known to name nobody.
  void forget_people(Answer& answer, const Request& request) {
    if (!request.keep.empty()) keep_of(answer, request);
    answer.text = people_.hidden(kept_output(request.target, std::move(answer.text)));
    answer.err = people_.hidden(kept_complaints(answer.err, request.kind == Kind::command ? request.target : ""));
  }

  static void keep_of(Answer& answer, const Request& request) {
    // A log that holds nothing at all is one that may not be read, whatever the program's status.
    if (request.keep_anywhere && answer.found() && answer.text.empty()) {
      answer.outcome = Outcome::denied;
      answer.why = "it showed nothing";
    }
    answer.text = kept(answer.text, request);
    if (request.keep_anywhere) answer.err.clear();
  }

  static void judge_ask(Answer& answer) {
    if (!answer.found()) return;
    const int status = answer.exit.value_or(-1);
    if (status == ask_library_absent || status == ask_library_unusable) {
      answer.outcome = status == ask_library_absent ? Outcome::absent : Outcome::failed;
      answer.why = answer.err.substr(0, answer.err.find('\n'));
    } else if (status != 0) {
      answer.outcome = Outcome::failed;
      answer.why = answer.exit ? fmt::format("ended with status {}", status) : "its status was lost";
    } else if (answer.truncated || !answer.text.starts_with('{') || !answer.text.ends_with("}\n")) {
      answer.outcome = Outcome::failed;
      answer.why = "did not answer with one JSON document";
    } else {
      drop_progress(answer.err);
    }
  }

  /// Where it was is of interest only when it did not arrive.
  static void drop_progress(std::string& err) {
    for (std::size_t at = 0; at < err.size();) {
      const std::size_t end = std::min(err.find('\n', at), err.size() - 1) + 1;
      if (std::string_view(err).substr(at).starts_with(ask_progress_mark))
        err.erase(at, end - at);
      else
        at = end;
    }
  }

  std::optional<std::string> self(Answer& problem) const {
    std::string path = options_.self.empty() ? own_path() : options_.self;
    if (!path.empty()) return path;
    problem = ended(Outcome::failed, "this program does not know its own path");
    return std::nullopt;
  }

  std::optional<std::string> find(const std::string& program, Answer& problem) const {
    problem = ended(Outcome::absent, "not installed");
    if (program.empty() || program.find('/') != std::string::npos) return std::nullopt;
    for (const std::string& folder : options_.search_path.empty() ? trusted_path : options_.search_path) {
      std::string path = folder + "/" + program;
      const Answer seen = files_->node(path);
      if (seen.outcome == Outcome::timed_out) problem = ended(Outcome::timed_out, path + ": " + seen.why);
      if (!seen.node || seen.node->kind != "file") continue;
      if (::access(path.c_str(), X_OK) != 0)
        problem = ended(Outcome::denied, path + " may not be run");
      else if (::geteuid() == 0 && !only_root_may_change(path))
        problem = ended(Outcome::denied, path + " could be changed by other users, so root does not run it");
      else
        return path;
    }
    return std::nullopt;
  }

  std::vector<std::string> environment() const {
    std::string path = "PATH=";
    for (const std::string& folder : options_.search_path.empty() ? trusted_path : options_.search_path)
      path += (path.size() > 5 ? ":" : "") + folder;
    std::vector<std::string> all{path, "LC_ALL=C", "LANG=C", "HOME=/"};
    for (const char* name : passed_on)
      if (const char* value = std::getenv(name))
        all.push_back(fmt::format("{}={}", name, handed_down(name, value, *files_)));
    if (options_.wake) all.push_back(fmt::format("{}=1", ask_wake_variable));
    all.insert(all.end(), options_.child_environment.begin(), options_.child_environment.end());
    return all;
  }

  bool has(const std::string& key) const { return evidence_.answers.find(key) != evidence_.answers.end(); }

  const CollectOptions& options_;
  std::unique_ptr<Files> files_;
  Evidence evidence_;
  std::optional<MetadataServer> metadata_;
  /// A tree has no home folder of its own.
  PersonalFolders people_ = options_.root.empty() ? PersonalFolders::of_environment() : PersonalFolders("", {});
  Clock::time_point started_ = Clock::now();
  bool proving_ = false;
  int round_ = 0;
};

}  // namespace

tl::expected<Evidence, std::string> collect(const Requests& first, const std::function<Requests(const Evidence&)>& next,
                                            const CollectOptions& options) {
  std::unique_ptr<Files> files;
  if (options.root.empty()) {
    constexpr double answering_seconds = 2;
    files = patient_files(live_files(), answering_seconds * options.patience);
  } else {
    auto tree = tree_files(options.root);
    if (!tree) return tl::unexpected(tree.error());
    files = std::move(*tree);
  }
  Collector collector(options, std::move(files));
  collector.describe();
  collector.answer(first);
  for (int round = 0; round < options.rounds; ++round)
    if (!collector.answer(next(collector.evidence()))) break;
  if (options.prove.empty()) return collector.take();
  collector.begin_proving();
  for (int round = 0; round < options.rounds; ++round)
    if (!collector.answer(next(collector.evidence()))) break;
  return collector.take();
}

}  // namespace rigfit
