const lastCodePoint = 0x10ffff;
const firstSurrogate = 0xd800;
const afterSurrogates = 0xe000;

/**
 * The smallest text that comes after everything starting with `prefix`, in the order of UTF-8 bytes (which is that of code
 * points), so that a search by prefix becomes a range of an index. Undefined when nothing comes after: the empty prefix.
 */
export function afterPrefix(prefix: string): string | undefined {
  const codePoints = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (codePoints.length > 0) {
    const last = codePoints.pop() ?? 0;
    if (last < lastCodePoint) {
      const next = last + 1 === firstSurrogate ? afterSurrogates : last + 1;
      return String.fromCodePoint(...codePoints, next);
    }
  }
  return undefined;
}
