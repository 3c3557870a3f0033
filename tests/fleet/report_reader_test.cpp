#include "fleet/report_reader.hpp"

#include <gmock/gmock.h>

#include "fleet/reports.hpp"

namespace rigfit {
namespace {

using fleet_test::Given;
using fleet_test::report;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Record record_of(const Given& given) {
  const auto document = read_report(report(given));
  EXPECT_TRUE(document) << (document ? "" : document.error().reason);
  return document ? document->record : Record{};
}

std::string value(const Record& record, std::string_view name) {
  const Attribute* attribute = record.attribute(name);
  return attribute ? attribute->value : "(none)";
}

TEST(ReadReport, TakesWhatMachinesAreComparedBy) {
  const Record record = record_of({});
  EXPECT_EQ(value(record, "os.name"), "Ubuntu 22.04.4 LTS");
  EXPECT_EQ(value(record, "cpu.logical_cpus"), "224");
  EXPECT_EQ(value(record, "memory.installed"), "1024 GiB");
  EXPECT_EQ(value(record, "cuda.devices"), "8 × NVIDIA H100 80GB HBM3");
  EXPECT_EQ(value(record, "cuda.driver_version"), "550.54.15");
  EXPECT_EQ(value(record, "cuda.ecc"), "yes");
  EXPECT_EQ(value(record, "container.runtime"), "(none)");
  EXPECT_EQ(value(record, "rocm.state"), "(none)");
  EXPECT_TRUE(record.is_determined);
  EXPECT_FALSE(record.is_faulty());
  ASSERT_THAT(record.platforms, SizeIs(1));
  EXPECT_EQ(record.platforms[0].usable_devices, 8u);
  EXPECT_THAT(record.platforms[0].capabilities, ElementsAre("9.0"));
  EXPECT_EQ(record.rules, "2026-11-26");
}

TEST(ReadReport, TakesFindingsAndScores) {
  const Record record = record_of({.blocked_gpus = 1, .finding = "cuda.device.lost"});
  ASSERT_THAT(record.findings, SizeIs(1));
  EXPECT_EQ(record.findings[0].id, "cuda.device.lost");
  EXPECT_EQ(record.findings[0].title, "Something \"is\" wrong");
  EXPECT_EQ(record.findings[0].devices, 1u);
  EXPECT_EQ(value(record, "cuda.device_states"), "7 × ready, 1 × blocked");
  EXPECT_TRUE(record.is_faulty());
  ASSERT_THAT(record.places, SizeIs(3));
  EXPECT_EQ(record.places[0].name, "PyTorch");
  EXPECT_EQ(record.places[0].install, "pip install torch");
  EXPECT_EQ(record.places[1].score, 87'550);
  EXPECT_FALSE(record.places[2].is_possible);
}

TEST(ReadReport, AddressesTimesAndFreeMemoryMakeNoDifference) {
  std::string other = report({.recorded = "2026-11-24T05:06:07Z", .memory_bytes = 1081101000000});
  other.replace(other.find("0000:10"), 7, "0000:77");
  const auto one = read_report(report()), changed = read_report(other);
  ASSERT_TRUE(one && changed);
  EXPECT_EQ(record_key(one->record), record_key(changed->record));
  EXPECT_EQ(changed->recorded, "2026-11-24T05:06:07Z");
  EXPECT_NE(class_key(one->record), class_key(record_of({.driver = "535.183.01"})));
  EXPECT_NE(class_key(one->record), class_key(record_of({.ecc = "false"})));
}

TEST(ReadReport, MembersAndTailAreTheWhole) {
  const std::string text = report({.node = "gpu7"});
  const std::size_t cut = text.find("\"changing\"");
  const auto whole = read_report(text), members = read_report_members(std::string_view(text).substr(1, cut - 2));
  const auto tail = read_report_tail(std::string_view(text).substr(cut));
  ASSERT_TRUE(whole && members && tail);
  EXPECT_EQ(record_key(members->record), record_key(whole->record));
  EXPECT_EQ(tail->recorded, whole->recorded);
  EXPECT_EQ(tail->node, "gpu7");
  EXPECT_EQ(cut + tail->size, text.size());
}

TEST(ReadReport, APartThatIsNoneIsRefused) {
  for (const char* text :
       {R"("a":1,)", R"("a":1},)", R"("a":"1)", R"(,"a":1)", R"("a":[1})", R"("a":1},{"b":2)", "1", R"("a")"})
    EXPECT_FALSE(read_report_members(text)) << text;
  EXPECT_TRUE(read_report_members(R"("a":1,"b":[{"c":null}])"));
  EXPECT_FALSE(read_report_tail(R"("changing":{})"));
}

TEST(ReadReport, EndsWhereTheObjectDoes) {
  const std::string text = report();
  const auto document = read_report(text + "{\"schema\"");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->size, text.size());
}

TEST(ReadReport, CutTextSaysSo) {
  const std::string text = report();
  for (const std::size_t size : {std::size_t{1}, text.size() / 3, text.size() - 1}) {
    const auto document = read_report(std::string_view(text).substr(0, size));
    ASSERT_FALSE(document);
    EXPECT_TRUE(document.error().is_cut) << size;
  }
  EXPECT_FALSE(read_report("{\"a\":nul}").error().is_cut);
}

TEST(ReadReport, WhatIsNoReportSaysWhatItIs) {
  EXPECT_EQ(read_report(R"({"schema":"rigfit.machine/1","answers":{}})")->kind, DocumentKind::machine);
  EXPECT_EQ(read_report(R"({"schema":"rigfit.check/1"})")->kind, DocumentKind::other);
  EXPECT_EQ(read_report(R"([1,2])")->kind, DocumentKind::other);
}

TEST(ReadReport, HostileTextIsBounded) {
  EXPECT_FALSE(read_report(std::string(100'000, '[')));
  std::string devices = R"({"schema":"rigfit.report/1","platforms":{"cuda":{"state":"ready","devices":[)";
  for (int n = 0; n < 5000; ++n) devices += "{},";
  EXPECT_FALSE(read_report(devices + "{}]}}}"));
  const auto huge =
      read_report(R"({"schema":"rigfit.report/1","machine":{"kernel":")" + std::string(1 << 20, 'x') + R"("}})");
  ASSERT_TRUE(huge);
  EXPECT_LE(value(huge->record, "os.kernel").size(), 512u);
}

TEST(ReadReport, MembersOfOtherTypesAreNotTaken) {
  const auto document = read_report(
      R"({"schema":"rigfit.report/1","machine":[],"platforms":{"cuda":3,"rocm":{"devices":{"a":1}}},"findings":{"x":1},)"
      R"("ranking":[1,{"id":"a","score_exact":"x"},{"id":"b","score_exact":"9223372036854775807/1","rank":1}]})");
  ASSERT_TRUE(document);
  EXPECT_THAT(document->record.places, IsEmpty());
}

TEST(InstalledMemory, IsWhatWasBuiltIn) {
  constexpr std::int64_t gib = std::int64_t{1} << 30;
  EXPECT_EQ(installed_memory(503 * gib), 512 * gib);
  EXPECT_EQ(installed_memory(376 * gib), 384 * gib);
  EXPECT_EQ(installed_memory(62 * gib + gib / 2), 64 * gib);
  EXPECT_EQ(installed_memory(64 * gib), 64 * gib);
  EXPECT_EQ(installed_memory(0), 0);
}

}  // namespace
}  // namespace rigfit
