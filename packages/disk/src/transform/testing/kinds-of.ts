import { SECTOR_BYTES } from "../../core/sector.ts";
import { listExtents } from "../../core/testing/list-extents.ts";
import type { VirtualDisk } from "../../core/virtual-disk.ts";
import type { Cell } from "./model-disk.ts";

/** Answers for each sector what the disk's map says of it. For tests with disks whose extents are whole sectors. */
export async function kindsOf(disk: VirtualDisk): Promise<string[]> {
  const extents = await listExtents(disk);
  return extents.flatMap(({ length, kind }) => Array.from({ length: length / SECTOR_BYTES }, () => kind));
}

/** Answers what the map of a disk of these sectors says. */
export function kindsOfCells(cells: readonly Cell[]): string[] {
  return cells.map((cell) => (typeof cell === "number" ? "data" : cell));
}
