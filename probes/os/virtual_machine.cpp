#include "probes/os/virtual_machine.hpp"

#include <string_view>
#include <utility>

#include "fact_names/cloud.hpp"
#include "fact_names/vm.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

constexpr const char* vendor_file = "/sys/class/dmi/id/sys_vendor";
constexpr const char* product_file = "/sys/class/dmi/id/product_name";
constexpr const char* tag_file = "/sys/class/dmi/id/chassis_asset_tag";

using Names = std::pair<std::string_view, std::string_view>;

constexpr Names machines[] = {{"KVM", "kvm"},
                              {"QEMU", "qemu"},
                              {"VMware", "vmware"},
                              {"VMW", "vmware"},
                              {"VirtualBox", "virtualbox"},
                              {"innotek", "virtualbox"},
                              {"Xen", "xen"},
                              {"Bochs", "bochs"},
                              {"Parallels", "parallels"},
                              {"BHYVE", "bhyve"},
                              {"Apple Virtualization", "apple"},
                              {"Microsoft Corporation Virtual Machine", "hyper-v"},
                              {"Google Compute Engine", "kvm"},
                              {"Amazon EC2", "kvm"},
                              {"OpenStack", "kvm"},
                              {"KubeVirt", "kvm"}};

constexpr Names clouds[] = {{"Google Compute Engine", "gcp"},
                            {"Amazon EC2", "aws"},
                            {"Alibaba Cloud", "alibaba"},
                            {"OpenStack", "openstack"},
                            {"DigitalOcean", "digitalocean"},
                            {"Hetzner", "hetzner"},
                            {"Vultr", "vultr"},
                            {"Scaleway", "scaleway"},
                            {"UpCloud", "upcloud"},
                            {"Akamai", "linode"},
                            {"Linode", "linode"},
                            {"Exoscale", "exoscale"},
                            {"CloudSigma", "cloudsigma"},
                            {"Apache CloudStack", "cloudstack"}};

// The same for every machine of that cloud.
constexpr Names asset_tags[] = {{"7783-7084-3265-9085-8269-3286-77", "azure"},
                                {"OracleCloud.com", "oracle"},
                                {"OpenTelekomCloud", "openstack"},
                                {"SAP CCloud VM", "openstack"},
                                {"HUAWEICLOUD", "openstack"}};

}  // namespace

Requests virtual_machine_first_look() { return {file(vendor_file, 256), file(product_file, 256)}; }

/// A company may write its inventory number into the asset tag: it is read of those virtual machines alone whose
/// cloud tells itself there.
Requests virtual_machine_next(const Evidence& evidence) {
  const std::string_view vendor = trimmed(evidence.text(vendor_file)), product = trimmed(evidence.text(product_file));
  const bool is_virtual = (vendor == "Microsoft Corporation" && product == "Virtual Machine") || vendor == "QEMU" ||
                          contains(product, "KVM") || contains(product, "OpenStack");
  return is_virtual ? Requests{file(tag_file, 256)} : Requests{};
}

void read_virtual_machine(const Evidence& evidence, HostFacts& host) {
  const std::string vendor(trimmed(evidence.text(vendor_file))), product(trimmed(evidence.text(product_file)));
  const std::vector<std::string> sources{key_of(Kind::file, vendor_file), key_of(Kind::file, product_file)};
  const std::string both = vendor + " " + product;
  for (const auto& [words, kind] : machines)
    if (!host.has(fact::vm::kind) && contains(both, words) && !product.ends_with(".metal"))
      host.set(fact::vm::kind, std::string(kind), sources);
  for (const auto& [words, name] : clouds)
    if (contains(both, words)) host.set(fact::cloud::provider, std::string(name), sources);
  for (const auto& [tag, name] : asset_tags)
    if (trimmed(evidence.text(tag_file)) == tag)
      host.set(fact::cloud::provider, std::string(name), {key_of(Kind::file, tag_file)});
  if (!host.has(fact::vm::kind) && contains(evidence.text("/proc/cpuinfo"), " hypervisor"))
    host.set(fact::vm::kind, std::string("unnamed"), {"file:/proc/cpuinfo"});
  if (!host.has(fact::vm::kind))
    host.set(fact::vm::kind, vendor.empty() && product.empty()
                                 ? Fact::unknown("the firmware's tables were not read")
                                 : Fact::of_none("the firmware names no virtual machine", sources));
}

}  // namespace rigfit
