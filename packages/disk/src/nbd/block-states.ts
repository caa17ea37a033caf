/** Where the bytes of a block are: as in the disk beneath, in the local file, or nowhere since they are zeros. */
export type BlockState = "base" | "local" | "zero";

/** Blocks that follow each other in one state. */
export interface BlockRun {
  readonly first: number;
  readonly count: number;
  readonly state: BlockState;
}

const states = ["base", "local", "zero"] as const;
const codes = { base: 0, local: 1, zero: 2 } as const satisfies Record<BlockState, number>;

/**
 * Remembers the state of every block of a disk; at first all are as in the disk beneath.
 *
 * Memory  2 bits a block, reserved as one piece: 4 MiB a TiB of 64 KiB blocks
 */
export class BlockStates {
  readonly #bits: Uint8Array;

  constructor(count: number) {
    this.#bits = new Uint8Array(Math.ceil(count / 4));
  }

  get(block: number): BlockState {
    const code = ((this.#bits[block >> 2] ?? 0) >> (2 * (block & 3))) & 3;
    return states[code] ?? "base";
  }

  set(first: number, count: number, state: BlockState): void {
    for (let block = first; block < first + count; block += 1) {
      const shift = 2 * (block & 3);
      this.#bits[block >> 2] = ((this.#bits[block >> 2] ?? 0) & ~(3 << shift)) | (codes[state] << shift);
    }
  }

  /** Cuts `count` blocks from `first` on into runs of one state. */
  *runs(first: number, count: number): Generator<BlockRun> {
    const end = first + count;
    for (let at = first; at < end;) {
      const state = this.get(at);
      let next = at + 1;
      while (next < end && this.get(next) === state) {
        next += 1;
      }
      yield { first: at, count: next - at, state };
      at = next;
    }
  }
}
