#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "judge/recommend/first_choice.hpp"
#include "report/answer.hpp"
#include "report/explain/explain.hpp"
#include "report/explain/explanations.hpp"
#include "report/explain/word_meanings.hpp"
#include "report/model_room.hpp"
#include "report/short_size.hpp"
#include "report/text/value_text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

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

/// "Hopper": what code for it is compiled for.
bool explain_generation(Page& page, const Report& report, std::string_view item) {
  std::string name, platform;
  std::set<std::string> targets;
  for (const DeviceModel& row : report.rules.devices.rows()) {
    if (row.generation.empty() || word_form(row.generation) != word_form(item)) continue;
    name = row.generation;
    platform = row.platform;
    if (!row.architecture.empty()) targets.insert(row.architecture);
  }
  if (name.empty()) return false;
  page.paragraph(name, 0, 0, Tint::strong);
  page.paragraph(fmt::format("A generation of devices{}{}.", platform.empty() ? "" : " of " + platform_name(platform),
                             targets.empty() ? "" : fmt::format("; code for it is compiled for {}", join(targets))),
                 2);
  return true;
}

}  // namespace

bool explain_word(Page& page, const Report& report, std::string_view item) {
  if (item == "room") return explain_room(page, report), true;
  if (explain_chosen_build(page, report, item)) return true;
  for (const Factor& factor : report.rules.factors)
    if (short_factor_name(factor.id) == item) return explain_factor(page, report, factor), true;
  const Word* word = word_named(item);
  if (!word) return explain_generation(page, report, item);
  page.paragraph(word->name.starts_with("rigfit_") ? std::string(item) : spaced(word->name), 0, 0, Tint::strong);
  page.paragraph(word->meaning, 2);
  return true;
}

std::vector<std::string> explainable_words() {
  std::vector<std::string> names{"room"};
  for (const Word& word : word_meanings())  // marks such as ">" mean something to a shell
    if (word.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == word.name.npos)
      names.emplace_back(word.name);
  return names;
}

}  // namespace rigfit
