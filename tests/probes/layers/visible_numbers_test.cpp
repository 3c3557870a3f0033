#include "probes/layers/visible_numbers.hpp"

#include <gmock/gmock.h>

#include "fact_names/device.hpp"

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ListedNumbers read(const std::string& text, Entries entries) {
  Evidence evidence;
  Answer answer;
  answer.outcome = Outcome::found;
  answer.text = text;
  evidence.set("env:VISIBLE", answer);
  return listed_numbers(evidence, {"OTHER", "VISIBLE"}, entries);
}

TEST(ListedNumbers, EndAtTheFirstEntryThatIsNone) {
  EXPECT_THAT(read("0,2", Entries::numbers).numbers, ElementsAre(0, 2));
  EXPECT_THAT(read(" 3 , 1 ", Entries::numbers).numbers, ElementsAre(1, 3));
  EXPECT_THAT(read("1,x,2", Entries::numbers).numbers, ElementsAre(1));
  EXPECT_THAT(read("0-2", Entries::numbers).numbers, IsEmpty());
  EXPECT_THAT(read("0-2,5", Entries::ranges).numbers, ElementsAre(0, 1, 2, 5));
  for (const char* wrong : {"-1", "2-1", "0-99999999999", "all", "1-", "-"})
    EXPECT_THAT(read(wrong, Entries::ranges).numbers, IsEmpty()) << wrong;
}

TEST(ListedNumbers, AreNotSetByBlanks) {
  EXPECT_FALSE(read(" ", Entries::numbers).is_set());
  EXPECT_EQ(read("0", Entries::numbers).variable, "VISIBLE");
}

TEST(LeaveVisible, CountsADeviceOfWhichOneNumberIsListed) {
  std::vector<Device> devices(3);
  EXPECT_EQ(leave_visible(read("3-4", Entries::ranges), {{0, 2}, {2, 2}, {4, 2}}, devices), 2);
  EXPECT_EQ(devices[0].facts.get(fact::device::visible) && *devices[0].facts.get(fact::device::visible), false);
  EXPECT_TRUE(*devices[1].facts.get(fact::device::visible));
  EXPECT_TRUE(*devices[2].facts.get(fact::device::visible));
}

}  // namespace
}  // namespace rigfit
