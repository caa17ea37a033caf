/** Deeper than any interface asks for, and flat enough for everything that walks through a body, level by level. */
const deepestLevel = 100;

/**
 * The value of a body that is JSON.
 *
 * Throws  SyntaxError, also for what is nested deeper than a hundred levels
 * Source  RFC 8259, section 9: a reader may limit the depth of nesting
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (isDeeper(value, deepestLevel)) {
    throw new SyntaxError(`it is nested deeper than ${deepestLevel} levels`);
  }
  return value;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
