import type { ZvhdFooter } from "./zvhd-footer.ts";

const EPOCH_2000_MS = Date.UTC(2000, 0, 1);

/** Tells what the first and last block say, for `info`. */
export function detailsOf(footer: ZvhdFooter): Readonly<Record<string, string | number>> {
  return {
    sizeBytes: footer.sizeBytes,
    roundedSizeBytes: footer.roundedSizeBytes,
    uuid: footer.uuid,
    createdAt: new Date(EPOCH_2000_MS + footer.timestamp * 1000).toISOString(),
    creatorVersion: `${footer.creatorVersion >>> 16}.${footer.creatorVersion & 0xffff}`,
  };
}
