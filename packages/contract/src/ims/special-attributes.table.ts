/** What an attribute with a meaning of its own may hold. */
export interface SpecialAttribute {
  /** The values that it may have. */
  readonly values: readonly string[] | { readonly from: number; readonly to: number };
  /** Attributes that an image never has together with it. */
  readonly excludes?: readonly string[];
  /** Beginnings of the OS versions whose images may have it, up to a space; any OS when absent. */
  readonly systems?: readonly string[];
}

const flag = ["true"];
const choice = ["true", "false"];

const suse = ["11 SP3", "11 SP4", "12 SP1", "12 SP2"].map((version) => `SUSE Linux Enterprise Server ${version}`);
const redHat = ["6.8", "7.3"].map((version) => `Redhat Linux Enterprise ${version}`);
const centOs = (...versions: readonly string[]) => versions.map((version) => `CentOS ${version}`);
const windows = (...versions: readonly string[]) => versions.map((version) => `Windows Server ${version}`);

/**
 * Attributes that users may set and that say what an image can run on.
 *
 * Source  attributes of the IMS image object, its lists of operating systems for special machines, and its value lists
 */
export const specialAttributes: Readonly<Record<string, SpecialAttribute>> = {
  __support_kvm: { values: flag, excludes: ["__support_xen_gpu_type", "__support_kvm_gpu_type", "__support_xen_hana"] },
  __support_xen: {
    values: flag,
    excludes: ["__support_xen_gpu_type", "__support_kvm_gpu_type", "__support_xen_hana", "__support_kvm_infiniband"],
  },
  __support_largememory: { values: flag, systems: [...centOs("6.6", "6.7", "6.8", "7.1", "7.2", "7.3"), ...suse, ...redHat] },
  __support_diskintensive: { values: flag, systems: [...centOs("6.8", "7.2", "7.3"), ...suse, ...redHat] },
  __support_highperformance: {
    values: flag,
    systems: [...centOs("6.8", "7.2", "7.3"), ...windows("2008", "2012", "2016"), ...suse, ...redHat],
  },
  __support_xen_gpu_type: {
    values: ["M60_vGPU"],
    excludes: ["__support_xen", "__support_kvm"],
    systems: windows("2008 R2 Enterprise", "2012 R2 Standard", "2016 Datacenter"),
  },
  __support_kvm_gpu_type: { values: ["P4", "M60", "V100_vGPU", "P2V_V100", "P100", "V100"], excludes: ["__support_xen", "__support_kvm"] },
  __support_kvm_hi1822_hisriov: { values: flag },
  __support_kvm_hi1822_hivirtionet: { values: flag },
  __is_config_init: { values: choice },
  hw_vif_multiqueue_enabled: { values: choice },
  os_shutdown_timeout: { values: { from: 60, to: 300 } },
};
