import { hasText, u32 } from "./probe.ts";
import type { ProbeInput, ProbeResult } from "./probe.ts";

const FOOTER_BYTES = 512;
const COOKIE = "conectix";
const TYPE_FIXED = 2;
const TYPE_DYNAMIC = 3;
const TYPE_DIFFERENCING = 4;

/**
 * Recognises VHD: fixed ones by the footer in the last 512 bytes (511 with old writers), dynamic and differencing ones by its copy at 0.
 *
 * Source  Virtual Hard Disk Image Format Specification 1.0, "Hard Disk Footer Format"
 */
export function probeVhd({ head, tail }: ProbeInput): ProbeResult {
  if (hasText(head, 0, COOKIE)) {
    return probeDynamic(head);
  }
  const footer = [FOOTER_BYTES, FOOTER_BYTES - 1]
    .map((bytes) => tail.subarray(Math.max(tail.length - bytes, 0)))
    .find((bytes) => hasText(bytes, 0, COOKIE));
  if (footer === undefined) {
    return undefined;
  }
  if (!hasValidSum(footer, "be")) {
    return { damaged: "the checksum of its footer is wrong" };
  }
  const type = u32(footer, 60, "be");
  return type === TYPE_FIXED
    ? { found: '"conectix" in the last sector, type fixed' }
    : { damaged: `its footer is of type ${type}, and there is none at 0` };
}

function probeDynamic(head: Uint8Array): ProbeResult {
  const type = u32(head, 60, "be");
  if (type !== TYPE_DYNAMIC && type !== TYPE_DIFFERENCING) {
    return { damaged: `its footer at 0 is of type ${type}` };
  }
  const headerOffset = (u32(head, 16, "be") ?? 0) * 0x1_0000_0000 + (u32(head, 20, "be") ?? 0);
  if (!hasText(head, headerOffset, "cxsparse")) {
    return { damaged: `there is no "cxsparse" header at ${headerOffset}` };
  }
  return { found: `"conectix" at 0, type ${type === TYPE_DYNAMIC ? "dynamic" : "differencing"}` };
}

/**
 * Checks the sum of a VHD footer, or of its little-endian relatives: the complement of the sum of all bytes but the sum's own four at 64.
 */
export function hasValidSum(bytes: Uint8Array, order: "be" | "le"): boolean {
  let sum = 0;
  const length = Math.min(bytes.length, FOOTER_BYTES);
  for (let at = 0; at < length; at += 1) {
    sum += at >= 64 && at < 68 ? 0 : (bytes[at] ?? 0);
  }
  return u32(bytes, 64, order) === ~sum >>> 0;
}
