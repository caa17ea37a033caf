/**
 * Copies `bytes` into targets that lie one after the other, from `start` on (a position over all of them).
 * Answers how many bytes found room.
 */
export function fillTargets(targets: readonly Uint8Array[], start: number, bytes: Uint8Array): number {
  let taken = 0;
  let targetStart = 0;
  for (const target of targets) {
    const inTarget = start + taken - targetStart;
    if (inTarget >= 0 && inTarget < target.length && taken < bytes.length) {
      const piece = bytes.subarray(taken, taken + target.length - inTarget);
      target.set(piece, inTarget);
      taken += piece.length;
    }
    targetStart += target.length;
  }
  return taken;
}

/** Throws a RangeError unless `offset` can be a place in a file. */
export function checkOffset(offset: number): void {
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw new RangeError(`A file is read from a whole number of bytes on, got ${offset}.`);
  }
}
