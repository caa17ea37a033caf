import { join } from "node:path";

const keyPattern = /^[0-9a-f]{32}(\.[a-z0-9]{1,20})?$/;
const suffixes = { whole: ".file", unfinished: ".part" } as const;

/** A file of the cache, as its name tells. */
export interface NamedFile {
  readonly key: string;
  readonly kind: keyof typeof suffixes;
}

/** Tells whether a file can be named by this: 32 hex digits, and perhaps a word behind a dot. */
export function isCacheKey(key: string): boolean {
  return keyPattern.test(key);
}

/** Where a file lies that is all there. */
export function wholePath(dir: string, key: string): string {
  return join(dir, `${key}${suffixes.whole}`);
}

/** Where a file lies while it is written. */
export function unfinishedPath(dir: string, key: string): string {
  return join(dir, `${key}${suffixes.unfinished}`);
}

/** What a name in the folder says; undefined when it is none of the cache's. */
export function parseFileName(name: string): NamedFile | undefined {
  for (const kind of ["whole", "unfinished"] as const) {
    const key = name.slice(0, -suffixes[kind].length);
    if (name.endsWith(suffixes[kind]) && isCacheKey(key)) {
      return { key, kind };
    }
  }
  return undefined;
}
