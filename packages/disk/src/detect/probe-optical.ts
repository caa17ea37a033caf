import { hasText } from "./probe.ts";
import type { ProbeInput, ProbeResult } from "./probe.ts";

const FIRST_DESCRIPTOR = 0x8000;
const DESCRIPTOR_BYTES = 2048;
const CONTENT_IDS = ["CD001", "NSR02", "NSR03"];
const OTHER_IDS = ["BEA01", "BOOT2", "TEA01", "CDW02"];

/**
 * Recognises optical discs by the descriptors from 32 KiB on: ISO 9660 ("CD001") and UDF ("NSR02", "NSR03"), in any order.
 *
 * Source  ECMA-119 8.1, ECMA-167 part 2
 */
export function probeOptical({ head }: ProbeInput): ProbeResult {
  for (let at = FIRST_DESCRIPTOR; at + DESCRIPTOR_BYTES <= head.length; at += DESCRIPTOR_BYTES) {
    const content = CONTENT_IDS.find((id) => hasText(head, at + 1, id));
    if (content !== undefined) {
      return { found: `"${content}" at ${at + 1}` };
    }
    if (!OTHER_IDS.some((id) => hasText(head, at + 1, id))) {
      return undefined;
    }
  }
  return undefined;
}
