#include "probes/xpu/xpu.hpp"

#include <gmock/gmock.h>

#include "fact_names/device.hpp"
#include "probes/recorded.hpp"

namespace rigfit {
namespace {

std::vector<Device> xpus(std::string line, std::string text) {
  return xpu_probe.read(recorded("linux", "command:" + std::move(line), std::move(text)), {}).platforms.at(0).devices;
}

TEST(Xpu, DiscoveryInEachForm) {
  const std::string csv =
      "Device ID,Device Name,PCI BDF Address,PCI Device ID,Memory Physical Size,Number of EUs\n"
      "0,\"Intel(R) Arc(TM), Graphics\",\"0000:4D:00.0\",\"0x56a0\",\"16288.00 MiB\",\"512\"\n";
  const std::string json =
      "{\"device_id\": 0, \"device_name\": \"Intel(R) Arc(TM), Graphics\", \"driver_version\": \"\", "
      "\"memory_physical_size_byte\": \"17079205888\", \"number_of_eus\": \"512\", "
      "\"pci_bdf_address\": \"0000:4d:00.0\", \"pci_device_id\": \"0x56a0\"}";
  for (const auto& devices : {xpus("xpu-smi discovery --dump -1", csv), xpus("xpu-smi discovery -d 0 -j", json)}) {
    ASSERT_EQ(devices.size(), 1u);
    EXPECT_EQ(to_text(devices[0].facts.at(fact::device::name)), "Intel(R) Arc(TM), Graphics");
    EXPECT_EQ(to_text(devices[0].facts.at(fact::device::pci_address)), "0000:4d:00.0");
    EXPECT_EQ(to_text(devices[0].facts.at(fact::device::pci_device)), "56a0");
    EXPECT_EQ(to_text(devices[0].facts.at(fact::device::memory_total_bytes)), "17079205888");
    EXPECT_EQ(to_text(devices[0].facts.at(fact::device::execution_units)), "512");
  }
}

TEST(Xpu, TheSummaryOfReleaseTwo) {
  const auto devices =
      xpus("xpu-smi",
           "|            Intel XPU-SMI v2.0    Driver: 9FF4708BCC    Level Zero: 1.27.0             |\n"
           "+----------------------------------------------+----------------------------+------------------------+\n"
           "| GPU  Name                    Persistence-M   | Bus-Id            Disp.A   |   Volatile Uncorr. ECC |\n"
           "| Fan  Temp  Pwr:Usage/Cap                     | Memory-Usage               |   GPU-Util  Compute M. |\n"
           "+----------------------------------------------+----------------------------+------------------------+\n"
           "|   0  Intel(R) Arc(TM) B570   Off             | 0000:0A:00.0      Off      |               Disabled |\n"
           "| N/A    25C  66W / 380W                       | 239MiB / 10240MiB          |      0%        Default |\n"
           "|   1  Intel(R) Arc(TM) B580   Off             | 0000:0b:00.0      Off      |               Disabled |\n"
           "| N/A    25C  66W / 380W                       | N/A                        |      0%        Default |\n"
           "+-------+-----------+--------+----------------+------------------------------------------------------+\n"
           "| Processes:                                                                                         |\n"
           "|     0     2874292     C      xpu-smi                                                       206 MiB |\n");
  ASSERT_EQ(devices.size(), 2u);
  EXPECT_EQ(to_text(devices[0].facts.at(fact::device::name)), "Intel(R) Arc(TM) B570");
  EXPECT_EQ(to_text(devices[0].facts.at(fact::device::pci_address)), "0000:0a:00.0");
  EXPECT_EQ(*devices[0].facts.get(fact::device::memory_total_bytes), std::int64_t{10240} << 20);
  EXPECT_EQ(devices[1].facts.get(fact::device::memory_total_bytes), nullptr);
}

TEST(Xpu, AnOpenClCpuIsNoGpu) {
  const std::string one =
      "{\"CL_DEVICE_NAME\": \"12th Gen Intel(R) Core(TM) i5\", \"CL_DEVICE_TYPE\": {\"raw\": 2, \"type\": "
      "[\"CL_DEVICE_TYPE_CPU\"]}}";
  EXPECT_TRUE(xpus("clinfo --json", "{\"devices\": [{\"online\": [" + one + "]}]}").empty());
}

TEST(Xpu, ListsTheDisplayBesideTheAccelerator) {
  DeviceModel arc;
  arc.vendor = "8086", arc.device_first = arc.device_last = "56a0", arc.platform = "xpu", arc.name = "Arc";
  const DeviceTable table({arc});
  const Facts facts = xpu_probe.read(recorded("linux", "command:lspci -nmm",
                                              "00:02.0 \"0300\" \"8086\" \"0162\" -r09 \"1458\" \"d000\"\n03:00.0 "
                                              "\"0300\" \"8086\" \"56a0\" -r08 \"1849\" \"6003\"\n"),
                                     table);
  ASSERT_EQ(facts.platforms.at(0).devices.size(), 2u);
  EXPECT_EQ(to_text(facts.platforms.at(0).devices[1].facts.at(fact::device::pci_device)), "0162");
  EXPECT_EQ(to_text(facts.platforms.at(0).devices[1].facts.at(fact::device::kind)), "display");
}

}  // namespace
}  // namespace rigfit
