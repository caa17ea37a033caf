import type { Backend } from "./backend/backend.ts";
import { StoreError, isStoreError } from "./store-error.ts";
import { formatFileName } from "./store-names.ts";

/** What the file `format` of a store says. Fixed when the store is created. */
export interface StoreFormat {
  readonly chunkSizeBytes: number;
}

/** Size of a chunk in new stores, unless the caller chose another. */
export const defaultChunkSizeBytes = 512 * 1024;

const formatName = "tintype-store";
const formatVersion = 2;
const smallestChunkBytes = 4 * 1024;
/** No chunk of any store is longer. */
export const largestChunkBytes = 4 * 1024 * 1024;
/** More than any `format` file has. */
const mostFormatBytes = 4096;

/** Tells whether chunks may have this size: a power of two from 4 KiB to 4 MiB. */
export function isChunkSize(bytes: unknown): bytes is number {
  return typeof bytes === "number" && bytes >= smallestChunkBytes && bytes <= largestChunkBytes && Number.isInteger(Math.log2(bytes));
}

/** The text of a `format` file. */
export function printStoreFormat(format: StoreFormat): string {
  return `${JSON.stringify({ format: formatName, version: formatVersion, chunkSizeBytes: format.chunkSizeBytes })}\n`;
}

/**
 * Reads the text of a `format` file.
 *
 * Throws  `store.badFormat` when it is of something else, of a version that this release does not know, or was changed
 */
export function parseStoreFormat(text: string, path: string): StoreFormat {
  const fields = parseObject(text);
  if (fields?.["format"] !== formatName) {
    throw new StoreError("store.badFormat", `${path} does not describe a blob store. Point the store at its own folder.`);
  }
  if (fields["version"] !== formatVersion) {
    const versions = `version ${String(fields["version"])}, this release knows version ${formatVersion}`;
    throw new StoreError("store.badFormat", `${path} is of ${versions}. Run the release that wrote this store.`);
  }
  const chunkSizeBytes = fields["chunkSizeBytes"];
  if (!isChunkSize(chunkSizeBytes)) {
    throw new StoreError("store.badFormat", `${path} gives no valid chunkSizeBytes (a power of two from 4 KiB to 4 MiB).`);
  }
  if (text !== printStoreFormat({ chunkSizeBytes })) {
    throw new StoreError("store.badFormat", `${path} was changed since it was written. Restore the file from a backup.`);
  }
  return { chunkSizeBytes };
}

/** Reads a backend's `format`; undefined when it has none. Throws `store.badFormat` as `parseStoreFormat` does. */
export async function readStoreFormat(backend: Backend): Promise<StoreFormat | undefined> {
  const bytes = Buffer.alloc(mostFormatBytes);
  try {
    const length = await backend.read(formatFileName, 0, [bytes]);
    return parseStoreFormat(bytes.toString("utf8", 0, length), `${formatFileName} (${backend.place})`);
  } catch (error) {
    if (isStoreError(error) && error.code === "store.missing") {
      return undefined;
    }
    throw error;
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // Indexing is all that is done with it, and every field is checked where it is used.
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}
