#include "evidence/machine_file.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

// One answer of every kind, as a program or a person writes them.
constexpr std::string_view sample = R"({
 "schema": "rigfit.machine/1", "os": "linux", "arch": "x86_64", "recorded": "2026-01-02T03:04:05Z", "tool": "rigfit 0.1.0",
 "answers": {
  "file:/proc/driver/nvidia/version": {"outcome": "found", "lines": ["NVRM version: x", "GCC version: y"]},
  "file:/sys/class/drm/card0/device/vbios": {"outcome": "found", "base64": "AP8="},
  "file:/etc/machine": {"outcome": "found", "text": "no newline at the end"},
  "list:/sys/bus/pci/devices": {"outcome": "found", "names": ["0000:02:00.0", "0000:01:00.0"]},
  "link:/sys/bus/pci/devices/0000:01:00.0/driver": {"outcome": "found", "text": "../../../bus/pci/drivers/nvidia"},
  "node:/dev/kfd": {"outcome": "found", "kind": "char", "mode": "0660", "uid": 0, "gid": 109, "group": "render",
                    "readable": false, "writable": false, "major": 235, "minor": 0},
  "node:/dev/dri/renderD128": {"outcome": "denied", "why": "Permission denied"},
  "env:CUDA_VISIBLE_DEVICES": {"outcome": "absent"},
  "env:HIP_VISIBLE_DEVICES": {"outcome": "found", "text": "0,1"},
  "command:nvidia-smi -q -x": {"outcome": "found", "exit": 0, "seconds": 0.41, "out": ["<?xml version=\"1.0\" ?>"], "err": []},
  "command:amd-smi list --json": {"outcome": "timed_out", "out": ["["], "err": ["waiting"], "truncated": true},
  "ask:nvml": {"outcome": "crashed", "signal": 11, "seconds": 0.1}
 }})";

Evidence parsed(std::string_view text) {
  auto evidence = parse_machine_file(text, "test.json");
  EXPECT_TRUE(evidence) << (evidence ? "" : evidence.error());
  return evidence.value_or(Evidence{});
}

std::string error_of(std::string_view text, const MachineFileLimits& limits = {}) {
  auto evidence = parse_machine_file(text, "test.json", limits);
  EXPECT_FALSE(evidence) << text;
  return evidence ? "" : evidence.error();
}

std::string with_answer(std::string_view answer) {
  return R"({"schema":"rigfit.machine/1","answers":{"command:x":)" + std::string(answer) + "}}";
}

TEST(MachineFile, EveryKindOfAnswerIsRead) {
  const Evidence evidence = parsed(sample);
  EXPECT_EQ(evidence.os, "linux");
  EXPECT_EQ(evidence.arch, "x86_64");
  EXPECT_EQ(evidence.recorded, "2026-01-02T03:04:05Z");
  EXPECT_EQ(evidence.text("/proc/driver/nvidia/version"), "NVRM version: x\nGCC version: y\n");
  EXPECT_EQ(evidence.text("/sys/class/drm/card0/device/vbios"), std::string_view("\0\xff", 2));
  EXPECT_EQ(evidence.text("/etc/machine"), "no newline at the end");
  EXPECT_THAT(evidence.list("/sys/bus/pci/devices").names, ElementsAre("0000:01:00.0", "0000:02:00.0"));
  EXPECT_EQ(evidence.link("/sys/bus/pci/devices/0000:01:00.0/driver").text, "../../../bus/pci/drivers/nvidia");
  const Answer& kfd = evidence.node("/dev/kfd");
  ASSERT_TRUE(kfd.node);
  EXPECT_EQ(kfd.node->group, "render");
  EXPECT_EQ(kfd.node->readable, false);
  EXPECT_EQ(kfd.node->major, 235);
  EXPECT_EQ(evidence.node("/dev/dri/renderD128").outcome, Outcome::denied);
  EXPECT_EQ(evidence.node("/dev/dri/renderD128").why, "Permission denied");
  EXPECT_TRUE(evidence.env("CUDA_VISIBLE_DEVICES").absent());
  EXPECT_EQ(evidence.env("HIP_VISIBLE_DEVICES").text, "0,1");
  const Answer& smi = evidence.at("command:nvidia-smi -q -x");
  EXPECT_EQ(smi.exit, 0);
  EXPECT_EQ(smi.seconds, 0.41);
  EXPECT_EQ(smi.text, "<?xml version=\"1.0\" ?>\n");
  const Answer& amd = evidence.at("command:amd-smi list --json");
  EXPECT_EQ(amd.outcome, Outcome::timed_out);
  EXPECT_EQ(amd.err, "waiting\n");
  EXPECT_TRUE(amd.truncated);
  EXPECT_EQ(evidence.ask("nvml").signal, 11);
  EXPECT_EQ(evidence.ask("nvml").exit, std::nullopt);
}

