/**
 * A stretch of the guest's disk and where its bytes are.
 *
 * Shape   `data` lies at `hostOffset` as it is; `compressed` is one cluster, or a piece of one, whose compressed bytes are the
 *         `hostLength` bytes at `hostOffset`; `zero` and `hole` lie nowhere (both host fields are 0)
 * Units   bytes; `offset` in the guest's disk, `hostOffset` in the file
 */
export interface ClusterRun {
  readonly kind: "data" | "compressed" | "zero" | "hole";
  readonly offset: number;
  readonly length: number;
  readonly hostOffset: number;
  readonly hostLength: number;
}

/**
 * Collects runs in ascending order and merges neighbours that are one stretch on both sides.
 *
 * Memory  one small object for each run that could not be merged
 */
export class RunList {
  readonly #runs: MutableRun[] = [];
  #end: number;

  /** The first run will begin at `offset`. */
  constructor(offset: number) {
    this.#end = offset;
  }

  /** Appends bytes that are stored nowhere. */
  addEmpty(kind: "zero" | "hole", length: number): void {
    const last = this.#runs.at(-1);
    if (last?.kind === kind) {
      last.length += length;
    } else {
      this.#runs.push({ kind, offset: this.#end, length, hostOffset: 0, hostLength: 0 });
    }
    this.#end += length;
  }

  /** Appends bytes that are stored as they are. */
  addData(length: number, hostOffset: number): void {
    const last = this.#runs.at(-1);
    if (last?.kind === "data" && last.hostOffset + last.hostLength === hostOffset) {
      last.length += length;
      last.hostLength += length;
    } else {
      this.#runs.push({ kind: "data", offset: this.#end, length, hostOffset, hostLength: length });
    }
    this.#end += length;
  }

  /** Appends one compressed cluster. */
  addCompressed(length: number, hostOffset: number, hostLength: number): void {
    this.#runs.push({ kind: "compressed", offset: this.#end, length, hostOffset, hostLength });
    this.#end += length;
  }

  /** Hands out what was collected, cut to `[from, to)`. Runs outside are dropped: with subclusters one cluster may be several runs. */
  take(from: number, to: number): readonly ClusterRun[] {
    const runs = this.#runs.filter((run) => run.offset < to && run.offset + run.length > from);
    const first = runs[0];
    const last = runs.at(-1);
    if (first !== undefined && first.offset < from) {
      cutFront(first, from - first.offset);
    }
    if (last !== undefined && last.offset + last.length > to) {
      cutBack(last, last.offset + last.length - to);
    }
    return runs;
  }
}

type MutableRun = { -readonly [Field in keyof ClusterRun]: ClusterRun[Field] };

function cutFront(run: MutableRun, bytes: number): void {
  run.offset += bytes;
  run.length -= bytes;
  if (run.kind === "data") {
    run.hostOffset += bytes;
    run.hostLength -= bytes;
  }
}

function cutBack(run: MutableRun, bytes: number): void {
  run.length -= bytes;
  if (run.kind === "data") {
    run.hostLength -= bytes;
  }
}
