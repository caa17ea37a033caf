/** Reads a whole number that is at least 1. */
export function parseCount(input: string): number {
  const count = Number(input);
  if (!/^\d{1,9}$/.test(input) || count < 1) {
    throw new SyntaxError("it must be a whole number, at least 1");
  }
  return count;
}
