import type { Piece } from "../core/disk-writer.ts";

/** A stretch of memory that goes to a place in the file. */
interface Stretch {
  readonly offset: number;
  readonly memory: Uint8Array;
  readonly start: number;
  end: number;
}

/**
 * Collects what goes where from one block of memory, and joins neighbours that lie side by side both in memory and in the file.
 *
 * Memory  none of its own: pieces are views
 */
export class PieceBuilder {
  readonly #stretches: Stretch[] = [];

  /** Adds `memory[start, end)` at `offset` of the file. */
  add(offset: number, memory: Uint8Array, [start, end]: readonly [start: number, end: number]): void {
    const last = this.#stretches.at(-1);
    if (last?.memory === memory && last.end === start && last.offset + last.end - last.start === offset) {
      last.end = end;
    } else {
      this.#stretches.push({ offset, memory, start, end });
    }
  }

  /** Answers the pieces; `release` runs when all of them have been released, or at once when there are none. */
  pieces(release: () => void): Piece[] {
    let held = this.#stretches.length;
    if (held === 0) {
      release();
    }
    const releaseOne = (): void => {
      held -= 1;
      if (held === 0) {
        release();
      }
    };
    return this.#stretches.map(({ offset, memory, start, end }) => ({ offset, bytes: memory.subarray(start, end), release: releaseOne }));
  }
}
