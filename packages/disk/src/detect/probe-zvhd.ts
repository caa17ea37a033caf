import { hasText, u32 } from "./probe.ts";
import type { ProbeInput, ProbeResult } from "./probe.ts";
import { hasValidSum } from "./probe-vhd.ts";

const FEATURES = 2;
const VERSION = 0x0001_0000;

/**
 * Recognises ZVHD and ZVHD2 by their cookie at 0. "stream" is plain text that other files may begin with, so the rest of the block decides.
 */
export function probeZvhd(cookie: "stream\0\0" | "z2strm\0\0", { head }: ProbeInput): ProbeResult {
  if (!hasText(head, 0, cookie)) {
    return undefined;
  }
  if (u32(head, 8, "le") !== FEATURES || u32(head, 12, "le") !== VERSION) {
    return undefined;
  }
  return hasValidSum(head, "le")
    ? { found: `"${cookie.slice(0, 6)}" at 0, checksum correct` }
    : { damaged: "the checksum of its first block is wrong" };
}
