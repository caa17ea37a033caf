/** What a server says of the bytes it sends. */
export interface ContentRange {
  readonly first: number;
  readonly last: number;
  /** Undefined when the server does not know. */
  readonly totalBytes: number | undefined;
}

/**
 * Reads a `Content-Range` header of a 206 answer; undefined when there is none or it is not one.
 *
 * Source  RFC 9110, 14.4
 */
export function parseContentRange(header: string | null): ContentRange | undefined {
  const match = /^bytes (\d{1,16})-(\d{1,16})\/(?:(\d{1,16})|\*)$/i.exec(header?.trim() ?? "");
  if (match === null) {
    return undefined;
  }
  const [first, last, totalBytes] = [Number(match[1]), Number(match[2]), match[3] === undefined ? undefined : Number(match[3])];
  const numbers = [first, last, totalBytes ?? 0];
  return numbers.every(Number.isSafeInteger) && first <= last && last < (totalBytes ?? Number.POSITIVE_INFINITY)
    ? { first, last, totalBytes }
    : undefined;
}
