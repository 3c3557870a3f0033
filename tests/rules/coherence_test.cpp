// What does not agree between the tables is found, each kind by an example.
#include <gmock/gmock.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "rules/book.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

/// All that is found in the shipped rules with one file changed, a line each.
std::string found_in(const std::string& path, const std::function<void(Json&)>& change) {
  for (const RuleFile& file : embedded_rules()) {
    if (file.path != path) continue;
    Json document = Json::parse(file.text);
    change(document);
    const RuleFile changed{path, document.dump()};
    const auto files = overlaid(embedded_rules(), {&changed, 1});
    const auto book = load_rules(files, false);
    if (!book) return "does not load: " + book.error().reason;
    EXPECT_EQ(load_rules(files, true).has_value(), incoherences(*book).empty()) << "a check refuses what is found";
    std::string all;
    for (const RuleError& error : incoherences(*book))
      all += error.file + ": " + error.key + ": " + error.reason + "\n";
    return all;
  }
  return "there is no " + path;
}

Json& build(Json& framework, const char* id) {
  for (Json& one : framework["builds"])
    if (one["id"] == id) return one;
  ADD_FAILURE() << "there is no build " << id;
  return framework;
}

TEST(Coherence, OfTheShippedRulesIsWhole) {
  EXPECT_EQ(found_in("frameworks/pytorch.json", [](Json&) {}), "");
  EXPECT_TRUE(mistakes_in(embedded_rules()).empty());
}

TEST(Coherence, ABuildsCudaHasADriverThatRunsIt) {
  EXPECT_THAT(found_in("frameworks/pytorch.json", [](Json& d) { build(d, "pytorch-2.15-cuda13")["runtime"] = "13.9"; }),
              HasSubstr("pytorch-2.15-cuda13: no driver branch"));
  EXPECT_THAT(found_in("frameworks/pytorch.json", [](Json& d) { build(d, "pytorch-2.15-cuda13")["runtime"] = "14"; }),
              HasSubstr("pytorch-2.15-cuda13: no driver branch"));
  EXPECT_THAT(found_in("frameworks/pytorch.json",
                       [](Json& d) {
                         for (Json& need : build(d, "pytorch-2.15-cuda13")["needs"])
                           if (need == "driver_cuda13") need = "driver_cuda12";
                       }),
              HasSubstr("takes driver 528.33, and CUDA 13.2 begins with branch 580"));
  EXPECT_THAT(found_in("frameworks/pytorch.json",
                       [](Json& d) {
                         build(d, "pytorch-2.15-cuda13")["needs"] = Json::array({"linux", "x86_64"});
                       }),
              HasSubstr("names no least version of the driver"));
}

TEST(Coherence, EveryTargetIsKnown) {
  EXPECT_THAT(found_in("frameworks/pytorch.json",
                       [](Json& d) { build(d, "pytorch-2.15-cuda13")["code_for"].push_back("9.9+PTX"); }),
              HasSubstr("has code for 9.9+PTX, and devices/ knows no sm_99"));
  EXPECT_THAT(found_in("frameworks/pytorch.json",
                       [](Json& d) { build(d, "pytorch-2.13-rocm7.2")["code_for"].push_back("gfx9999"); }),
              HasSubstr("gfx9999"));
}

TEST(Coherence, PythonRangesAreSane) {
  for (const auto& [key, value] : {std::pair{"least", "3.15"}, std::pair{"most", "3.9"}, std::pair{"advised", "3.20"},
                                   std::pair{"advised", "3.9"}})
    EXPECT_THAT(
        found_in("frameworks/pytorch.json", [&](Json& d) { build(d, "pytorch-2.15-cpu")["python"][key] = value; }),
        HasSubstr("pytorch-2.15-cpu: takes Python"))
        << key << " " << value;
}

TEST(Coherence, AVersionStatedTwiceAgrees) {
  EXPECT_THAT(found_in("frameworks/pytorch.json", [](Json& d) { build(d, "pytorch-2.15-cpu")["version"] = "2.16"; }),
              testing::AllOf(HasSubstr("pytorch-2.15-cpu: is of version 2.16"), HasSubstr("torch<2.16 leaves out")));
  EXPECT_EQ(found_in("frameworks/pytorch.json", [](Json& d) { build(d, "pytorch-2.15-cpu")["version"] = "2.15.3"; }),
            "");
  EXPECT_THAT(found_in("frameworks/pytorch.json",
                       [](Json& d) { d["requirements"]["glibc_2_28"]["when"] = "os.glibc_version >= 2.31"; }),
              HasSubstr("asks for os.glibc_version 2.31, and says: its wheels need glibc 2.28"));
  EXPECT_THAT(found_in("devices/nvidia.json",
                       [](Json& d) {
                         for (Json& row : d["devices"])
                           if (row["device"] == "2330") row["architecture"] = "sm_89";
                       }),
              HasSubstr("pci 10de:2330: is sm_89 in one row and sm_90 in another"));
  EXPECT_THAT(found_in("facts/cuda_tables.json",
                       [](Json& d) {
                         Json twice;
                         for (const Json& row : d["derived"])
                           if (row["value"] == "13.2") twice = row;
                         twice["value"] = "13.3";
                         d["derived"].push_back(twice);
                       }),
              HasSubstr("cuda.branch_cuda_version: is 13.2 and 13.3 under one condition"));
}

TEST(Coherence, ABuildIsForAPlatformThatHasALevel) {
  EXPECT_THAT(found_in("frameworks/mlx.json",
                       [](Json& d) {
                         Json copy = build(d, "mlx-0.32-cpu");
                         copy["id"] = "mlx-0.32-tpu";
                         copy["platform"] = "tpu";
                         d["builds"].push_back(copy);
                       }),
              HasSubstr("mlx-0.32-tpu: is for tpu, where no support level but \"none\" is stated"));
}

TEST(Coherence, WhatIsNewestSaysOfWhen) {
  const auto with_claim = [](const char* claim) {
    return found_in("evidence.json", [&](Json& d) { d["evidence"][0]["claim"] = claim; });
  };
  EXPECT_THAT(with_claim("The newest torch is 2.15.0."), HasSubstr("not as of when"));
  EXPECT_THAT(with_claim("jax-metal stopped at 0.1.1"), HasSubstr("not as of when"));
  EXPECT_EQ(with_claim("The newest torch is 2.15.0 (as of 2026-11)."), "");
  EXPECT_THAT(with_claim("Its Latest wheel has code for sm_120."), HasSubstr("not as of when"));
  EXPECT_THAT(with_claim("The first with code for it is 2.7."), HasSubstr("not as of when"));
  EXPECT_EQ(with_claim("The first with code for it is 2.7, of 2025."), "");
  EXPECT_EQ(with_claim("The wheels bring their own CUDA."), "");
  EXPECT_EQ(with_claim("It lasts, and ends with 12..."), "");
}

TEST(Coherence, NothingIsOfTheFuture) {
  EXPECT_THAT(
      found_in("frameworks/pytorch.json", [](Json& d) { build(d, "pytorch-2.15-cpu")["released"] = "2033-01"; }),
      HasSubstr("was released 2033-01"));
  EXPECT_THAT(found_in("evidence.json", [](Json& d) { d["evidence"][0]["date"] = "2033-01"; }),
              HasSubstr("is of 2033-01"));
}

}  // namespace
}  // namespace rigfit
