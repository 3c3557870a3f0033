#include <gmock/gmock.h>

#include "probes/cuda/inventory.hpp"

namespace rigfit {
namespace {

TEST(DeviceQuery, TellsAllOfADevice) {
  const CudaInventory inventory = parse_device_query(
      "Detected 1 CUDA Capable device(s)\n\nDevice 0: \"NVIDIA L4\"\n"
      "  CUDA Driver Version / Runtime Version          12.8 / 12.4\n  CUDA Capability Major/Minor version number:    "
      "8.9\n"
      "  Total amount of global memory:                 22591 MBytes (23688839168 bytes)\n"
      "  Device PCI Domain ID / Bus ID / location ID:   0 / 202 / 0\n");
  EXPECT_EQ(inventory.supported_version, "12.8");
  ASSERT_EQ(inventory.gpus.size(), 1u);
  EXPECT_EQ(inventory.gpus[0].compute_capability, "8.9");
  EXPECT_EQ(inventory.gpus[0].memory_bytes, 23688839168);
  EXPECT_EQ(inventory.gpus[0].pci_address, "0000:ca:00.0");
  EXPECT_EQ(parse_device_query("CUDA Device Query (Driver API)\nDevice 0: \"A\"\n  CUDA Driver Version:   12.8\n")
                .supported_version,
            "12.8");
}

TEST(DeviceQuery, TellsInstancesAndFailures) {
  const CudaInventory inventory = parse_device_query(
      "Device 0: \"NVIDIA H100 80GB HBM3 MIG 1g.10gb\"\n"
      "  Total amount of global memory:                 9856 MBytes (10334765056 bytes)\n"
      "  Device has ECC support:                        Enabled\n  Integrated GPU sharing Host Memory:            "
      "No\n");
  ASSERT_EQ(inventory.gpus.size(), 1u);
  EXPECT_EQ(inventory.gpus[0].name, "NVIDIA H100 80GB HBM3");
  EXPECT_EQ(inventory.gpus[0].mig, true);
  EXPECT_EQ(inventory.gpus[0].ecc, true);
  ASSERT_EQ(inventory.gpus[0].instances.size(), 1u);
  EXPECT_EQ(inventory.gpus[0].instances[0].profile, "1g.10gb");
  EXPECT_EQ(inventory.gpus[0].instances[0].memory_bytes, 10334765056);
  const CudaInventory failed = parse_device_query(
      " CUDA Device Query (Runtime API) version (CUDART static linking)\n\ncudaGetDeviceCount returned 100\n"
      "-> no CUDA-capable device is detected\nResult = FAIL\n");
  EXPECT_FALSE(failed.answered);
  EXPECT_EQ(failed.failure, "init_failed");
  EXPECT_EQ(failed.failure_text, "cudaGetDeviceCount returned 100: no CUDA-capable device is detected");
}

}  // namespace
}  // namespace rigfit
