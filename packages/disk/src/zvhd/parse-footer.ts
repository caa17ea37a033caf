import { DiskError } from "../core/disk-error.ts";
import { readU64Le } from "../core/read-u64-le.ts";
import { checkVirtualSize } from "../core/virtual-size.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { formatUuid } from "../core/uuid.ts";
import { hasText } from "../detect/probe.ts";
import { hasValidSum } from "../detect/probe-vhd.ts";
import { cutOff, damaged, unknownVariant } from "./damaged.ts";
import { cookies, FEATURES, FOOTER_BYTES, TYPE, VERSION } from "./zvhd-footer.ts";
import type { ZvhdFooter } from "./zvhd-footer.ts";

/** Which of the two blocks is parsed, for the messages. */
interface Place extends VirtualSizeLimit {
  readonly format: keyof typeof cookies;
  readonly place: "first" | "last";
}

/**
 * Parses the fields that ZVHD and ZVHD2 have in common from the first or the last block of a file.
 *
 * Throws  disk.corrupt, disk.truncated (the last block is something else), disk.unsupported, disk.limit
 * Source  docs/formats/zvhd.md, "First and last block"
 */
export function parseFooter(block: Uint8Array, { format, place, maxVirtualSizeBytes }: Place): ZvhdFooter {
  if (block.length < FOOTER_BYTES || !hasText(block, 0, cookies[format])) {
    throw refuseCookie(format, place);
  }
  if (!hasValidSum(block, "le")) {
    throw damaged(`The checksum at 64 of the ${place} block is wrong.`);
  }
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  checkConstant(view.getUint32(8, true), FEATURES, `features at 8 of the ${place} block`);
  checkConstant(view.getUint32(12, true), VERSION, `version at 12 of the ${place} block`);
  checkConstant(view.getUint32(60, true), TYPE, `type at 60 of the ${place} block`);
  const sizeBytes = readU64Le(view, 40);
  const roundedSizeBytes = readU64Le(view, 48);
  if (sizeBytes === 0 || roundedSizeBytes < sizeBytes) {
    throw damaged(`The sizes at 40 and 48 of the ${place} block are ${sizeBytes} and ${roundedSizeBytes}.`);
  }
  checkVirtualSize(sizeBytes, { maxVirtualSizeBytes });
  return {
    sizeBytes,
    roundedSizeBytes,
    uuid: formatUuid(block.subarray(68, 84)),
    timestamp: view.getUint32(24, true),
    creatorVersion: view.getUint32(32, true),
  };
}

/** Refuses a last block that does not belong to the first one. Throws disk.corrupt. */
export function checkSameFooter(first: ZvhdFooter, last: ZvhdFooter): void {
  for (const [field, at] of [
    ["sizeBytes", 40],
    ["roundedSizeBytes", 48],
    ["uuid", 68],
  ] as const) {
    if (first[field] !== last[field]) {
      throw damaged(`The first and the last block differ at ${at}: ${first[field]} and ${last[field]}.`);
    }
  }
}

function refuseCookie(format: keyof typeof cookies, place: "first" | "last"): DiskError {
  const name = cookies[format].slice(0, 6);
  return place === "last"
    ? cutOff(`The last 4096 bytes of the file do not begin with "${name}": the end is missing, or something follows it.`)
    : damaged(`The file does not begin with "${name}".`);
}

function checkConstant(value: number, expected: number, field: string): void {
  if (value !== expected) {
    throw unknownVariant(`The field ${field} is ${value}; only ${expected} is known.`);
  }
}
