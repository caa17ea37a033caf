const units: Readonly<Record<string, number>> = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/** Reads a size in bytes: a whole number above 0, with K, M, G or T behind it for powers of 1024. */
export function parseSize(input: string): number {
  return parseBytes(input, 1);
}

/** Reads a place in bytes, spelled as a size is; 0 is one. */
export function parseOffset(input: string): number {
  return parseBytes(input, 0);
}

function parseBytes(input: string, least: number): number {
  const [, digits, unit = ""] = /^(\d{1,15})([kmgt]?)(?:i?b)?$/i.exec(input.trim()) ?? [];
  const bytes = Number(digits) * (units[unit.toLowerCase()] ?? Number.NaN);
  if (!Number.isSafeInteger(bytes) || bytes < least) {
    throw new SyntaxError("it must be a whole number of bytes, or one with K, M, G or T behind it");
  }
  return bytes;
}