TEST(MachineFile, WhatIsWrittenReadsBackTheSame) {
  const Evidence evidence = parsed(sample);
  const std::string written = write_machine_file(evidence);
  const Evidence again = parsed(written);
  EXPECT_EQ(again.answers, evidence.answers);
  EXPECT_EQ(again.os, evidence.os);
  EXPECT_EQ(again.arch, evidence.arch);
  EXPECT_EQ(again.recorded, evidence.recorded);
  EXPECT_EQ(again.tool, evidence.tool);
  EXPECT_EQ(write_machine_file(again), written);
}

TEST(MachineFile, BytesOfEveryKindReadBackTheSame) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    Answer answer;
    answer.outcome = Outcome::found;
    answer.exit = 0;
    for (int n = static_cast<int>(random() % 40); n > 0; --n)
      answer.text.push_back(static_cast<char>(random() % 4 == 0 ? '\n' : random() % 256));
    for (int n = static_cast<int>(random() % 10); n > 0; --n) answer.err.push_back(static_cast<char>(random() % 128));
    Evidence evidence;
    evidence.set("command:x", answer);
    EXPECT_EQ(parsed(write_machine_file(evidence)).answers, evidence.answers);
    Answer file = answer;
    file.err.clear();
    file.exit.reset();
    Evidence files;
    files.set("file:/x", file);
    files.set("env:X", file);
    files.set("link:/x", file);
    EXPECT_EQ(parsed(write_machine_file(files)).answers, files.answers);
  }
}

TEST(MachineFile, NamesThatAreNoTextLoseNothing) {
  const std::vector<std::string> names{"rocm-\xe2\x90\x9b",
                                       "rocm-\xe2\x90\x9b"
                                       "ff",
                                       "rocm-\xfe",
                                       "rocm-\xff",
                                       "rocm-\xff\xfe",
                                       "rocm-\xed\xa0\x80",
                                       "rocm-ü"};
  Evidence evidence;
  for (const std::string& name : names) {
    Answer list;
    list.outcome = Outcome::found;
    list.names = names;
    std::sort(list.names.begin(), list.names.end());
    evidence.set("list:/opt/" + name, list);
    Answer node;
    node.outcome = Outcome::found;
    node.node = Node{};
    node.node->kind = "char";
    node.node->group = name;
    evidence.set("node:/dev/" + name, node);
    Answer failed;
    failed.outcome = Outcome::failed;
    failed.why = "because of " + name;
    evidence.set("file:/" + name, failed);
  }
  EXPECT_EQ(parsed(write_machine_file(evidence)).answers, evidence.answers);
  EXPECT_EQ(evidence.answers.size(), 3 * names.size());
  // Two ways to write one key are two keys.
  EXPECT_THAT(error_of("{\"schema\":\"rigfit.machine/1\",\"answers\":{\"file:/\xe2\x90\x9b\":{\"outcome\":\"absent\"},"
                       "\"file:/\xe2\x90\x9b"
                       "e2\xe2\x90\x9b"
                       "90\xe2\x90\x9b"
                       "9b\":{\"outcome\":\"absent\"}}}"),
              HasSubstr("appears twice"));
}

TEST(MachineFile, ZeroBytesTakeNoMoreRoomThanOthers) {
  Answer answer;
  answer.outcome = Outcome::found;
  answer.text = std::string(30000, '\0');
  Evidence evidence;
  evidence.set("file:/x", answer);
  EXPECT_LT(write_machine_file(evidence).size(), 45000u);
  EXPECT_EQ(parsed(write_machine_file(evidence)).answers, evidence.answers);
}

