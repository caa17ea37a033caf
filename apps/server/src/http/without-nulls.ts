/**
 * A value of JSON without the fields that are null, which clients send for what is not set. It looks at so many levels of objects and
 * lists, the value itself being the first: a limit bounds the recursion.
 */
export function withoutNulls(value: unknown, levels: number): unknown {
  if (typeof value !== "object" || value === null || levels === 0) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((item) => withoutNulls(item, levels - 1));
  }
  const set = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(set.map(([name, member]) => [name, withoutNulls(member, levels - 1)]));
}
