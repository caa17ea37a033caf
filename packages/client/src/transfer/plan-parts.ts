/** A stretch of a file that is sent as one part. */
export interface PartRange {
  /** Counts from 1. */
  readonly partNumber: number;
  readonly offset: number;
  readonly lengthBytes: number;
}

const MIB = 1024 * 1024;
const USUAL_PART_BYTES = 16 * MIB;
/** S3's limit for one upload. */
const MAX_PARTS = 10_000;

/**
 * Cuts a file into parts: of 16 MiB, or of as many whole MiB as it takes to stay within 10,000 parts. The same length is always
 * cut the same way, so that a later run recognises the parts of an earlier one.
 */
export function planParts(lengthBytes: number): readonly PartRange[] {
  const partBytes = Math.max(USUAL_PART_BYTES, Math.ceil(lengthBytes / MAX_PARTS / MIB) * MIB);
  const parts: PartRange[] = [];
  for (let offset = 0; offset < lengthBytes; offset += partBytes) {
    parts.push({ partNumber: parts.length + 1, offset, lengthBytes: Math.min(partBytes, lengthBytes - offset) });
  }
  return parts;
}
