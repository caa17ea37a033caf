import { DiskError } from "../core/disk-error.ts";
import { corruptVmdk } from "./vmdk-error.ts";

/** One line of a descriptor that says where a stretch of the disk lies. */
export interface DescribedExtent {
  readonly access: "RW" | "RDONLY" | "NOACCESS";
  readonly sectors: number;
  /** FLAT, SPARSE, ZERO, VMFS, VMFSSPARSE … in upper case. */
  readonly type: string;
  /** As it stands there; undefined with ZERO. */
  readonly fileName: string | undefined;
  /** Sectors of the file before the stretch; 0 where nothing is said. */
  readonly offsetSectors: number;
}

/** What a descriptor says. */
export interface Descriptor {
  readonly createType: string;
  /** In lower case; "ffffffff" when there is no parent. */
  readonly parentCid: string;
  readonly parentHint: string | undefined;
  readonly cid: string | undefined;
  readonly isEncrypted: boolean;
  readonly extents: readonly DescribedExtent[];
}

const NO_PARENT = "ffffffff";

/** More would be more than 64 TiB in pieces of 2 GiB. */
const MAX_EXTENTS = 32 * 1024;

const EXTENT_LINE = /^(RW|RDONLY|NOACCESS)[ \t]+(\d{1,16})[ \t]+([A-Z]+)(?:[ \t]+"([^"]*)"(?:[ \t]+(\d{1,16}))?(?:[ \t].*)?)?$/i;
const SETTING_LINE = /^([\w.]+)[ \t]*=[ \t]*(?:"([^"]*)"|(.*))$/;

/** Settings that decide what the disk is: readers that differ in which of two they take would read different disks. */
const DECISIVE_KEYS: ReadonlySet<string> = new Set(["version", "createtype", "cid", "parentcid", "parentfilenamehint", "encoding"]);

/**
 * Reads the text that describes a VMDK, from a file of its own or from inside a sparse extent.
 *
 * Shape   the text ends at the first NUL, as in a padded sector
 * Memory  the text twice
 * Throws  disk.corrupt (no version or createType, an extent line that cannot be read, a setting twice), disk.limit (too many extents)
 * Source  VMware Virtual Disk Format 5.0, "The Disk Descriptor File"
 */
export function parseDescriptor(bytes: Uint8Array): Descriptor {
  const settings = new Map<string, string>();
  const extents: DescribedExtent[] = [];
  for (const [index, raw] of decode(bytes)
    .split(/\r\n|\n|\r/)
    .entries()) {
    const line = raw.trim();
    if (/^(RW|RDONLY|NOACCESS)\b/i.test(line)) {
      extents.push(parseExtent(line, index + 1));
      if (extents.length > MAX_EXTENTS) {
        throw new DiskError("disk.limit", `The VMDK descriptor names more than ${MAX_EXTENTS} extents.`);
      }
    } else if (!line.startsWith("#")) {
      addSetting(settings, line, index + 1);
    }
  }
  return describe(settings, extents);
}

/** Tells whether a disk holds only what was changed over another one. */
export function hasParent({ parentCid, parentHint }: Descriptor): boolean {
  return parentCid !== NO_PARENT || parentHint !== undefined;
}

function describe(settings: ReadonlyMap<string, string>, extents: readonly DescribedExtent[]): Descriptor {
  const createType = settings.get("createtype");
  if (!/^[123]$/.test(settings.get("version") ?? "")) {
    throw corruptVmdk("its descriptor does not state a version from 1 to 3");
  }
  if (createType === undefined) {
    throw corruptVmdk("its descriptor states no createType");
  }
  if (extents.length === 0) {
    throw corruptVmdk("its descriptor names no extents");
  }
  return {
    createType,
    parentCid: (settings.get("parentcid") ?? NO_PARENT).toLowerCase(),
    parentHint: settings.get("parentfilenamehint"),
    cid: settings.get("cid")?.toLowerCase(),
    isEncrypted: [...settings.keys()].some((key) => key.startsWith("encryption.")),
    extents,
  };
}

function parseExtent(line: string, number: number): DescribedExtent {
  const [, access, sectors, type, fileName, offset] = EXTENT_LINE.exec(line) ?? [];
  const extent = { sectors: Number(sectors), offsetSectors: Number(offset ?? 0) };
  if (type === undefined || !Number.isSafeInteger(extent.sectors) || extent.sectors === 0 || !Number.isSafeInteger(extent.offsetSectors)) {
    throw corruptVmdk(`line ${number} of its descriptor is no extent: ${JSON.stringify(line.slice(0, 80))}`);
  }
  // The pattern admits these three only.
  return { access: access?.toUpperCase() as DescribedExtent["access"], type: type.toUpperCase(), fileName, ...extent };
}

function addSetting(settings: Map<string, string>, line: string, number: number): void {
  const [, name, quoted, plain] = SETTING_LINE.exec(line) ?? [];
  const key = name?.toLowerCase();
  if (key === undefined) {
    return;
  }
  if (DECISIVE_KEYS.has(key) && settings.has(key)) {
    throw corruptVmdk(`its descriptor states ${name} a second time in line ${number}`);
  }
  settings.set(key, quoted ?? plain?.trim() ?? "");
}

/** File names are in the encoding that the text names; everything else is ASCII. */
function decode(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const text = end < 0 ? bytes : bytes.subarray(0, end);
  const ascii = Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString("latin1");
  const [, label = "utf-8"] = /^encoding[ \t]*=[ \t]*"?([\w-]{1,40})"?[ \t]*$/im.exec(ascii) ?? [];
  try {
    return new TextDecoder(label).decode(text);
  } catch (error) {
    if (error instanceof RangeError) {
      // An encoding nobody knows: then names that are not ASCII are not found among the given files, and the error names them.
      return ascii;
    }
    throw error;
  }
}
