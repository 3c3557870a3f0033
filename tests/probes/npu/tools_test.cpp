#include <gmock/gmock.h>

#include "fact_names/device.hpp"
#include "probes/npu/hl_smi.hpp"
#include "probes/npu/neuron_ls.hpp"
#include "probes/npu/npu.hpp"
#include "probes/npu/npu_smi.hpp"
#include "probes/recorded.hpp"

namespace rigfit {
namespace {

constexpr std::int64_t mib = 1 << 20;

TEST(NeuronLs, ColumnsByTheirNames) {
  const NeuronListing old = parse_neuron_ls(
      "+--------------+---------+--------+-----------+-----------+------+------+\n"
      "|   PCI BDF    | LOGICAL | NEURON |  MEMORY   |  MEMORY   | EAST | WEST |\n"
      "|              |   ID    | CORES  | CHANNEL 0 | CHANNEL 1 |      |      |\n"
      "+--------------+---------+--------+-----------+-----------+------+------+\n"
      "| 0000:00:1c.0 |       0 |      4 | 4096 MB   | 4096 MB   |    1 |    0 |\n"
      "| 0000:00:1d.0 |       1 |      4 | 4096 MB   | 4096 MB   |    0 |    1 |\n");
  ASSERT_EQ(old.devices.size(), 2u);
  EXPECT_EQ(old.devices[1].address, "0000:00:1d.0");
  EXPECT_EQ(old.devices[1].cores, 4);
  EXPECT_EQ(old.devices[1].memory_bytes, 8192 * mib);
  const NeuronListing wide = parse_neuron_ls(
      "instance-type: trn1.2xlarge\n+--------+--------+---------+--------+-----------+---------+-----+---------+\n"
      "| NEURON | NEURON | LOGICAL | NEURON | CONNECTED |   PCI   | PID | COMMAND |\n"
      "| DEVICE | CORES  |   NC    | MEMORY |  DEVICES  |   BDF   |     |         |\n"
      "+--------+--------+---------+--------+-----------+---------+-----+---------+\n"
      "| 0      | 2      | 1       | 32 GB  | 1         | 00:1e.0 | 17  | a 1 | 2 |\n"
      "|        |        |         |        |           |         | 18  | b       |\n"
      "+--------+--------+---------+--------+-----------+---------+-----+---------+\n");
  EXPECT_EQ(wide.instance_type, "trn1.2xlarge");
  ASSERT_EQ(wide.devices.size(), 1u);
  EXPECT_EQ(wide.devices[0].address, "0000:00:1e.0");
  EXPECT_EQ(wide.devices[0].cores, 2);
  EXPECT_EQ(wide.devices[0].memory_bytes, 32768 * mib);
}

TEST(NeuronLs, Json) {
  const NeuronListing listing = parse_neuron_ls(
      "[{\"neuron_device\": 0, \"bdf\": \"00:1e.0\", \"connected_to\": null, \"nc_count\": 2, "
      "\"memory_size\": 34359738368, \"instance_type\": \"inf2.xlarge\"}, 7, {\"bdf\": 1}]");
  EXPECT_EQ(listing.instance_type, "inf2.xlarge");
  ASSERT_EQ(listing.devices.size(), 1u);
  EXPECT_EQ(listing.devices[0].cores, 2);
  EXPECT_EQ(listing.devices[0].memory_bytes, 32768 * mib);
  EXPECT_TRUE(parse_neuron_ls("[{").devices.empty());
  const NeuronListing monitor = parse_neuron_ls(
      "{\"instance_info\": {\"instance_type\": \"trn1.32xlarge\"}, \"neuron_hardware_info\": {\"neuron_device_count\": "
      "3, "
      "\"neuroncore_per_device_count\": 2, \"error\": \"\"}}");
  EXPECT_EQ(monitor.instance_type, "trn1.32xlarge");
  ASSERT_EQ(monitor.devices.size(), 3u);
  EXPECT_EQ(monitor.devices[2].cores, 2);
  EXPECT_TRUE(parse_neuron_ls("{\"neuron_hardware_info\": {\"neuron_device_count\": -1}}").devices.empty());
}

TEST(HlSmi, TableAndCsv) {
  const GaudiListing table =
      parse_hl_smi("hl-smi",
                   "| HL-SMI Version:                              hl-1.18.0-fw-53.1.1.1          |\n"
                   "| Driver Version:                                     1.18.0-ee698fb          |\n"
                   "| AIP  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncor-Events|\n"
                   "|   0  HL-325L             N/A  | 0000:4D:00.0     N/A |                   0  |\n"
                   "| N/A   31C   P0  220W /  900W  |   672MiB / 131072MiB |     0%            0% |\n");
  EXPECT_EQ(table.driver_version, "1.18.0-ee698fb");
  ASSERT_EQ(table.devices.size(), 1u);
  EXPECT_EQ(table.devices[0].name, "HL-325L");
  EXPECT_EQ(table.devices[0].address, "0000:4d:00.0");
  EXPECT_EQ(table.devices[0].memory_bytes, 131072 * mib);
  const GaudiListing csv = parse_hl_smi("hl-smi -Q index,name,memory.total --format=csv",
                                        "index, name, memory.total [MiB]\n0, HL-325L, 131072 MiB\n");
  ASSERT_EQ(csv.devices.size(), 1u);
  EXPECT_EQ(csv.devices[0].memory_bytes, 131072 * mib);
  const GaudiListing bare = parse_hl_smi("hl-smi -Q name,bus_id,memory.total --format=csv,noheader,nounits",
                                         "HL-325L, 0000:4D:00.0, 131072\n");
  ASSERT_EQ(bare.devices.size(), 1u);
  EXPECT_EQ(bare.devices[0].address, "0000:4d:00.0");
  EXPECT_EQ(bare.devices[0].memory_bytes, 131072 * mib);
}

TEST(HlSmi, LogAndBytes) {
  const GaudiListing log = parse_hl_smi("hl-smi -L",
                                        "================ HL-SMI LOG ================\n\n"
                                        "Driver Version                          : 1.21.0-aa11bb2\n"
                                        "Attached AIPs                           : 2\n\n"
                                        "[0] AIP (accel0) 0000:4D:00.0\n"
                                        "        Product Name                    : HL-325L\n"
                                        "        PCI\n                Bus Id                  : 0000:4d:00.0\n"
                                        "        Memory Usage\n"
                                        "                Total                   : 131072 MB\n"
                                        "                Free                    : 130400 MB\n"
                                        "        Temperature\n                Total : 3 C\n"
                                        "[1] AIP (accel1) 0000:4e:00.0\n");
  EXPECT_EQ(log.driver_version, "1.21.0-aa11bb2");
  ASSERT_EQ(log.devices.size(), 2u);
  EXPECT_EQ(log.devices[0].name, "HL-325L");
  EXPECT_EQ(log.devices[0].address, "0000:4d:00.0");
  EXPECT_EQ(log.devices[0].memory_bytes, 131072 * mib);
  EXPECT_EQ(log.devices[0].free_bytes, 130400 * mib);
  EXPECT_EQ(log.devices[1].index, 1);
  const GaudiListing bytes =
      parse_hl_smi("hl-smi -Q name,memory.total --format=csv,noheader", "HL-225, 103079215104\n");
  ASSERT_EQ(bytes.devices.size(), 1u);
  EXPECT_EQ(bytes.devices[0].memory_bytes, 98304 * mib);
  EXPECT_EQ(
      parse_hl_smi("hl-smi -Q name,memory.total --format=csv,noheader", "HL-225, -4\n").devices.at(0).memory_bytes,
      std::nullopt);
}

// From public issues; the second form has two chips a card.
TEST(NpuSmi, CardsAndChips) {
  const AscendListing listing = parse_npu_smi(
      "| npu-smi 24.1.0                   Version: 24.1.0                                               |\n"
      "| NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|\n"
      "| Chip                      | Bus-Id        | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |\n"
      "| 0     910B1               | OK            | 89.1        32                0    / 0             |\n"
      "| 0                         | 0000:C1:00.0  | 0           0    / 0          3437 / 65536         |\n"
      "| 1     910B1               | OK            | 90.0        33                0    / 0             |\n"
      "| 0                         | 0000:01:00.0  | 0           0    / 0          59356/ 65536         |\n"
      "| NPU     Chip              | Process id    | Process name       | Process memory(MB)    |\n"
      "| 0       0                 | 1712733       | python             | 48954                 |\n");
  EXPECT_EQ(listing.driver_version, "24.1.0");
  ASSERT_EQ(listing.devices.size(), 2u);
  EXPECT_EQ(listing.devices[0].name, "Ascend 910B1");
  EXPECT_EQ(listing.devices[0].address, "0000:c1:00.0");
  EXPECT_EQ(listing.devices[1].memory_bytes, 65536 * mib);
  EXPECT_EQ(listing.devices[1].free_bytes, (65536 - 59356) * mib);
  const AscendListing inference = parse_npu_smi(
      "| 4     310P3               | OK            | NA          47                0     / 0            |\n"
      "| 0     0                   | 0000:81:00.0  | 0           1703 / 21527                           |\n"
      "| 1     1                   | 0000:82:00.0  | 0           nonsense / 21527  99999 / 21527        |\n");
  ASSERT_EQ(inference.devices.size(), 2u);
  EXPECT_EQ(inference.devices[0].memory_bytes, 21527 * mib);
  EXPECT_EQ(inference.devices[1].memory_bytes, std::nullopt) << "more used than there is";
  EXPECT_TRUE(parse_npu_smi("| 0 | 0000:81:00.0 | / | ").devices.size() < 2);
  const AscendListing paired = parse_npu_smi(
      "| 0     Ascend910           | OK            | 166.4       43                0    / 0             |\n"
      "| 0     0                   | 0000:xx:00.0  | 0           0    / 0          3158 / 65536         |\n"
      "| 0     Ascend910           | OK            | -           43                0    / 0             |\n"
      "| 1     1                   | 0000:xx:00.0  | 0           0    / 0          2882 / 65536         |\n");
  ASSERT_EQ(paired.devices.size(), 2u);
  EXPECT_EQ(paired.devices[0].name, "Ascend910");
  EXPECT_EQ(paired.devices[1].address, "") << "crossed out";
}

TEST(Npu, AFunctionOfWhichOnlyTheNameIsListedIsKnownByIt) {
  const auto row = [](const char* vendor, const char* device, const char* platform, const char* name) {
    DeviceModel model;
    model.vendor = vendor, model.device_first = model.device_last = device;
    model.platform = platform, model.name = name, model.architecture = name;
    return model;
  };
  const DeviceTable table({row("1da3", "1000", "gaudi", "Gaudi"), row("1da3", "1020", "gaudi", "Gaudi 2"),
                           row("1d0f", "7164", "neuron", "Trainium")});
  const Facts facts = npu_probe.read(
      recorded("linux", "command:lspci",
               "00:1e.0 System peripheral: Amazon.com, Inc. NeuronDevice (Trainium)\n"
               "00:1f.0 Non-Volatile memory controller: Amazon.com, Inc. NVMe SSD Controller (Trainium)\n"
               "b3:00.0 Processing accelerators: Habana Labs Ltd. Gaudi2 AI Training Accelerator (rev 01)\n"
               "75:00.0 Processing accelerators: Huawei Technologies Co., Ltd. HiSilicon ZIP Engine (rev 20)\n"),
      table);
  ASSERT_EQ(facts.platforms.at(0).devices.size(), 1u);
  EXPECT_EQ(*facts.platforms[0].devices[0].facts.get(fact::device::architecture), "Gaudi 2");
  EXPECT_EQ(*facts.platforms[0].devices[0].facts.get(fact::device::pci_address), "0000:b3:00.0");
  EXPECT_FALSE(facts.platforms[0].devices[0].facts.has(fact::device::pci_device)) << "no id was printed";
  ASSERT_EQ(facts.platforms.at(1).devices.size(), 1u);
  EXPECT_EQ(*facts.platforms[1].devices[0].facts.get(fact::device::architecture), "Trainium");
  EXPECT_TRUE(facts.platforms.at(2).devices.empty());
}

TEST(Npu, MemoryIsUsableAsFarAsAToolTellsIt) {
  const auto usable = [](std::string line, std::string text, std::size_t platform) {
    const Facts facts = npu_probe.read(recorded("linux", "command:" + std::move(line), std::move(text)), {});
    return facts.platforms.at(platform).devices.at(0).facts;
  };
  const DeviceFacts ascend =
      usable("npu-smi info",
             "| 0     910B1               | OK            | 89.1        32                0    / 0             |\n"
             "| 0                         | 0000:C1:00.0  | 0           0    / 0          3437 / 65536         |\n",
             2);
  EXPECT_EQ(*ascend.get(fact::device::memory_usable_bytes), 65536 * mib);
  EXPECT_EQ(*ascend.get(fact::device::memory_usable_because), "all of its own memory that npu-smi tells of");
  const DeviceFacts neuron = usable("neuron-ls -j", "[{\"neuron_device\": 0, \"memory_size\": 34359738368}]", 1);
  EXPECT_EQ(*neuron.get(fact::device::memory_usable_bytes), 32768 * mib);
  const DeviceFacts unreported = usable("neuron-ls -j", "[{\"neuron_device\": 0}]", 1);
  EXPECT_TRUE(unreported.at(fact::device::memory_usable_bytes).is_unknown());
  const DeviceFacts gaudi = usable("hl-smi -Q name,bus_id,memory.total,memory.free --format=csv,noheader,nounits",
                                   "HL-325L, 0000:4D:00.0, 131072, 130400\n", 0);
  EXPECT_EQ(*gaudi.get(fact::device::memory_usable_bytes), 131072 * mib);
  EXPECT_EQ(*gaudi.get(fact::device::memory_free_bytes), 130400 * mib);
}

}  // namespace
}  // namespace rigfit
