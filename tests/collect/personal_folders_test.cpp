#include "collect/personal_folders.hpp"

#include <gtest/gtest.h>

namespace rigfit {
namespace {

TEST(PersonalFolders, AreWrittenWithoutNames) {
  PersonalFolders folders("/home/zaphod/", {"zaphod", "ford", ""});
  for (const auto& [text, hidden] : {
           std::pair{"/home/zaphod", "~"},
           {"/home/zaphod/venv", "~/venv"},
           {"/home/zaphodette/venv", "~1/venv"},
           {"/home/trillian/venv:/usr/lib:/home/zaphod/x", "~2/venv:/usr/lib:~/x"},
           {"/scratch/ford/venv", "~3/venv"},
           {"/nfs/homes/arthur/conda\n", "~4/conda\n"},
           {"/Users/marvin/miniconda3/bin/python3", "~5/miniconda3/bin/python3"},
           {"home = /home/trillian/.pyenv/bin", "home = ~2/.pyenv/bin"},
           {"../../../home/trillian/.pyenv/bin/python", "~2/.pyenv/bin/python"},
           {"\"/home/trillian\"", "\"~2\""},
           // What only looks like one.
           {"/usr/share/ford/x", "/usr/share/ford/x"},
           {"/opt/zaphod", "/opt/zaphod"},
           {"/home", "/home"},
           {"/homely/x", "/homely/x"},
           {"https://example.org/home/x", "https://example.org/home/x"},
           {"a/home/x", "a/home/x"},
           {"../lib/libcuda.so.1", "../lib/libcuda.so.1"},
           {"", ""},
           {"/", "/"},
       })
    EXPECT_EQ(folders.hidden(text), hidden) << text;
  EXPECT_EQ(folders.real("~/venv"), "/home/zaphod/venv");
  EXPECT_EQ(folders.real("~2/.pyenv"), "/home/trillian/.pyenv");
  EXPECT_EQ(folders.real("~3"), "/scratch/ford");
  for (const char* path : {"~99/x", "~x/y", "/usr/lib", "", "~0/x"}) EXPECT_EQ(folders.real(path), path);
}

TEST(PersonalFolders, WithoutAHomeNothingIsBelowIt) {
  for (const char* home : {"", "/", "relative"}) {
    PersonalFolders folders(home, {});
    EXPECT_EQ(folders.hidden("/usr/lib:/relative/x"), "/usr/lib:/relative/x");
    EXPECT_EQ(folders.real("~/x"), "~/x");
  }
}

TEST(PersonalFolders, AreKnownByTheirNames) {
  for (const char* path : {"~", "~/x", "~12/x"}) EXPECT_TRUE(is_personal(path)) << path;
  for (const char* path : {"", "/home/x", "~x/y", "x~/y"}) EXPECT_FALSE(is_personal(path)) << path;
}

}  // namespace
}  // namespace rigfit
