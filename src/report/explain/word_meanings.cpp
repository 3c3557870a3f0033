#include "report/explain/word_meanings.hpp"

#include <algorithm>

#include "facts/platforms.hpp"

namespace rigfit {

std::span<const Word> word_meanings() {
  static constexpr Word words[] = {
      {"ok", "The state \"ready\" in short."},
      {"ready",
       "The device is there, a driver is bound to it, this user may open it, and its libraries load: everything that "
       "can "
       "be seen without running something on it agrees. `rigfit prove` runs a kernel to make sure."},
      {"proven", "A kernel ran on the device and its result was right (`rigfit prove`)."},
      {"blocked",
       "The device is there, and something stops it. Some finding of `rigfit doctor` says what, and how to fix it."},
      {"absent", "The place where such a device would be seen was read, and there is none. This is not an error."},
      {"none", "Looked for, and not there. Behind \"none\" in the list of platforms: those that are absent here."},
      {"not_applicable", "Such a device cannot exist on this system: MPS is part of macOS only."},
      {"unknown",
       "What would tell could not be read, or was not recorded. It counts neither as there nor as absent: scores that "
       "depend on it are intervals. `rigfit probe` shows why each is not known."},
      {"layers",
       "The steps from the hardware to a running kernel: bus, kernel driver, device node, user library, runtime init, "
       "kernel run. The first that is \"no\" is where to look. `rigfit probe` lists them."},
      {"bus", "Layer 1: the device is listed on its bus (PCI, USB, or the system's own list)."},
      {"kernel_driver", "Layer 2: a kernel driver is loaded and bound to the device."},
      {"device_node", "Layer 3: the file below /dev is there, and this user may open it."},
      {"user_library",
       "Layer 4: the vendor's library (libcuda, libamdhip64, libtpu, ...) is there and fits the driver."},
      {"runtime_init", "Layer 5: the vendor's runtime starts and lists the device."},
      {"kernel_run", "Layer 6: a kernel ran on it and its result was right."},
      {"adequacy",
       "A framework that leaves the accelerators idle is not ranked with the others, however good it is otherwise. "
       "On a machine with accelerators it has to score at least 50 for hardware support, and at most 30 less than the "
       "best, once what is wrong is fixed. `rigfit --priority hardware_support=0` ranks them, too."},
      {"inadequate", "Not ranked with the others: see `rigfit explain adequacy`."},
      {"settled", "Every combination of what the unknown facts could be was tried, and the same framework is first."},
      {"likely", "The same framework is first in most of the combinations of what the unknown facts could be."},
      {"open", "Which framework is first depends on facts that are unknown here; `rigfit -v` names them."},
      {"total",
       "The weighted mean of a framework's scores, 0 to 100: each score times the points of its factor, divided by all "
       "points. `rigfit explain FRAMEWORK.total` shows the sum."},
      {"wins", "How many factors a framework is best in, by more than 5 points."},
      {"best", "Within 5 points of the best score of a factor. A star marks it; several may have one."},
      {"tie", "The best scores of a factor lie within 5 points of each other, so nobody wins it."},
      {"score", "0 to 100 on a scale whose two ends are written down: `rigfit explain ease_of_use`."},
      {"points", "How much a factor counts beside the others: 20 unless a profile or --priority says otherwise."},
      {"weights", "The points of all factors, as shares of their sum: see `rigfit explain points`."},
      {"priorities", "The points of all factors. `rigfit --ask` asks for them, --priority and --profile set them."},
      {"why", "The reason with the largest lead over the next framework, and what its build does with this hardware."},
      {"firm",
       "What it would take for another framework to be first: other priorities (as the share of all possible ones, and "
       "the nearest change of one factor), or another value of a fact that is unknown here."},
      {"better", "What would allow a newer build than the one that runs here today."},
      {"fix_first", "The one cause to remove before anything else; the other findings may follow from it."},
      {"error", "Something is wrong that stops a device or an installed package. `rigfit doctor` exits with 1."},
      {"warning", "Something works worse than it could, or will break. Exit status 1 only with --fail-on warning."},
      {"note", "Worth knowing; nothing is wrong."},
      {"today", "Hardware support as the machine is now."},
      {"after", "Hardware support once the findings and what a build lacks are fixed."},
      {"remedies", "The fixes that `rigfit doctor` lists, and newer drivers that a build asks for."},
      {"unified",
       "The device has no memory of its own and uses that of the host. The first number is how much of it a model can "
       "use."},
      {"driver", "Version of the kernel driver; for CUDA also the newest CUDA version that this driver supports."},
      // Platforms; what was seen of them here stands below.
      {"cuda", "NVIDIA's GPUs, through its driver and CUDA."},
      {"rocm", "AMD's GPUs, through the amdgpu driver and ROCm (HIP)."},
      {"mps", "The GPU of Apple silicon, through Metal Performance Shaders."},
      {"tpu", "Google's TPUs, through libtpu; also Edge TPUs, which no training framework uses."},
      {"xpu", "Intel's GPUs, through Level Zero."},
      {"gaudi", "Intel's Gaudi accelerators, through the Habana driver."},
      {"neuron", "Trainium and Inferentia of AWS, through the Neuron driver."},
      {"ascend", "Huawei's Ascend accelerators, through CANN."},
      {"npu", "Neural processors in laptops and on boards, which run trained models and train none."},
      {"cpu", "The processor, which every framework can use."},
      // Labels of the first screen.
      {"machine", "The processor, the memory that a process may use, the system, and the Python that a program finds."},
      {"install",
       "Commands that install the build which was chosen for this machine, in an environment of its own. Where "
       "something "
       "has to be fixed first, they are right once it is."},
      {"check",
       "A command that computes something on the device and fails where that does not work. `rigfit check` is the "
       "gate."},
      {"best_or_tied", "A star marks the best score of a factor, and those within 5 points of it."},
      {"not_ranked", "In parentheses: see `rigfit explain adequacy`."},
      {"parameters", "The numbers that a model consists of: an \"8B\" model has 8 billion. See `rigfit explain room`."},
      {"8k_context", "A text of 8192 tokens, whose cache takes memory beside the model: see `rigfit explain room`."},
      {"4_bit", "Weights stored in 4 bits each: about a quarter of the memory of bf16, for a small loss."},
      {"mig", "A GPU of NVIDIA that is divided into instances; a process uses one of them, and its memory."},
      {"asleep", "The device is in a power-saving state. It is left so: --wake asks it all the same, which wakes it."},
      // Types of numbers that a device computes in.
      {"bf16", "16-bit numbers with the range of 32-bit ones: what most models are published and trained in."},
      {"fp16", "16-bit numbers of IEEE 754: as small as bf16, with a narrower range."},
      {"fp8", "8-bit floating-point numbers, in which newer models are trained and served."},
      {"fp4", "4-bit floating-point numbers, for serving on the newest GPUs."},
      {"fp32", "32-bit floating-point numbers (single precision)."},
      {"fp64", "64-bit floating-point numbers (double precision)."},
      {"tf32", "32-bit numbers whose products are computed with 10 bits of fraction, on NVIDIA's GPUs."},
      {"int8", "8-bit whole numbers, for serving quantized models."},
      {"compute_capability",
       "Generation of an NVIDIA GPU as CUDA counts it: 9.0 is sm_90. A build has to have code for it."},
      {"architecture", "What a compiler calls the device: sm_90, gfx942. A build has to have code for it."},
      // Findings.
      {"findings",
       "What is wrong or worth knowing, each with its cause, what was seen, what to do, and a source: `rigfit "
       "doctor`."},
      {"device", "The device that a finding concerns, by its number here, with its place on the bus."},
      {"devices", "The devices that a finding concerns, each by its number here and its place on the bus."},
      {"cause", "What a finding says is wrong, in a sentence."},
      {"seen", "The comparisons that made a finding hold, and what each was read from."},
      {"remedy", "What to do, step by step, for this system."},
      {"verify", "A command that shows whether a finding still holds: once it is fixed, it prints something else."},
      {"source", "Who says so, with year and link."},
      {"info", "Worth knowing; nothing is wrong."},
      {"could_not_be_decided", "Findings that would hold but for a fact that is not known, with that fact."},
      // What if, and differences.
      {"as_it_is",
       "The machine as it was read, beside what it would be with --with-gpu, --with-driver or --without-gpu."},
      {"framework", "What is recommended, with the build that is installed: `rigfit explain FRAMEWORK` tells more."},
      {"totals", "See `rigfit explain total`."},
      {"unchanged", "What the change makes no difference to."},
      {"gone", "What was there before and is not any more: a finding, a device, a node of a fleet."},
      {"new", "What was not there before: a finding, a device, a node of a fleet."},
      {"assumed", "What is taken for granted of a machine that was changed, since nobody could look at it."},
      {"recommendation", "Which framework is first, its build, and the commands that install it."},
      {"platforms",
       "CUDA, ROCm and the like: what a framework computes on. `rigfit explain layers` says how far each got."},
      {"frameworks", "What each framework can do here: its build, its hardware support, its place and total."},
      {"facts", "What was read of the machine, by the names of `rigfit probe` and docs/json.md."},
      {"judged_by", "The version of rigfit, its rules and the priorities: another judge may say something else."},
      {"~", "In `rigfit diff`: it is another value than before."},
      // Builds.
      {"version", "Of the framework, as it was published; for other software, its own."},
      {"python", "The Python versions that there are wheels for, or the Python that a program finds here."},
      {"needs", "What a build asks for beside the device: the oldest NVIDIA driver, the C library (glibc), macOS ..."},
      {"for", "The systems and processors that a build is for."},
      {"runtime", "The CUDA, ROCm or other runtime that a build brings or expects."},
      {"has_code_for",
       "Generations of devices that a build has compiled code for; \"part of\" where it has none for some of their "
       "chips, and (?) where nobody has confirmed it."},
      {">", "In `rigfit builds`: the build that rigfit installs on this machine as it is."},
      {"+", "In `rigfit builds`: what it would install once something is fixed. In `rigfit diff`: what is new."},
      {"y", "In `rigfit builds`: it would run on this machine, too."},
      {"n", "In `rigfit builds`: it does not run on this machine."},
      {"?", "What would tell was not read, or nobody has confirmed it: neither yes nor no."},
      {"-", "There is none. In `rigfit diff`: it is gone."},
      {"part", "A build has code for some of the GPUs of a generation, and none for others."},
      {"other_needs", "See `rigfit explain needs`."},
      {"after_a_fix", "See `rigfit explain +`."},
      {"installed_by_rigfit", "See `rigfit explain '>'`."},
      {"runs", "See `rigfit explain y`."},
      // Environments.
      {"use", "In a file of `rigfit env`: the command that makes the environment from it."},
      {"build",
       "One published form of a framework: for a platform, a range of Pythons, a driver. `rigfit builds` lists them."},
      {"run", "In a file of `rigfit env`: the command that starts a container from it."},
      {"uv", "A package manager for Python; `rigfit env uv` writes its pyproject.toml."},
      {"pip", "The package installer of Python; `rigfit env pip` writes its requirements.txt."},
      {"conda", "A package manager; `rigfit env conda` writes its environment.yml."},
      {"pixi", "A package manager for conda and PyPI packages; `rigfit env pixi` writes its pixi.toml."},
      {"docker", "Runs containers; `rigfit env docker` writes a Dockerfile whose image this machine's driver can run."},
      {"apptainer", "Runs containers on clusters; `rigfit env apptainer` writes its definition file."},
      {"devcontainer", "A container for an editor; `rigfit env devcontainer` writes its devcontainer.json."},
      // Fleets.
      {"class", "Machines that are equal in all that matters for software: hardware, drivers, states, findings."},
      {"nodes", "Machines of a fleet, in the folded form of clusters: gpu[001-128]."},
      {"what", "What the machines of a class are, or what a finding says."},
      {"which", "The nodes by name, folded: gpu[001-128]."},
      {"reference", "The most frequent class of its hardware: other classes are described by what they differ in."},
      {"requirements", "What every node has to meet: --require, --policy, --fail-on."},
      {"one_for_all", "The framework that loses least over all nodes, of those that can be used on each."},
      {"first_choice", "The framework that is recommended for the machines of a class."},
      {"common",
       "What every node with a usable device of the platform has: software for all has to get along with it."},
      {"no_answer", "Nodes that --expect names and of which no report was read."},
      {"not_expected", "Nodes that answered and that --expect does not name."},
      {"repeated", "Nodes with several reports: the newest counts."},
      {"not_readable", "Input that is no report or machine file; its place and the reason stand beside it."},
      // Exports.
      {"rigfit_version", "In `rigfit export env`: the version of rigfit."},
      {"rigfit_os", "In `rigfit export env`: linux, darwin or windows."},
      {"rigfit_arch", "In `rigfit export env`: the architecture of the processor."},
      {"rigfit_framework", "In `rigfit export env`: the framework that is recommended."},
      {"rigfit_framework_version", "In `rigfit export env`: the version of its build that is installed here."},
      {"rigfit_framework_platform", "In `rigfit export env`: the platform of that build, such as cuda."},
      {"rigfit_install", "In `rigfit export env`: the command that installs it."},
      {"rigfit_errors", "In `rigfit export env`: how many findings are errors."},
      {"rigfit_warnings", "In `rigfit export env`: how many findings are warnings."},
      {"rigfit_platforms", "In `rigfit export env`: the platforms that can be used."},
      {"rigfit_*_state", "In `rigfit export env`: the state of the platform."},
      {"rigfit_*_devices", "In `rigfit export env`: how many of its devices can be used."},
      {"rigfit_*_architectures", "In `rigfit export env`: their architectures, as compilers spell them."},
      {"rigfit_*_memory_bytes", "In `rigfit export env`: the memory of the smallest of them, in bytes."},
      {"rigfit_*_driver_version", "In `rigfit export env`: the version of the platform's kernel driver."},
      {"rigfit_platform_state",
       "A metric of `rigfit export prometheus`: 1 for the state that a platform is in, else 0."},
      {"rigfit_platform_devices", "A metric: devices of a platform that are there, whether or not they can be used."},
      {"rigfit_platform_usable_devices", "A metric: devices of a platform that can be used."},
      {"rigfit_platform_driver_info",
       "A metric that is always 1, with the version of a platform's kernel driver as a label."},
      {"rigfit_device_info", "A metric that is always 1, with a device's name and architecture as labels."},
      {"rigfit_device_usable", "A metric: 1 for a device that can be used, else 0."},
      {"rigfit_device_memory_bytes", "A metric: the memory of a device as built, in bytes."},
      {"rigfit_findings", "A metric: how many findings of each severity there are."},
      {"rigfit_finding_info", "A metric that is always 1, for each error and warning, with its id as a label."},
      {"rigfit_build_info",
       "A metric that is always 1, with the version of rigfit and the day of its rules as labels."},
      {"rigfit_last_run_timestamp_seconds", "A metric: when the machine was looked at, in seconds since 1970."},
      {"rigfit_recommended_info", "A metric that is always 1, with the recommended framework and its build as labels."},
      // Answers to requests and requirements.
      {"yes", "It holds, by what was read."},
      {"no", "It does not hold, by what was read."},
      {"does_not_apply",
       "The `when` of a requirement does not hold on this machine, so that there is nothing to meet."},
      {"found", "It was there and was read."},
      {"denied", "This user may not read it."},
      {"failed", "It could not be read, or the program ended with an error."},
      {"crashed", "The program, or the library that was asked in a process of its own, was ended by a signal."},
      {"timed_out", "It did not end within its time; --patience gives it more."},
      {"stuck", "It did not end even when it was killed: a driver holds it."},
      {"skipped", "It was not tried, as options or what was seen before made it needless."},
      {"not_recorded", "The recording does not hold it, so that nothing is known of it."},
      // Proofs.
      {"passed", "A kernel ran and each of its numbers was right."},
      {"wrong_result", "A kernel ran and its result was wrong: nothing that this device computes can be trusted."},
      {"out_of_memory", "The device had no memory left for a small kernel."},
      {"not_tried", "Nothing was run on the device: see the reason beside it."},
      {"too_slow", "The proof ran out of time; --prove-seconds gives it more."},
      // The comparison.
      {"comparison", "Each framework by each factor, with the sentence and the evidence of each score."},
      {"factor",
       "What frameworks are compared by: ease of use, model availability, production readiness, hardware support, "
       "learning resources."},
      {"factors_won", "See `rigfit explain wins`."},
      {"weighted_total", "See `rigfit explain total`."},
      {"support_level", "How far a framework's makers support a platform: `rigfit explain first_class` and the like."},
      {"confidence", "How well the evidence establishes a rating: high, medium or low."},
      {"high", "The evidence establishes the rating well: several sources, or one that counts."},
      {"medium", "The evidence points to the rating and does not settle it."},
      {"low", "Little evidence was found; another rating could be argued."},
      {"primary", "A source that counted or made what it reports."},
      {"vendor", "A source about its own product."},
      {"secondary", "A source that reports what others found."},
      {"derived", "Computed from other sources."},
      {"evidence",
       "What was read of the machine (`rigfit capture` writes it), or what a rating rests on (`rigfit rules "
       "evidence`)."},
      {"this_machine", "See `rigfit explain machine`."},
      {"accelerator", "A device that computes faster than the processor: a GPU, a TPU, and the like."},
      {"accelerators", "The platforms whose devices compute faster than the processor, each with its state here."},
      {"ranking", "The frameworks by their weighted totals; those that are not ranked stand in parentheses."},
      {"key_statistics", "Numbers about the frameworks at large, each with its source: `rigfit explain statistics`."},
      {"sources", "What the marks in brackets name, each with year and link."},
  };
  return words;
}

std::string word_form(std::string_view printed) {
  std::string name(printed);
  if (name == "-") return name;  // a mark, no word
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c == ' ' || c == '-' ? '_' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return name;
}

namespace {

/// "rigfit_*_state" for "rigfit_cuda_state": what is exported for each platform.
std::string without_platform(std::string name) {
  constexpr std::string_view prefix = "rigfit_";
  if (!name.starts_with(prefix)) return name;
  for (const PlatformInfo& platform : platforms())
    if (std::string_view(name).substr(prefix.size()).starts_with(std::string(platform.id) + "_"))
      return name.replace(prefix.size(), platform.id.size(), "*");
  return name;
}

}  // namespace

const Word* word_named(std::string_view printed) {
  const std::string name = without_platform(word_form(printed));
  const auto words = word_meanings();
  const auto word = std::find_if(words.begin(), words.end(), [&](const Word& one) { return one.name == name; });
  return word == words.end() ? nullptr : &*word;
}

}  // namespace rigfit
