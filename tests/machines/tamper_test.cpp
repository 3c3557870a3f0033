// Evidence that is lost, refused or cut never makes a machine look better than it is, and never crashes a parser.
#include <gmock/gmock.h>

#include <functional>

#include "facts/platforms.hpp"
#include "machines/recordings.hpp"

namespace rigfit {
namespace {

bool is_usable(State state) { return state == State::ready || state == State::proven; }
bool is_there(State state) { return is_usable(state) || state == State::blocked; }

using States = std::vector<State>;

States states_of(const Evidence& evidence) {
  States states;
  for (const Platform& platform : facts_of(evidence).platforms) states.push_back(platform.state);
  return states;
}

/// What may not become of a state when evidence is lost.
using Rule = std::function<std::string(State before, State after)>;

std::string never_better(State before, State after) {
  if (!is_usable(before) && is_usable(after)) return "became usable";
  return "";
}

std::string never_better_nor_absent(State before, State after) {
  if (is_there(before) && (after == State::absent || after == State::not_applicable))
    return "is taken for absent although it was only not seen";
  return never_better(before, after);
}

/// The kernel's log only ever accuses, and most users may not read it: a device that it alone says is lost looks like
/// any other without it.
bool accuses_alone(const std::string& key, State before, State after) {
  return (key.starts_with("command:dmesg") || key.starts_with("command:journalctl")) && before == State::blocked &&
         is_usable(after);
}

/// Applies `tamper` to each answer in turn and holds `rule` for every platform.
void expect_after_each(const std::function<bool(Evidence&, const std::string& key)>& tamper, const Rule& rule) {
  for (const Recording& recording : recordings()) {
    const States before = states_of(recording.evidence);
    for (const auto& [key, answer] : recording.evidence.answers) {
      Evidence evidence = recording.evidence;
      if (!tamper(evidence, key)) continue;
      const States after = states_of(evidence);
      ASSERT_EQ(after.size(), before.size());
      for (std::size_t n = 0; n < after.size(); ++n) {
        if (accuses_alone(key, before[n], after[n])) continue;
        const std::string wrong = rule(before[n], after[n]);
        EXPECT_EQ(wrong, "") << recording.name << " without " << key << ": " << platforms()[n].id << " was "
                             << name_of(before[n]) << " and is " << name_of(after[n]);
      }
    }
  }
}

std::string no_blessing_nor_absence(State before, State after) {
  if (before == State::blocked && is_usable(after)) return "";  // what stood in the way was seen by that answer alone
  return never_better_nor_absent(before, after);
}

TEST(Tamper, AFileThatIsDenied) {
  expect_after_each(
      [](Evidence& evidence, const std::string& key) {
        if (key.starts_with("env:") || key.starts_with("command:") || key.starts_with("ask:")) return false;
        Answer denied;
        denied.outcome = Outcome::denied;
        denied.why = "Permission denied";
        evidence.answers[key] = denied;
        return true;
      },
      never_better_nor_absent);
}

TEST(Tamper, AnAnswerThatWasNotRecorded) {
  expect_after_each([](Evidence& evidence, const std::string& key) { return evidence.answers.erase(key) > 0; },
                    no_blessing_nor_absence);
}

TEST(Tamper, AProgramThatFailedInEveryWay) {
  for (const Outcome outcome :
       {Outcome::crashed, Outcome::timed_out, Outcome::stuck, Outcome::failed, Outcome::skipped})
    expect_after_each(
        [&](Evidence& evidence, const std::string& key) {
          if (!key.starts_with("command:") && !key.starts_with("ask:")) return false;
          Answer failed;
          failed.outcome = outcome;
          evidence.answers[key] = failed;
          return true;
        },
        outcome == Outcome::skipped ? Rule(no_blessing_nor_absence) : Rule(never_better_nor_absent));
}

TEST(Tamper, TextThatIsCutInHalf) {
  expect_after_each(
      [](Evidence& evidence, const std::string& key) {
        Answer& answer = evidence.answers[key];
        if (answer.text.size() < 2 || key.starts_with("env:")) return false;
        answer.text.resize(answer.text.size() / 2);
        answer.truncated = true;
        return true;
      },
      never_better);
}

TEST(Tamper, TextOfRandomBytes) {
  std::uint32_t state = 1;  // xorshift: the same bytes on every run
  expect_after_each(
      [&](Evidence& evidence, const std::string& key) {
        Answer& answer = evidence.answers[key];
        if (answer.text.empty() || key.starts_with("env:")) return false;
        for (char& c : answer.text) {
          state ^= state << 13, state ^= state >> 17, state ^= state << 5;
          c = static_cast<char>(state);
        }
        return true;
      },
      never_better);
}

TEST(Tamper, ALineThatIsLost) {
  constexpr std::size_t most_lines = 12;
  for (const Recording& recording : recordings()) {
    const States before = states_of(recording.evidence);
    for (const auto& [key, answer] : recording.evidence.answers) {
      std::vector<std::size_t> starts{0};
      for (std::size_t n = 0; n + 1 < answer.text.size(); ++n)
        if (answer.text[n] == '\n') starts.push_back(n + 1);
      if (starts.size() < 2) continue;
      const std::size_t step = std::max<std::size_t>(1, starts.size() / most_lines);
      for (std::size_t n = 0; n < starts.size(); n += step) {
        Evidence evidence = recording.evidence;
        std::string& text = evidence.answers[key].text;
        const std::size_t end = n + 1 < starts.size() ? starts[n + 1] : text.size();
        text.erase(starts[n], end - starts[n]);
        const Facts facts = facts_of(evidence);
        const Diagnosis diagnosis = diagnose(built_in_rules(), facts);
        for (std::size_t p = 0; p < facts.platforms.size(); ++p) {
          if (accuses_alone(key, before[p], facts.platforms[p].state)) continue;
          EXPECT_EQ(never_better(before[p], facts.platforms[p].state), "")
              << recording.name << " without line " << n + 1 << " of " << key << ": " << platforms()[p].id << " was "
              << name_of(before[p]) << " and is " << name_of(facts.platforms[p].state);
        }
      }
    }
  }
}

}  // namespace
}  // namespace rigfit
