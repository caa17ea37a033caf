import type { Stretch } from "./block-device.ts";

/** Joins stretches that follow each other and are alike. */
export async function* withoutNeighbours(stretches: AsyncIterable<Stretch>): AsyncGenerator<Stretch> {
  let pending: Stretch | undefined;
  for await (const stretch of stretches) {
    if (pending?.isZero === stretch.isZero) {
      pending = { ...pending, length: pending.length + stretch.length };
      continue;
    }
    if (pending !== undefined) {
      yield pending;
    }
    pending = stretch;
  }
  if (pending !== undefined) {
    yield pending;
  }
}
