import type { Piece } from "../core/disk-writer.ts";
import { BAT_OFFSET } from "./vhdx-layout.ts";
import type { VhdxLayout } from "./vhdx-layout.ts";
import { blockStates, MIB } from "./vhdx-structures.ts";

/**
 * Makes the block table. Blocks are fully present or not present; entries of sector bitmaps stay empty.
 *
 * Shape   pieces of 1 MiB, ascending, the whole region; `ordinalOf` answers a block's number in the file counted from 1, or 0
 * Memory  one piece
 * Source  [MS-VHDX] 2.5
 */
export function* writeBlockTable(layout: VhdxLayout, ordinalOf: (block: number) => number): Generator<Piece> {
  const { ratio, blocks, blockBytes, firstDataAt } = layout;
  for (let start = 0; start < layout.batBytes; start += MIB) {
    const piece = Buffer.alloc(MIB);
    for (let at = 0; at < MIB; at += 8) {
      const index = (start + at) / 8;
      const block = index - Math.floor(index / (ratio + 1));
      const isBitmap = index % (ratio + 1) === ratio;
      const ordinal = isBitmap || block >= blocks ? 0 : ordinalOf(block);
      if (ordinal > 0) {
        // Places are whole MiB, so the low 20 bits are free for the state.
        const place = firstDataAt + (ordinal - 1) * blockBytes;
        piece.writeUInt32LE((place % 0x1_0000_0000) + blockStates.full, at);
        piece.writeUInt32LE(Math.floor(place / 0x1_0000_0000), at + 4);
      }
    }
    yield { offset: BAT_OFFSET + start, bytes: piece };
  }
}
