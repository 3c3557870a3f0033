#include "probes/os/os.hpp"

#include <gmock/gmock.h>

#include "fact_names/os.hpp"
#include "probes/recorded.hpp"

namespace rigfit {
namespace {

TEST(OsRelease, KnowsBothQuotesAndEscapes) {
  const auto values =
      parse_os_release("# a comment\nNAME=\"A \\\"B\\\"\"\nVERSION_ID='24.04'\nID=ubuntu\n=x\nbroken\n");
  EXPECT_EQ(values.at("NAME"), "A \"B\"");
  EXPECT_EQ(values.at("VERSION_ID"), "24.04");
  EXPECT_EQ(values.at("ID"), "ubuntu");
  EXPECT_EQ(values.size(), 3u);
}

TEST(OsRelease, IsReadAsAShellWould) {
  const auto values = parse_os_release(
      "ID='a''b'\nVERSION_ID=\"1\"'.2'\nPRETTY_NAME=Two\\ Words\\ "
      "\\$5\nNAME=\"it's\"\nVARIANT='a\\b'\nBUILD_ID=7 # \"of today\"\nHOME_URL=a#b\nBROKEN=\"open\n");
  EXPECT_EQ(values.at("ID"), "ab");
  EXPECT_EQ(values.at("VERSION_ID"), "1.2");
  EXPECT_EQ(values.at("PRETTY_NAME"), "Two Words $5");
  EXPECT_EQ(values.at("NAME"), "it's");
  EXPECT_EQ(values.at("VARIANT"), "a\\b");
  EXPECT_EQ(values.at("BUILD_ID"), "7");
  EXPECT_EQ(values.at("HOME_URL"), "a#b");
  EXPECT_EQ(values.at("BROKEN"), "open");
}

TEST(Os, AnUnfilledTemplateIsNoVersion) {
  for (const char* value : {"@VERSION@", "${RELEASE}", "TEMPLATE_VERSION_ID"}) {
    const Facts facts =
        os_probe.read(recorded("linux", "file:/etc/os-release", std::string("ID=x\nVERSION_ID=") + value + "\n"), {});
    EXPECT_FALSE(facts.host.at(fact::os::version_id).value) << value;
  }
}

TEST(Os, AWslKernelOfOnesOwnIsStillOne) {
  const Facts facts =
      os_probe.read(recorded("linux", "file:/proc/version", "Linux version 6.6.1-own-WSL2+ (me@pc)\n"), {});
  EXPECT_EQ(to_text(facts.host.at(fact::os::wsl)), "2");
}

}  // namespace
}  // namespace rigfit