TEST(MachineFile, OneAnswerALine) {
  const std::string written = write_machine_file(parsed(sample));
  EXPECT_THAT(written, HasSubstr("\n\"env:CUDA_VISIBLE_DEVICES\": {\"outcome\":\"absent\"},\n"));
}

TEST(MachineFile, ErrorsNameTheFileAndThePlace) {
  EXPECT_EQ(error_of(""), "test.json: line 1, column 1: not JSON (it ends too early)");
  EXPECT_EQ(error_of("{\n  \"schema\": oops}"), "test.json: line 2, column 13: not JSON");
  EXPECT_THAT(error_of("[]"), HasSubstr("not a JSON object"));
  EXPECT_THAT(error_of("{}"), HasSubstr("no \"schema\""));
  EXPECT_THAT(error_of(R"({"schema":"rigfit.machine/2","answers":{}})"), HasSubstr("rigfit.machine/2"));
  EXPECT_THAT(error_of(R"({"schema":"rigfit.machine/1"})"), HasSubstr("answers"));
  EXPECT_THAT(error_of(R"({"schema":"rigfit.machine/1","os":7,"answers":{}})"), HasSubstr("\"os\" is not a string"));
  EXPECT_THAT(error_of(with_answer("7")), StartsWith("test.json: answers[\"command:x\"]: is not an object"));
  EXPECT_THAT(error_of(with_answer("{}")), HasSubstr("has no \"outcome\""));
  EXPECT_THAT(error_of(with_answer(R"({"outcome":"fine"})")), HasSubstr("\"fine\" is no outcome"));
  EXPECT_THAT(error_of(with_answer(R"({"outcome":"found","out":[7]})")), HasSubstr("\"out\""));
  EXPECT_THAT(error_of(with_answer(R"({"outcome":"found","exit":"0"})")), HasSubstr("\"exit\" is not a whole number"));
  EXPECT_THAT(error_of(with_answer(R"({"outcome":"found","exit":99999999999999})")),
              HasSubstr("\"exit\" is out of range"));
  EXPECT_THAT(error_of(with_answer(R"({"outcome":"found","seconds":"1"})")), HasSubstr("\"seconds\""));
  EXPECT_THAT(error_of(with_answer(R"({"outcome":"found","base64":"?"})")), HasSubstr("base64"));
  EXPECT_THAT(error_of(with_answer(R"({"outcome":"found","names":{}})")), HasSubstr("\"names\""));
  EXPECT_THAT(error_of("{\"schema\":\"rigfit.machine/1\",\"answers\":{\"file:/\xff\":{}}}"), HasSubstr("not UTF-8"));
  EXPECT_THAT(error_of(R"({"schema":"rigfit.machine/1","answers":{},"answers":{}})"), HasSubstr("/answers: the key"));
}

TEST(MachineFile, LimitsHold) {
  EXPECT_THAT(error_of(std::string(3 << 20, ' '), {.bytes = 2 << 20}), HasSubstr("larger than 2 MiB"));
  EXPECT_THAT(error_of(std::string(1'000'000, '[')), HasSubstr("nested deeper than 16 levels"));
  EXPECT_THAT(error_of(sample, {.answers = 3}), HasSubstr("more than 3 answers"));
  // Brackets inside of strings are no depth.
  parsed(with_answer(R"({"outcome":"found","out":[")" + std::string(1000, '[') + R"(\"[["]})"));
}

TEST(MachineFile, CutAnywhereItIsAnErrorAndNeverACrash) {
  for (std::size_t length = 0; length + 1 < sample.size(); ++length)
    EXPECT_FALSE(parse_machine_file(sample.substr(0, length), "cut")) << length;
}

TEST(MachineFile, AnyByteChangedNeverCrashes) {
  std::mt19937 random(3);
  for (int round = 0; round < 5000; ++round) {
    std::string text(sample);
    text[random() % text.size()] = static_cast<char>(random() % 256);
    if (auto evidence = parse_machine_file(text, "changed"))
      parse_machine_file(write_machine_file(*evidence), "again").value();
  }
}

}  // namespace
}  // namespace rigfit
