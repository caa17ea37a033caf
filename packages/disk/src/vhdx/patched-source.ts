import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";
import { fillFrom } from "../core/fill-from.ts";
import { readByFilling } from "../core/read-by-filling.ts";

/** Bytes that stand in front of those of a file; without `bytes` they are zeros. */
export interface Patch {
  readonly offset: number;
  readonly length: number;
  readonly bytes: Uint8Array | undefined;
}

/**
 * A file as it would be after some writes, which are kept in memory: the file itself is never changed.
 *
 * Memory  the patches, and what one read returns
 * Throws  RangeError when a read leaves the source; what the source throws
 */
export class PatchedSource implements ByteSource {
  readonly lengthBytes: number;
  readonly #source: ByteSource;
  /** Ascending, apart from each other. */
  readonly #patches: readonly Patch[];

  /** Later patches win over earlier ones. What the longer file has behind the source's end is zeros. */
  constructor(source: ByteSource, patches: readonly Patch[], lengthBytes: number) {
    this.#source = source;
    this.#patches = flatten(patches);
    this.lengthBytes = Math.max(lengthBytes, source.lengthBytes);
  }

  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    return readByFilling(this, offset, length, options);
  }

  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    checkRange(offset, target.length, this.lengthBytes);
    const stored = Math.min(Math.max(this.#source.lengthBytes - offset, 0), target.length);
    target.fill(0, stored);
    if (stored > 0) {
      await fillFrom(this.#source, target.subarray(0, stored), offset, options);
    }
    const end = offset + target.length;
    for (let index = firstEndingBehind(this.#patches, offset); (this.#patches[index]?.offset ?? end) < end; index += 1) {
      applyPatch(target, offset, this.#patches[index]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#source[Symbol.asyncDispose]();
  }
}

function applyPatch(target: Uint8Array, offset: number, patch: Patch | undefined): void {
  if (patch === undefined) {
    return;
  }
  const from = Math.max(patch.offset, offset);
  const to = Math.min(patch.offset + patch.length, offset + target.length);
  const place = target.subarray(from - offset, to - offset);
  if (patch.bytes === undefined) {
    place.fill(0);
  } else {
    place.set(patch.bytes.subarray(from - patch.offset, to - patch.offset));
  }
}

/** Puts patches into the order of the file, with each byte coming from the last one that has it. */
function flatten(patches: readonly Patch[]): readonly Patch[] {
  const flat: Patch[] = [];
  for (const patch of patches) {
    const end = patch.offset + patch.length;
    const first = firstEndingBehind(flat, patch.offset);
    let last = first;
    while ((flat[last]?.offset ?? end) < end) {
      last += 1;
    }
    const [covered, lastCovered] = [flat[first], flat[last - 1]];
    const kept = last > first ? [part(covered, covered?.offset ?? 0, patch.offset), part(lastCovered, end, endOf(lastCovered))] : [];
    flat.splice(first, last - first, ...[kept[0], patch, kept[1]].filter((piece) => piece !== undefined));
  }
  return flat;
}

/** The part of a patch between two places, if there is any. */
function part(patch: Patch | undefined, from: number, to: number): Patch | undefined {
  if (patch === undefined || from >= to) {
    return undefined;
  }
  return { offset: from, length: to - from, bytes: patch.bytes?.subarray(from - patch.offset, to - patch.offset) };
}

function endOf(patch: Patch | undefined): number {
  return patch === undefined ? 0 : patch.offset + patch.length;
}

/** Index of the first patch that ends behind a place. */
function firstEndingBehind(patches: readonly Patch[], place: number): number {
  let [low, high] = [0, patches.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (endOf(patches[middle]) > place) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}
