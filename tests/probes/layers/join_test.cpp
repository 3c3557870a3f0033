// Several listings of one machine meet where they tell the same device, and never make more of it.
#include "probes/layers/join.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <set>

namespace rigfit {
namespace {

using At = std::vector<std::optional<std::size_t>>;

RowKeys addressed(std::string address, std::string name = "") {
  return {std::move(address), "", {}, std::move(name), ""};
}
RowKeys named(std::string name) { return addressed("", std::move(name)); }
RowKeys numbered(std::int64_t index, std::string name = "") { return {"", "", index, std::move(name), ""}; }

DeviceListing listing(std::vector<RowKeys> rows, std::string numbering = "") {
  DeviceListing one;
  one.length = rows.size();
  one.rows = std::move(rows);
  one.numbering = std::move(numbering);
  return one;
}

DeviceListing bus(std::vector<RowKeys> rows) {
  DeviceListing one = listing(std::move(rows));
  one.is_authority = true;
  return one;
}

DeviceJoin join(std::vector<DeviceListing> listings, std::optional<std::size_t> most = std::nullopt) {
  return join_listings(listings, most);
}

const std::string first = "0000:17:00.0", second = "0000:65:00.0", third = "0000:ca:00.0";

TEST(Join, ByAddress) {
  const DeviceJoin one =
      join({bus({addressed(first), addressed(second)}), listing({addressed(second), addressed(first)})});
  EXPECT_EQ(one.devices, 2u);
  EXPECT_EQ(one.at[1], (At{1, 0}));
}

TEST(Join, ByUuidWhereAnotherListingKnowsItsAddress) {
  const DeviceJoin one = join({bus({addressed(first), addressed(second)}),
                               listing({{second, "GPU-b", {}, "", ""}, {first, "GPU-a", {}, "", ""}}),
                               listing({{"", "GPU-b", {}, "", ""}})});
  EXPECT_EQ(one.at[2], (At{1}));
}

TEST(Join, MadeUpUuidsTellNothing) {
  for (const char* uuid : {"GPU-00000000-0000-0000-0000-000000000000", "GPU-redacted"}) {
    const DeviceJoin one = join({listing({{first, uuid, {}, "", ""}, {second, uuid, {}, "", ""}}),
                                 listing({{"", uuid, {}, "", ""}, {"", uuid, {}, "", ""}})});
    EXPECT_EQ(one.devices, 2u);
    EXPECT_EQ(one.at[1], (At{0, 1})) << "by position";
  }
}

TEST(Join, ByIndexOfTheSameNumberingOnly) {
  const std::vector<DeviceListing> listings{listing({{second, "", 1, "", ""}, {first, "", 0, "", ""}}, "nvml"),
                                            listing({numbered(1)}, "nvml"), listing({numbered(1)}, "cuda")};
  const DeviceJoin one = join(listings);
  EXPECT_EQ(one.devices, 2u);
  EXPECT_EQ(one.at[0], (At{1, 0}));
  EXPECT_EQ(one.at[1], (At{1}));
  EXPECT_EQ(one.at[2], (At{std::nullopt})) << "CUDA numbers in its own order";
}

TEST(Join, ByPositionOnlyAmongEquallyLong) {
  EXPECT_EQ(join({bus({addressed(first), addressed(second)}), listing({named("A"), named("B")})}).at[1], (At{0, 1}));
  EXPECT_EQ(join({bus({addressed(first), addressed(second)}), listing({named("A")})}).at[1], (At{std::nullopt}));
}

TEST(Join, PositionCountsThoseWithTheRightDriver) {
  RowKeys passed_through = addressed(first);
  passed_through.may_be_listed = false;
  const DeviceJoin one = join({bus({passed_through, addressed(second)}), listing({named("A")})});
  EXPECT_EQ(one.devices, 2u);
  EXPECT_EQ(one.at[1], (At{1}));
}

TEST(Join, AListingThatWasCutIsPlacedByItsNumbers) {
  DeviceListing cut = listing({numbered(0, "A")}, "nvml");
  cut.length = 2;  // attached_gpus
  EXPECT_EQ(join({bus({addressed(first), addressed(second)}), cut}).at[1], (At{0}));
  cut.length.reset();
  EXPECT_EQ(join({bus({addressed(first), addressed(second)}), cut}).at[1], (At{std::nullopt}));
}

TEST(Join, AnotherOrderIsSeenByTheNames) {
  const DeviceJoin one = join({listing({addressed(first, "NVIDIA T400"), addressed(second, "NVIDIA H100")}, "nvml"),
                               listing({numbered(0, "NVIDIA H100"), numbered(1, "NVIDIA T400")}, "cuda")});
  EXPECT_EQ(one.devices, 2u);
  EXPECT_EQ(one.at[1], (At{1, 0}));
}

TEST(Join, CutNamesAndVendorsAreTheSame) {
  const DeviceJoin one =
      join({listing({addressed(first, "GeForce RTX 308...")}), listing({named("NVIDIA GeForce RTX 3080 Laptop GPU")})});
  EXPECT_EQ(one.devices, 1u);
  EXPECT_EQ(one.at[1], (At{0}));
}

TEST(Join, TheOneThatIsLeft) {
  const DeviceJoin one = join({bus({addressed(first), addressed(second), addressed(third)}),
                               listing({addressed(first), named(""), addressed(third)})});
  EXPECT_EQ(one.at[1], (At{0, 1, 2}));
}

TEST(Join, TheBusIsNeverAddedTo) {
  const DeviceJoin one = join({bus({addressed(first)}), listing({addressed(first), addressed(second)})});
  EXPECT_EQ(one.devices, 1u);
  EXPECT_EQ(one.at[1], (At{0, std::nullopt}));
}

TEST(Join, AnEmptyBusHidesThem) { EXPECT_EQ(join({bus({}), listing({addressed(first)})}).devices, 1u); }

TEST(Join, WithoutABusDifferentAddressesAreDifferentDevices) {
  EXPECT_EQ(join({listing({addressed(first)}), listing({addressed(second)})}).devices, 2u);
  EXPECT_EQ(join({listing({addressed(first)}), listing({addressed(second)})}, 1).devices, 2u)
      << "both addresses are certain, whatever number was reported";
}

TEST(Join, ALongerListWithoutAddressesHasAllOfThem) {
  const DeviceJoin one = join({listing({addressed(first)}), listing({named("A"), named("A"), named("A")})});
  EXPECT_EQ(one.devices, 3u);
  EXPECT_EQ(one.at[0], (At{std::nullopt})) << "which of the three is not reported";
}

TEST(Join, PartsOfOneDeviceAreOne) {
  const DeviceJoin one = join(
      {listing({addressed(first), addressed(first), addressed(second)}), bus({addressed(first), addressed(second)})});
  EXPECT_EQ(one.devices, 2u);
  EXPECT_EQ(one.at[0], (At{0, 0, 1}));
}

TEST(Join, NothingMakesNothing) {
  EXPECT_EQ(join({}).devices, 0u);
  EXPECT_EQ(join({listing({}), bus({})}).devices, 0u);
}

/// A machine's true devices, and listings of them that tell some of the truth in an order of their own.
struct Rig {
  std::vector<RowKeys> devices;
  std::vector<DeviceListing> listings;
  std::vector<std::vector<std::size_t>> truth;  ///< of each row
};

Rig made_up(std::mt19937& random) {
  const auto upto = [&](int most) { return std::uniform_int_distribution(0, most)(random); };
  Rig rig;
  const int count = 1 + upto(4);
  for (int n = 0; n < count; ++n)
    rig.devices.push_back({"0000:" + std::to_string(10 + n) + ":00.0", "GPU-" + std::to_string(n + 1), n,
                           upto(2) ? "NVIDIA A" : "NVIDIA B", ""});
  const int listings = 1 + upto(4);
  for (int l = 0; l < listings; ++l) {
    DeviceListing one;
    std::vector<std::size_t> truth;
    const bool address = upto(1), uuid = upto(1), index = upto(1), name = upto(1);
    one.numbering = "nvml";
    one.is_authority = l == 0 && upto(1);
    for (int n = 0; n < count; ++n) {
      if (!one.is_authority && upto(6) == 0) continue;  // cut, or asked for some only
      RowKeys row;
      const RowKeys& device = rig.devices[static_cast<std::size_t>(n)];
      if (address || one.is_authority) row.pci_address = device.pci_address;
      if (uuid && !one.is_authority) row.uuid = device.uuid;
      if (index && !one.is_authority) row.index = device.index;
      if (name && !one.is_authority) row.name = device.name;
      one.rows.push_back(row);
      truth.push_back(static_cast<std::size_t>(n));
    }
    if (static_cast<int>(one.rows.size()) == count) one.length = one.rows.size();
    rig.listings.push_back(std::move(one));
    rig.truth.push_back(std::move(truth));
  }
  return rig;
}

TEST(Join, NeverTwoDevicesOfOneNorOneOfTwo) {
  std::mt19937 random(7);
  for (int n = 0; n < 20000; ++n) {
    const Rig rig = made_up(random);
    const DeviceJoin all = join_listings(rig.listings);
    ASSERT_LE(all.devices, rig.devices.size()) << "machine " << n;
    std::map<std::size_t, std::size_t> truth_of;  // of each joined device
    for (std::size_t l = 0; l < rig.listings.size(); ++l)
      for (std::size_t row = 0; row < rig.listings[l].rows.size(); ++row)
        if (all.at[l][row]) {
          const auto [known, is_new] = truth_of.emplace(*all.at[l][row], rig.truth[l][row]);
          ASSERT_EQ(known->second, rig.truth[l][row]) << "machine " << n << ", listing " << l << ", row " << row;
        }
    std::set<std::size_t> devices;
    for (const auto& [joined, device] : truth_of) ASSERT_TRUE(devices.insert(device).second) << "machine " << n;
  }
}

std::size_t placed(const DeviceJoin& join) {
  std::size_t count = 0;
  for (const At& rows : join.at)
    count += rows.size() - static_cast<std::size_t>(std::count(rows.begin(), rows.end(), std::nullopt));
  return count;
}

TEST(Join, TheOrderOfListingsAndASubsetOfThemNeverMakeMore) {
  std::mt19937 random(11);
  for (int n = 0; n < 5000; ++n) {
    const Rig rig = made_up(random);
    const DeviceJoin all = join_listings(rig.listings);
    std::vector<std::size_t> order(rig.listings.size());
    for (std::size_t l = 0; l < order.size(); ++l) order[l] = l;
    std::shuffle(order.begin(), order.end(), random);
    std::vector<DeviceListing> shuffled, some;
    for (const std::size_t l : order) shuffled.push_back(rig.listings[l]);
    some.assign(shuffled.begin(), shuffled.begin() + static_cast<std::ptrdiff_t>(random() % (shuffled.size() + 1)));
    const DeviceJoin again = join_listings(shuffled);
    ASSERT_EQ(again.devices, all.devices) << "machine " << n;
    ASSERT_LE(join_listings(some).devices, all.devices) << "machine " << n;
    // Of two listings that tell the same, either may be the one that is placed.
    ASSERT_EQ(placed(again), placed(all)) << "machine " << n;
  }
}

}  // namespace
}  // namespace rigfit
