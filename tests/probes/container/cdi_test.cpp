#include "probes/container/cdi.hpp"

#include <gmock/gmock.h>

#include "fact_names/container.hpp"
#include "probes/recorded.hpp"

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Cdi, ReadsWhatNvidiasToolWrites) {
  const CdiSpecification found = parse_cdi(
      "cdiVersion: 0.5.0\ncontainerEdits:\n  mounts:\n  - hostPath: /usr/lib/x86_64-linux-gnu/libcuda.so.1\n"
      "  - hostPath: /usr/lib/x86_64-linux-gnu/libcuda.so.580.95.05\ndevices:\n- containerEdits:\n    deviceNodes:\n"
      "    - path: /dev/nvidia0\n  name: \"0\"\n- name: all\nkind: nvidia.com/gpu\n");
  EXPECT_EQ(found.kind, "nvidia.com/gpu");
  EXPECT_THAT(found.names, ElementsAre("0", "all"));
  ASSERT_TRUE(found.driver);
  EXPECT_EQ(found.driver->text(), "580.95.05");
}

TEST(Cdi, ReadsJsonThatHasALineForEachMember) {
  const CdiSpecification found = parse_cdi(
      "{\n  \"cdiVersion\": \"0.6.0\",\n  \"kind\": \"amd.com/gpu\",\n  \"devices\": [\n    {\n"
      "      \"name\": \"0\",\n");
  EXPECT_EQ(found.kind, "amd.com/gpu");
  EXPECT_THAT(found.names, ElementsAre("0"));
  EXPECT_FALSE(found.driver);
}

TEST(Cdi, ReadsThePiecesOfJsonInOneLine) {
  const CdiSpecification found =
      parse_cdi("\"kind\":\"nvidia.com/gpu\"\n\"name\":\"0\"\n\"name\":\"all\"}]\nlibcuda.so.580.95.05\"\n");
  EXPECT_EQ(found.kind, "nvidia.com/gpu");
  EXPECT_THAT(found.names, ElementsAre("0", "all"));
  ASSERT_TRUE(found.driver);
  EXPECT_EQ(found.driver->text(), "580.95.05");
}

TEST(Cdi, NamesThatTheSpecificationForbidsAreNone) {
  const CdiSpecification found = parse_cdi("kind: no slash\nkind: a.b/c\nname: \"0 $(id)\"\nname: \"0:1\"\n");
  EXPECT_EQ(found.kind, "a.b/c");
  EXPECT_THAT(found.names, ElementsAre("0:1"));
  EXPECT_THAT(parse_cdi("libcuda.so.\nlibcuda.so.x\nname:\nkind").names, IsEmpty());
}

TEST(Cdi, ASpecificationWhoseNamesCannotBeReadIsNotNone) {
  for (const char* text : {"", "kind: nvidia.com/gpu\n"}) {
    Evidence evidence = recorded("linux", "file:/etc/cdi/x.json", text);
    Answer listed;
    listed.outcome = Outcome::found;
    listed.names = {"x.json"};
    evidence.set("list:/etc/cdi", listed);
    listed.names = {"README"};
    evidence.set("list:/var/run/cdi", listed);
    EXPECT_TRUE(cdi_probe.read(evidence, {}).host.at(fact::container::cdi_devices).is_unknown()) << text;
  }
}

TEST(Cdi, AFolderThatWasNotReadIsNotEmpty) {
  EXPECT_TRUE(cdi_probe.read(recorded("linux", "env:X", ""), {}).host.at(fact::container::cdi_devices).is_unknown());
  Evidence evidence;
  Answer absent;
  absent.outcome = Outcome::absent;
  for (const char* folder : {"list:/etc/cdi", "list:/var/run/cdi"}) evidence.set(folder, absent);
  EXPECT_EQ(to_text(cdi_probe.read(evidence, {}).host.at(fact::container::cdi_devices)),
            "none (no CDI specification is in /etc/cdi or /var/run/cdi)");
}

}  // namespace
}  // namespace rigfit
