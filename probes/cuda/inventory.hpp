#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/fact.hpp"
#include "probes/pci/pci.hpp"

namespace rigfit {

/// One MIG instance of a GPU.
struct MigInstance {
  std::string profile;  ///< "1g.10gb"
  std::optional<std::int64_t> memory_bytes;
};

/// One GPU as NVML or nvidia-smi lists it. Empty fields were not reported.
struct ListedGpu {
  std::optional<std::int64_t> index;
  std::string name;
  std::string pci_address;   ///< as sysfs writes it
  std::string pci_device;    ///< device id, "20b0"
  std::string architecture;  ///< "Ampere"
  std::string compute_capability;
  std::string driver_model;  ///< WDDM, TCC, MCDM
  std::string compute_mode;
  std::optional<std::int64_t> memory_bytes;
  std::optional<std::int64_t> uncorrected_errors;
  std::optional<bool> mig, ecc;
  std::vector<MigInstance> instances;
  std::string error;  ///< why nothing more is known: "GPU is lost"
  DeviceFacts more;   ///< further facts of the device, under their declared names and without sources
  std::string uuid;   ///< as nvidia-smi printed it; only to understand CUDA_VISIBLE_DEVICES, and reported to nobody
};

/// What the driver's management interface said as a whole.
struct CudaInventory {
  std::string driver_version;      ///< of the kernel driver
  std::string supported_version;   ///< newest CUDA version that driver supports; not an installed toolkit
  bool has_version_error = false;  ///< nvidia-smi asked libcuda for that version, and libcuda failed ("ERR!")
  std::optional<std::int64_t> attached;
  std::vector<ListedGpu> gpus;
  std::string failure;       ///< "driver_not_loaded", "library_mismatch", … ; empty when it answered
  std::string failure_text;  ///< its own words
  PlatformFacts more;        ///< further facts of the platform, as above
  bool answered = false;     ///< it listed devices, or said that there are none
};

/// All that listed devices, joined.
struct SeenInventories {
  CudaInventory inventory;                          ///< each GPU that is listed, once
  std::vector<std::optional<std::size_t>> bus_row;  ///< of each of them: which of the bus's functions it is
  std::vector<std::string> sources;                 ///< of it
  std::vector<std::string> unplaced;                ///< rows of which nobody can tell which GPU they are about
  std::vector<std::string> unplaced_addresses;      ///< theirs, where they tell one: the bus shows nothing there
};

/// NVML's answer and every recorded run of nvidia-smi and deviceQuery, joined with each other and with the bus (see
/// join_listings). A row that cannot be placed completes nothing.
SeenInventories read_inventories(const Evidence& evidence, const std::vector<PciDevice>& on_bus);

/// The name of a GPU, or of a MIG instance of it: "NVIDIA H100 80GB HBM3 MIG 1g.10gb".
void take_product_name(ListedGpu& gpu, std::string_view name);

/// "Unable to determine the device handle for GPU 0000:02:00.0: GPU is lost. …": every GPU that a run of nvidia-smi
/// says it cannot reach.
std::vector<ListedGpu> unreachable_gpus(std::string_view text);

/// "00000000:0C:00.0" → "0000:0c:00.0"
std::string sysfs_address(std::string_view bus_id);
/// Whether it is one to its last digit: a listing may be cut within it.
bool is_pci_address(std::string_view text);

/// `nvidia-smi -q -x`. Element names: `nvidia-smi --dtd`, https://docs.nvidia.com/deploy/nvidia-smi/
CudaInventory parse_nvidia_smi_xml(std::string_view text);
/// `nvidia-smi -q`, whatever its release calls the two versions.
CudaInventory parse_nvidia_smi_query(std::string_view text);
/// `nvidia-smi` without arguments.
CudaInventory parse_nvidia_smi_table(std::string_view text);
/// `nvidia-smi -L`
CudaInventory parse_nvidia_smi_list(std::string_view text);
/// `nvidia-smi --query-gpu=… --format=csv[,noheader][,nounits]`; `fields` as asked for, for want of a header.
CudaInventory parse_nvidia_smi_csv(std::string_view text, std::string_view fields);
/// `nvidia-smi --version`
CudaInventory parse_nvidia_smi_version(std::string_view text);
/// The samples' `deviceQuery`: compute capability by name.
CudaInventory parse_device_query(std::string_view text);
/// Any run of nvidia-smi, by what it printed: a tool that fails prints prose whatever it was asked for.
CudaInventory parse_nvidia_smi(std::string_view command_line, std::string_view text);
/// What `rigfit ask nvml` answers; see ask/nvml.hpp.
CudaInventory parse_nvml(std::string_view json);

/// The failure nvidia-smi's prose or NVML's code stands for, empty for none. https://docs.nvidia.com/deploy/nvidia-smi/
std::string failure_in(std::string_view text);

}  // namespace rigfit
