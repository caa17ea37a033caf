import { DiskError } from "../core/disk-error.ts";
import { parseXml } from "./parse-xml.ts";
import type { XmlElement } from "./parse-xml.ts";

/** A disk that an OVF describes. */
export interface OvfDisk {
  readonly id: string;
  /** Name of its file in the archive, as the OVF spells it. */
  readonly href: string;
  /** What the OVF says; the disk's own file knows better. Undefined when it says nothing that is a number. */
  readonly capacityBytes: number | undefined;
  /** Length of all parts but the last when the file is cut into several. */
  readonly chunkBytes: number | undefined;
  /** Length of all parts together, where the OVF says it. */
  readonly fileBytes: number | undefined;
}

/** What is used of an OVF. */
export interface Ovf {
  /** Disks that have a file, in the order of the OVF. */
  readonly disks: readonly OvfDisk[];
  /** Ids of disks that are to be made empty. */
  readonly emptyDisks: readonly string[];
}

const MAX_DISKS = 256;

/** Words that older exporters use for units. */
const NAMED_UNITS: Readonly<Record<string, number>> = { byte: 1, bytes: 1, kilobytes: 2 ** 10, megabytes: 2 ** 20, gigabytes: 2 ** 30 };

/**
 * Reads the disks of an OVF.
 *
 * Memory  as `parseXml`
 * Throws  disk.corrupt, disk.unsupported (compressed files), disk.unsafe (a file elsewhere, a parent disk), disk.limit, and as `parseXml`
 * Source  DMTF DSP0243, "References element", "DiskSection"
 */
export function parseOvf(text: string): Ovf {
  const envelope = parseXml(text);
  if (envelope.name !== "Envelope") {
    throw damaged(`its root is ${quote(envelope.name)}, not Envelope`);
  }
  const files = new Map<string, XmlElement>();
  for (const file of childrenOf(envelope, "References", "File")) {
    const id = required(file, "id");
    if (files.has(id)) {
      throw damaged(`the file ${quote(id)} is described twice`);
    }
    files.set(id, file);
  }
  const disks: OvfDisk[] = [];
  const emptyDisks: string[] = [];
  for (const disk of childrenOf(envelope, "DiskSection", "Disk")) {
    const id = required(disk, "diskId");
    const fileRef = disk.attributes.get("fileRef");
    if (fileRef === undefined || fileRef === "") {
      emptyDisks.push(id);
    } else {
      const file = fileOf(files.get(fileRef), { id, fileRef });
      disks.push({ id, capacityBytes: capacityOf(disk), ...file });
      refuseParent(disk, id);
    }
  }
  if (disks.length + emptyDisks.length > MAX_DISKS) {
    throw new DiskError("disk.limit", `The OVF describes more than ${MAX_DISKS} disks.`);
  }
  return { disks, emptyDisks };
}

function childrenOf(envelope: XmlElement, section: string, name: string): XmlElement[] {
  return envelope.children
    .filter((child) => child.name === section)
    .flatMap(({ children }) => children.filter((child) => child.name === name));
}

function required(element: XmlElement, attribute: string): string {
  const value = element.attributes.get(attribute);
  if (value === undefined || value === "") {
    throw damaged(`a ${element.name} has no ${attribute}`);
  }
  return value;
}

function fileOf(
  file: XmlElement | undefined,
  disk: { readonly id: string; readonly fileRef: string },
): Pick<OvfDisk, "href" | "chunkBytes" | "fileBytes"> {
  if (file === undefined) {
    throw damaged(`the disk ${quote(disk.id)} is in the file ${quote(disk.fileRef)}, which is not described`);
  }
  const href = required(file, "href");
  if (/^[a-z][a-z0-9+.-]*:/i.test(href) || href.startsWith("/")) {
    throw new DiskError("disk.unsafe", `The disk ${quote(disk.id)} is not in the OVA but at ${quote(href)}.`, {
      remedy: "Export the appliance as one OVA that holds its disks.",
    });
  }
  const compression = file.attributes.get("compression") ?? "identity";
  if (compression !== "" && compression !== "identity") {
    throw new DiskError("disk.unsupported", `${quote(href)} is compressed with ${quote(compression)}.`, {
      remedy: "Unpack the OVA and that file, then use the disk; or export again without compression.",
    });
  }
  const chunkBytes = byteCount(file, "chunkSize");
  // Of a file in one piece the archive knows better.
  return { href, chunkBytes, fileBytes: chunkBytes === undefined ? undefined : byteCount(file, "size") };
}

/** A length in an attribute; nothing when it is missing or empty. */
function byteCount(file: XmlElement, attribute: string): number | undefined {
  const text = file.attributes.get(attribute)?.trim() ?? "";
  if (text === "") {
    return undefined;
  }
  const bytes = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(bytes) || bytes === 0) {
    throw damaged(`${attribute} of a File is ${quote(text)}, which is no length`);
  }
  return bytes;
}

function refuseParent(disk: XmlElement, id: string): void {
  if (disk.attributes.has("parentRef")) {
    throw new DiskError("disk.unsafe", `The disk ${quote(id)} holds only the changes to another disk of the OVF.`, {
      remedy: "Consolidate the snapshots, then export the appliance again.",
    });
  }
}

/** A number in units of "byte", "byte * 2^30" and the like; exporters may also put a variable there. */
function capacityOf(disk: XmlElement): number | undefined {
  const units = (disk.attributes.get("capacityAllocationUnits") ?? "byte").trim().toLowerCase();
  const [, base, power] = /^byte\s*\*\s*(2|10)\s*\^\s*(\d{1,2})$/.exec(units) ?? [];
  const unit = base === undefined ? NAMED_UNITS[units] : Number(base) ** Number(power);
  const capacity = disk.attributes.get("capacity")?.trim() ?? "";
  const bytes = /^\d{1,16}$/.test(capacity) && unit !== undefined ? Number(capacity) * unit : Number.NaN;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

function damaged(what: string): DiskError {
  return new DiskError("disk.corrupt", `The OVF is damaged: ${what}.`, { remedy: "Export the appliance again." });
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 120));
}
