import type { BlobId } from "./blob-store.ts";

const form = /^[0-9a-f]{32}$/;

/** Tells whether a string can name a blob: 32 lower-case hex digits, so that it can never be a path. */
export function isBlobId(value: string): value is BlobId {
  return form.test(value);
}

/** Throws a TypeError unless `value` is a blob's name. */
export function checkBlobId(value: string): void {
  if (!isBlobId(value)) {
    throw new TypeError(`A blob's name is 32 lower-case hex digits, got ${JSON.stringify(value.slice(0, 80))}.`);
  }
}
