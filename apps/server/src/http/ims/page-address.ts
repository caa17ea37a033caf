/**
 * The address of a page of a native list: the query as it came, with the filter that is implied, and where the page begins.
 *
 * Source  the native list repeats `__isregistered=true`, which it adds itself
 */
export function pageAddress(path: string, query: Readonly<Record<string, unknown>>, marker?: string): string {
  const parameters = new URLSearchParams();
  const { marker: _, ...asked } = query;
  const implied = Object.hasOwn(asked, "__isregistered") ? {} : { __isregistered: "true" };
  for (const [name, given] of Object.entries({ ...implied, ...asked })) {
    const values: readonly unknown[] = Array.isArray(given) ? given : [given];
    for (const value of values) {
      parameters.append(name, String(value));
    }
  }
  if (marker !== undefined) {
    parameters.append("marker", marker);
  }
  return `${path}?${parameters.toString()}`;
}
