import type { Place } from "./block-places.ts";

/** Places that are kept, unless they follow one another and are one. */
const MAX_PLACES = 2 ** 21;

const FIELDS = 3;
const FIRST_ROOM = 1024;

/**
 * Collects places, and answers them in the order in which they lie in the file. Places that follow one another on both sides are joined.
 *
 * Memory  24 bytes a place, at most 2^21 of them (48 MiB), three times that while it grows or sorts
 */
export class PlaceList {
  /** Three numbers a place: in the file, on the disk, length. */
  #numbers = new Float64Array(FIRST_ROOM * FIELDS);
  #count = 0;
  #isFull = false;
  #isSorted = true;

  /** Whether there were more places than can be kept. */
  get isFull(): boolean {
    return this.#isFull;
  }

  add({ fileOffset, diskOffset, length }: Place): void {
    const last = this.#at(this.#count - 1);
    if (last !== undefined && last.fileOffset + last.length === fileOffset && last.diskOffset + last.length === diskOffset) {
      this.#numbers[(this.#count - 1) * FIELDS + 2] = last.length + length;
      return;
    }
    if (this.#count === MAX_PLACES) {
      this.#isFull = true;
      return;
    }
    this.#makeRoom();
    this.#isSorted &&= last === undefined || last.fileOffset <= fileOffset;
    this.#numbers.set([fileOffset, diskOffset, length], this.#count * FIELDS);
    this.#count += 1;
  }

  *inFileOrder(): Generator<Place> {
    const order = Uint32Array.from({ length: this.#count }, (_, index) => index);
    if (!this.#isSorted) {
      const numbers = this.#numbers;
      order.sort(
        (one, other) =>
          (numbers[one * FIELDS] ?? 0) - (numbers[other * FIELDS] ?? 0) ||
          (numbers[one * FIELDS + 1] ?? 0) - (numbers[other * FIELDS + 1] ?? 0),
      );
    }
    for (const index of order) {
      const place = this.#at(index);
      if (place !== undefined) {
        yield place;
      }
    }
  }

  #at(index: number): Place | undefined {
    const [fileOffset, diskOffset, length] = this.#numbers.subarray(Math.max(index, 0) * FIELDS, (index + 1) * FIELDS);
    return fileOffset === undefined || diskOffset === undefined || length === undefined ? undefined : { fileOffset, diskOffset, length };
  }

  #makeRoom(): void {
    if ((this.#count + 1) * FIELDS > this.#numbers.length) {
      const larger = new Float64Array(this.#numbers.length * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
  }
}
