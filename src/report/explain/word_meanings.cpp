#include "report/explain/word_meanings.hpp"

#include <algorithm>

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
       "best, once what is wrong is fixed. --priority hardware_support=0 lifts the rule."},
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
      {"verify", "A command whose output changes once it is fixed."},
      {"source", "Who says so, with year and link."},
      {"info", "Worth knowing; nothing is wrong."},
      {"could_not_be_decided", "Findings that would hold but for a fact that is not known, with that fact."},
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
      {"accelerators", "The platforms whose devices compute faster than the processor, each with its state here."},
      {"ranking", "The frameworks by their weighted totals; those that are not ranked stand in parentheses."},
      {"key_statistics", "Numbers about the frameworks at large, each with its source: `rigfit explain statistics`."},
      {"sources", "What the marks in brackets name, each with year and link."},
  };
  return words;
}

std::string word_form(std::string_view printed) {
  std::string name(printed);
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c == ' ' || c == '-' ? '_' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return name;
}

const Word* word_named(std::string_view printed) {
  const std::string name = word_form(printed);
  const auto words = word_meanings();
  const auto word = std::find_if(words.begin(), words.end(), [&](const Word& one) { return one.name == name; });
  return word == words.end() ? nullptr : &*word;
}

}  // namespace rigfit
