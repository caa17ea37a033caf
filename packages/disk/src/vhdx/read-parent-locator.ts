import { DiskError } from "../core/disk-error.ts";
import { baseNameOf } from "../vhd/base-name.ts";
import { corruptVhdx } from "./corrupt-vhdx.ts";
import { readGuid } from "./guid.ts";
import { VHDX_PARENT_LOCATOR } from "./vhdx-structures.ts";

const HEADER_BYTES = 20;
const ENTRY_BYTES = 12;

/** How a differencing disk names its parent. */
export interface ParentLocator {
  /** What the parent's `dataWriteGuid` must be: one of these. */
  readonly linkages: readonly string[];
  /** Name of the parent's file without its folders, as far as it can be shown. Never opened. */
  readonly parentName: string;
}

/**
 * Reads the item that names the parent: a table of keys and values in UTF-16.
 *
 * Throws  disk.corrupt, disk.unsupported (another kind of locator)
 * Source  [MS-VHDX] 2.6.2.6
 */
export function readParentLocator(item: Buffer): ParentLocator {
  if (item.length < HEADER_BYTES) {
    throw corruptVhdx(`its parent locator has ${item.length} bytes`);
  }
  const type = readGuid(item, 0);
  if (type !== VHDX_PARENT_LOCATOR) {
    throw new DiskError("disk.unsupported", `The VHDX names its parent in the way ${type}, which is unknown here.`, {
      remedy: "Merge the disk with its parent where they were made.",
    });
  }
  const pairs = new Map<string, string>();
  const count = item.readUInt16LE(18);
  for (let index = 0; index < count; index += 1) {
    const at = HEADER_BYTES + index * ENTRY_BYTES;
    if (at + ENTRY_BYTES > item.length) {
      throw corruptVhdx(`its parent locator has ${count} entries, and ends inside number ${index}`);
    }
    const key = textAt(item, item.readUInt32LE(at), item.readUInt16LE(at + 8));
    pairs.set(key, textAt(item, item.readUInt32LE(at + 4), item.readUInt16LE(at + 10)));
  }
  const linkages = ["parent_linkage", "parent_linkage2"].flatMap((key) => guidIn(pairs.get(key)) ?? []);
  if (linkages.length === 0) {
    throw corruptVhdx("its parent locator has no parent_linkage, so nobody can tell which disk the parent is");
  }
  const path = pairs.get("relative_path") ?? pairs.get("absolute_win32_path") ?? pairs.get("volume_path") ?? "";
  return { linkages, parentName: baseNameOf(path) };
}

function textAt(item: Buffer, offset: number, length: number): string {
  if (offset + length > item.length) {
    throw corruptVhdx(`its parent locator names ${length} bytes at ${offset}, and has ${item.length}`);
  }
  return item.toString("utf16le", offset, offset + length);
}

/** Reads "{…}"; all zeros name nothing. */
function guidIn(text: string | undefined): string | undefined {
  const guid = /^\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?$/i.exec(text ?? "")?.[1]?.toLowerCase();
  return guid === undefined || /^[0-]+$/.test(guid) ? undefined : guid;
}
