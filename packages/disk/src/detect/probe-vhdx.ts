import { crc32c } from "./crc32c.ts";
import { hasText, u32 } from "./probe.ts";
import type { ProbeInput, ProbeResult } from "./probe.ts";

const HEADER_OFFSETS = [64 * 1024, 128 * 1024] as const;
const HEADER_BYTES = 4096;

/**
 * Recognises VHDX by its identifier at 0 and at least one header whose CRC-32C is correct.
 *
 * Source  [MS-VHDX] 2.2.1 and 2.2.2
 */
export function probeVhdx({ head }: ProbeInput): ProbeResult {
  if (!hasText(head, 0, "vhdxfile")) {
    return undefined;
  }
  const isSound = HEADER_OFFSETS.some((offset) => isValidHeader(head.subarray(offset, offset + HEADER_BYTES)));
  return isSound
    ? { found: '"vhdxfile" at 0 and a header with a correct checksum' }
    : { damaged: "neither of its headers has a correct checksum" };
}

function isValidHeader(header: Uint8Array): boolean {
  if (header.length < HEADER_BYTES || !hasText(header, 0, "head")) {
    return false;
  }
  const unsigned = Uint8Array.from(header).fill(0, 4, 8);
  return u32(header, 4, "le") === crc32c(unsigned);
}
