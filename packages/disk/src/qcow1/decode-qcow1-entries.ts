import { cutOff, damaged } from "../mapped/mapping-errors.ts";
import type { EntryPage } from "../mapped/table-map.ts";
import type { RunList } from "../mapped/run-list.ts";
import { QCOW1_HEADER_BYTES } from "./qcow1-header.ts";
import type { Qcow1Header } from "./qcow1-header.ts";

const COMPRESSED_HIGH = 0x8000_0000;
const WORD = 0x1_0000_0000;
const SECTOR_BYTES = 512;

/** The image whose entries are decoded. */
export interface Qcow1Image {
  readonly header: Qcow1Header;
  readonly fileBytes: number;
}

/**
 * Turns entries of an L2 table into runs. Works on 32-bit words: the fields of a compressed entry do not fit into an exact number.
 *
 * Throws  disk.corrupt (misaligned, inside header or L1 table, a compressed cluster of no bytes), disk.truncated (behind the file's end)
 * Source  QEMU block/qcow.c
 */
export function decodeQcow1Entries(page: EntryPage, image: Qcow1Image, runs: RunList): void {
  const { clusterBits, clusterSize } = image.header;
  // Of the 63 bits below the mark, a compressed entry keeps its length in as many as a cluster has, and its place in the others.
  const placeBitsInHigh = 31 - clusterBits;
  for (let index = page.from; index < page.to; index += 1) {
    const high = page.view.getUint32(index * 8);
    const low = page.view.getUint32(index * 8 + 4);
    if (high === 0 && low === 0) {
      runs.addEmpty("hole", clusterSize);
    } else if ((high & COMPRESSED_HIGH) === 0) {
      const offset = high * WORD + low;
      checkPlain(offset, { page, index }, image);
      runs.addData(clusterSize, offset);
    } else {
      const offset = (high & (2 ** placeBitsInHigh - 1)) * WORD + low;
      const length = (high & ~COMPRESSED_HIGH) >>> placeBitsInHigh;
      checkCompressed({ offset, length }, { page, index }, image);
      runs.addCompressed(clusterSize, offset, length);
    }
  }
}

/** Which entry is being decoded. */
interface Place {
  readonly page: EntryPage;
  readonly index: number;
}

function checkPlain(offset: number, at: Place, { header, fileBytes }: Qcow1Image): void {
  const cluster = at.page.firstCluster + at.index;
  // The last cluster may reach over the end of the disk; what lies behind it is nobody's.
  if (offset + Math.min(header.clusterSize, header.sizeBytes - cluster * header.clusterSize) > fileBytes) {
    throw cutOff(`${nameOf(at)} names data at ${offset}`, fileBytes);
  }
  if (offset % SECTOR_BYTES !== 0 || isInHead(offset, header.clusterSize, header)) {
    throw damaged(`${nameOf(at)} names data at ${offset}, which is no sector behind the header and beside the L1 table`);
  }
}

function checkCompressed(data: { offset: number; length: number }, at: Place, { header, fileBytes }: Qcow1Image): void {
  if (data.offset + data.length > fileBytes) {
    throw cutOff(`${nameOf(at)} names ${data.length} compressed bytes at ${data.offset}`, fileBytes);
  }
  if (data.length === 0 || isInHead(data.offset, data.length, header)) {
    throw damaged(`${nameOf(at)} names ${data.length} compressed bytes at ${data.offset}, in the header, in the L1 table, or none`);
  }
}

function isInHead(offset: number, length: number, { l1Offset, l1Entries }: Qcow1Header): boolean {
  return offset < QCOW1_HEADER_BYTES || (offset < l1Offset + l1Entries * 8 && offset + length > l1Offset);
}

function nameOf({ page, index }: Place): string {
  return `The L2 entry at ${page.fileOffset + index * 8} of the QCOW image, for cluster ${page.firstCluster + index},`;
}
