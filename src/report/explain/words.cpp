#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "judge/recommend/first_choice.hpp"
#include "report/answer.hpp"
#include "report/explain/explain.hpp"
#include "report/explain/explanations.hpp"
#include "report/model_room.hpp"
#include "report/short_size.hpp"
#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

/// A word that the program prints and that no rule or fact explains.
struct Word {
  std::string_view name, meaning;
};

constexpr Word words[] = {
    {"ok", "The state \"ready\" in short."},
    {"ready",
     "The device is there, a driver is bound to it, this user may open it, and its libraries load: everything that can "
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
    {"user_library", "Layer 4: the vendor's library (libcuda, libamdhip64, libtpu, ...) is there and fits the driver."},
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
};

const Word* word_named(std::string_view item) {
  std::string name(item);
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c == ' ' || c == '-' ? '_' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const auto* word =
      std::find_if(std::begin(words), std::end(words), [&](const Word& one) { return one.name == name; });
  return word == std::end(words) ? nullptr : word;
}

/// How the room on each device of this machine was counted.
void write_rooms(Page& page, const Report& report) {
  for (const Platform& platform : report.facts.platforms)
    for (const Device& device : platform.devices) {
      const auto room = room_on(device);
      if (!room) continue;
      const double usable = static_cast<double>(room->memory_bytes) * room_percent / 100;
      page.bullet(fmt::format(
          "{}: {} usable, {}% of it {}; {} parameters in 16 bits take {}, and {} in 4 bits {}.", device_kind(device),
          short_size(room->memory_bytes), room_percent, short_size(static_cast<std::int64_t>(usable)),
          fmt::format("{:.1f}B", static_cast<double>(room->in_16_bit) / 1e9),
          short_size(static_cast<std::int64_t>(model_bytes(static_cast<double>(room->in_16_bit), 16))),
          fmt::format("{:.1f}B", static_cast<double>(room->in_4_bit) / 1e9),
          short_size(static_cast<std::int64_t>(model_bytes(static_cast<double>(room->in_4_bit), 4.5)))));
    }
}

void explain_room(Page& page, const Report& report) {
  page.paragraph("room for a model", 0, 0, Tint::strong);
  page.paragraph(
      "The largest language model whose weights and cache fit into the memory of one device that a model can use: of "
      "one MIG instance, or of what the system lets a GPU have of unified memory.",
      2);
  page.paragraph(fmt::format("parameters x bits / 8 + {} tokens x cache of a token <= {}% of the usable memory",
                             room_context, room_percent),
                 2, 2, Tint::strong);
  page.heading("Assumptions");
  page.bullet("16 bits a parameter (bf16, fp16), or 4.5 bits in 4-bit formats, which keep a scale for each block.");
  page.bullet(fmt::format("One sequence of {} tokens, and keys and values in 16 bits.", room_context));
  page.bullet(
      "The cache of a token is that of Llama 3 models: 2 x layers x 8 heads x head size x 2 bytes (32 KiB at 1B, 128 "
      "KiB at 8B, 320 KiB at 70B, 504 KiB at 405B), in proportion between them.");
  page.bullet("The rest is for the runtime and activations. Training takes several times as much.");
  page.bullet("It is rounded down; a mixture of experts or a longer context differs.");
  page.heading("On this machine");
  write_rooms(page, report);
  page.heading("Sources");
  write_citations(page, report, {"MEM-01", "MEM-02", "MEM-03"}, 2);
}

/// "pytorch.build": the build that was chosen for this machine.
bool explain_chosen_build(Page& page, const Report& report, std::string_view item) {
  constexpr std::string_view suffix = ".build";
  if (!item.ends_with(suffix)) return false;
  item.remove_suffix(suffix.size());
  for (const auto* list : {&report.recommendation, &report.runtime}) {
    const Candidate* candidate = *list ? (*list)->candidate(item) : nullptr;
    if (!candidate) continue;
    if (const Build* build = best_build(candidate->support).build) {
      explain_build(page, report, *build, "");
    } else {
      page.paragraph(fmt::format("No published build of {} runs on this machine.", candidate->rule->name));
      for (const Resolution& resolution : candidate->support.resolutions)
        if (resolution.nearest_miss)
          page.bullet(
              fmt::format("{}: {}", platform_name(resolution.platform), as_sentence(resolution.nearest_miss->reason)));
    }
    return true;
  }
  return false;
}

}  // namespace

bool explain_word(Page& page, const Report& report, std::string_view item) {
  if (item == "room") return explain_room(page, report), true;
  if (explain_chosen_build(page, report, item)) return true;
  for (const Factor& factor : report.rules.factors)
    if (short_factor_name(factor.id) == item) return explain_factor(page, report, factor), true;
  const Word* word = word_named(item);
  if (!word) return false;
  page.paragraph(spaced(word->name), 0, 0, Tint::strong);
  page.paragraph(word->meaning, 2);
  return true;
}

std::vector<std::string> explainable_words() {
  std::vector<std::string> names{"room"};
  for (const Word& word : words) names.emplace_back(word.name);
  return names;
}

}  // namespace rigfit
