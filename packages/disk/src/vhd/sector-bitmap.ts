import type { RunList } from "../mapped/run-list.ts";

/** Sectors `[from, to)` of a block, the bits that tell which of them are stored, and where they are. */
export interface BitmapPart {
  readonly bits: Uint8Array;
  /** VHD counts bits of a byte from the highest, VHDX from the lowest. */
  readonly bitOrder: "highest-first" | "lowest-first";
  readonly from: number;
  readonly to: number;
  readonly sectorBytes: number;
  /** Place of sector 0 of the block in the file. */
  readonly dataOffset: number;
}

/** Turns the bits of some sectors into runs: a set bit is data, a clear one a hole. */
export function addSectorRuns(runs: RunList, part: BitmapPart): void {
  for (let at = part.from; at < part.to;) {
    const isStored = bitAt(part, at);
    const end = endOfRun(part, at + 1, isStored);
    if (isStored) {
      runs.addData((end - at) * part.sectorBytes, part.dataOffset + at * part.sectorBytes);
    } else {
      runs.addEmpty("hole", (end - at) * part.sectorBytes);
    }
    at = end;
  }
}

function endOfRun(part: BitmapPart, start: number, isStored: boolean): number {
  const same = isStored ? 0xff : 0;
  let end = start;
  while (end < part.to) {
    if (end % 8 === 0 && part.bits[end / 8] === same) {
      end = Math.min(end + 8, part.to);
    } else if (bitAt(part, end) === isStored) {
      end += 1;
    } else {
      return end;
    }
  }
  return end;
}

function bitAt({ bits, bitOrder }: BitmapPart, sector: number): boolean {
  const bit = bitOrder === "lowest-first" ? sector % 8 : 7 - (sector % 8);
  return ((bits[Math.floor(sector / 8)] ?? 0) & (1 << bit)) !== 0;
}
