import { roundUpToSector } from "../core/sector.ts";
import { cutOff, damaged } from "../mapped/mapping-errors.ts";
import type { EntryPage } from "../mapped/table-map.ts";
import type { RunList } from "../mapped/run-list.ts";
import { BLOCK_FREE, BLOCK_ZERO } from "./vdi-header.ts";
import type { VdiHeader } from "./vdi-header.ts";

/**
 * Turns entries of the map into runs.
 *
 * Throws  disk.corrupt (a block that the data area does not have), disk.truncated (behind the file's end)
 * Source  VirtualBox VDICore.h, VDIIMAGEBLOCKPOINTER
 */
export function decodeVdiEntries(page: EntryPage, image: { readonly header: VdiHeader; readonly fileBytes: number }, runs: RunList): void {
  const { blockBytes, dataOffset, storedBlocks, sizeBytes } = image.header;
  const diskEnd = roundUpToSector(sizeBytes);
  for (let index = page.from; index < page.to; index += 1) {
    const entry = page.view.getUint32(index * 4, true);
    if (entry === BLOCK_FREE || entry === BLOCK_ZERO) {
      runs.addEmpty(entry === BLOCK_FREE ? "hole" : "zero", blockBytes);
      continue;
    }
    const block = page.firstCluster + index;
    const offset = dataOffset + entry * blockBytes;
    if (entry >= storedBlocks) {
      throw damaged(`${nameOf(page, index)} names block ${entry}, and the file has ${storedBlocks} blocks (blocks_allocated at 388)`);
    }
    // The last block may reach over the end of the disk; what lies behind it is nobody's.
    if (offset + Math.min(blockBytes, diskEnd - block * blockBytes) > image.fileBytes) {
      throw cutOff(`${nameOf(page, index)} names data at ${offset}`, image.fileBytes);
    }
    runs.addData(blockBytes, offset);
  }
}

function nameOf(page: EntryPage, index: number): string {
  return `The map entry at ${page.fileOffset + index * 4} of the VDI image, for block ${page.firstCluster + index},`;
}
