import type { HashAlgorithm } from "../transform/hash-thread.ts";

/** A hash that an appliance states of one of its files. */
export interface StatedDigest {
  readonly algorithm: HashAlgorithm;
  /** In lower case. */
  readonly hex: string;
}

const LINE = /^(SHA1|SHA256|SHA512)\s*\((.{1,300})\)\s*=\s*([0-9a-f]{40,128})$/i;
const HEX_DIGITS = { sha1: 40, sha256: 64, sha512: 128 } as const;

/**
 * Reads the manifest of an appliance: one line for each file. Lines that are none, as those of another `.mf`, are left out.
 *
 * Source  DMTF DSP0243, "Manifest file"
 */
export function parseManifest(text: string): ReadonlyMap<string, StatedDigest> {
  const digests = new Map<string, StatedDigest>();
  for (const line of text.split(/\r?\n/)) {
    const [, name = "", file = "", hex = ""] = LINE.exec(line.trim()) ?? [];
    const algorithm = name.toLowerCase();
    if ((algorithm === "sha1" || algorithm === "sha256" || algorithm === "sha512") && hex.length === HEX_DIGITS[algorithm]) {
      digests.set(file, { algorithm, hex: hex.toLowerCase() });
    }
  }
  return digests;
}
