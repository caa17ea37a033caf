/** A disk as the OVF describes it. Units: bytes. */
export interface WrittenOvfDisk {
  readonly href: string;
  readonly fileBytes: number;
  readonly capacityBytes: number;
}

/** The machine that the OVF describes around the disks. */
export interface OvfMachine {
  readonly name: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  /** CIM number of the operating system: 101 Linux of 64 bits, 102 any other of 64 bits … */
  readonly osId: number;
  readonly disks: readonly WrittenOvfDisk[];
}

const ENVELOPE = "http://schemas.dmtf.org/ovf/envelope/1";
const CIM = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2";
const STREAM_OPTIMIZED = "http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized";
const SCSI_INSTANCE = 3;

/** The address 7 of a SCSI bus is the controller's own. */
const SCSI_CONTROLLER_ADDRESS = 7;

/**
 * Writes the OVF of one virtual machine: processors, memory, and disks on one SCSI controller (LSI Logic), which VMware and VirtualBox both have.
 *
 * Shape   elements inside an item stand in the order of the alphabet, as its schema wants
 * Source  DMTF DSP0243 1.1; CIM_ResourceAllocationSettingData for the numbers of the resource types
 */
export function writeOvf({ name, cpus, memoryMiB, osId, disks }: OvfMachine): string {
  const files = disks.map(
    (disk, index) => `    <File ovf:href="${escape(disk.href)}" ovf:id="file${index + 1}" ovf:size="${disk.fileBytes}"/>`,
  );
  const described = disks.map(
    (disk, index) =>
      `    <Disk ovf:capacity="${disk.capacityBytes}" ovf:capacityAllocationUnits="byte" ovf:diskId="vmdisk${index + 1}"` +
      ` ovf:fileRef="file${index + 1}" ovf:format="${STREAM_OPTIMIZED}"/>`,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<Envelope xmlns="${ENVELOPE}" xmlns:ovf="${ENVELOPE}" xmlns:rasd="${CIM}/CIM_ResourceAllocationSettingData"` +
      ` xmlns:vssd="${CIM}/CIM_VirtualSystemSettingData">`,
    "  <References>",
    ...files,
    "  </References>",
    "  <DiskSection>",
    "    <Info>Disks of the virtual machine</Info>",
    ...described,
    "  </DiskSection>",
    '  <VirtualSystem ovf:id="vm">',
    "    <Info>A virtual machine</Info>",
    `    <Name>${escape(name)}</Name>`,
    `    <OperatingSystemSection ovf:id="${osId}">`,
    "      <Info>The operating system inside</Info>",
    "    </OperatingSystemSection>",
    "    <VirtualHardwareSection>",
    "      <Info>Hardware of the virtual machine</Info>",
    "      <System>",
    "        <vssd:ElementName>Virtual hardware</vssd:ElementName>",
    "        <vssd:InstanceID>0</vssd:InstanceID>",
    `        <vssd:VirtualSystemIdentifier>${escape(name)}</vssd:VirtualSystemIdentifier>`,
    "        <vssd:VirtualSystemType>vmx-07</vssd:VirtualSystemType>",
    "      </System>",
    ...hardware(cpus, memoryMiB),
    ...disks.flatMap((_, index) => diskItem(index)),
    "    </VirtualHardwareSection>",
    "  </VirtualSystem>",
    "</Envelope>",
    "",
  ].join("\n");
}

function hardware(cpus: number, memoryMiB: number): string[] {
  return [
    ...item({ AllocationUnits: "hertz * 10^6", ElementName: `${cpus} processors`, InstanceID: 1, ResourceType: 3, VirtualQuantity: cpus }),
    ...item({
      AllocationUnits: "byte * 2^20",
      ElementName: `${memoryMiB} MiB of memory`,
      InstanceID: 2,
      ResourceType: 4,
      VirtualQuantity: memoryMiB,
    }),
    ...item({ Address: 0, ElementName: "SCSI controller", InstanceID: SCSI_INSTANCE, ResourceSubType: "lsilogic", ResourceType: 6 }),
  ];
}

function diskItem(index: number): string[] {
  return item({
    AddressOnParent: index < SCSI_CONTROLLER_ADDRESS ? index : index + 1,
    ElementName: `Disk ${index + 1}`,
    HostResource: `ovf:/disk/vmdisk${index + 1}`,
    InstanceID: SCSI_INSTANCE + 1 + index,
    Parent: SCSI_INSTANCE,
    ResourceType: 17,
  });
}

function item(properties: Readonly<Record<string, string | number>>): string[] {
  const lines = Object.entries(properties).map(([name, value]) => `        <rasd:${name}>${value}</rasd:${name}>`);
  return ["      <Item>", ...lines, "      </Item>"];
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => ESCAPES[letter] ?? letter);
}
