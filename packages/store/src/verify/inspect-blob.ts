import { setImmediate } from "node:timers/promises";
import { isBlobId } from "../blob-id.ts";
import type { BlobId } from "../blob-store.ts";
import { nameBytes } from "../chunk/chunk-codec.ts";
import { chunksPerList, listBytesOf, listCountOf, listNameOf } from "../manifest/manifest-format.ts";
import type { Manifest } from "../manifest/manifest-format.ts";
import { readManifest } from "../manifest/read-manifest.ts";
import { isStoreError } from "../store-error.ts";
import { manifestFileName, nameOfFile } from "../store-names.ts";
import type { NeededChunk } from "./chunk-rows.ts";
import type { Inspection } from "./inspection.ts";
import { readList } from "./read-list.ts";

const bytesPerTurn = 256 * nameBytes;
const noName = Buffer.alloc(nameBytes);

/**
 * Looks whether a blob's manifest is whole, its lists too, and every chunk that they name lies somewhere whole, as far as the chunk index
 * knows. The blob is put down as suffering from the faults that keep its chunks away. A blob that was removed meanwhile is none.
 *
 * Memory  a manifest (at most 1.2 MiB, twice) and one list
 */
export async function inspectBlob(inspection: Inspection, id: BlobId): Promise<void> {
  const { parts, faults } = inspection;
  let manifest: Manifest;
  try {
    ({ manifest } = await readManifest(parts.backend, id));
  } catch (error) {
    if (isStoreError(error) && error.code === "store.damaged") {
      faults.blameFault(faults.add({ kind: "manifest", reason: error.message, file: manifestFileName(id) }), id);
      inspection.count({ blobs: 1 });
      return;
    }
    if (isStoreError(error) && error.code === "store.missing") {
      return;
    }
    throw error;
  }
  const lost = { count: 0, first: undefined as NeededChunk | undefined };
  for await (const chunk of chunksNotWhole(inspection, manifest)) {
    if (!faults.blame(chunk.name, id)) {
      lost.count += 1;
      lost.first ??= chunk;
    }
  }
  if (lost.first !== undefined) {
    const hex = Buffer.from(lost.first.name).toString("hex");
    const what = lost.count === 1 ? `chunk ${hex}, which is` : `${lost.count} chunks, the first of them ${hex}, which are`;
    const reason = `Blob ${id} (${parts.backend.place}) needs ${what} whole in no readable pack.`;
    faults.blameFault(faults.add({ kind: "blob", reason, file: manifestFileName(id), chunk: lost.first.name }), id);
  }
  inspection.count({ blobs: 1 });
}

/** Looks so at every blob whose manifest's file name starts with `prefix`. */
export async function inspectManifests(inspection: Inspection, prefix: string): Promise<void> {
  for await (const { name: file } of inspection.parts.backend.list(prefix)) {
    const id = nameOfFile(file);
    if (id !== undefined && isBlobId(id)) {
      inspection.signal?.throwIfAborted();
      await inspectBlob(inspection, id);
    }
  }
}

/** Lists and chunks of a blob that are nowhere whole. */
async function* chunksNotWhole(inspection: Inspection, manifest: Manifest): AsyncGenerator<NeededChunk> {
  const isWhole = inspection.rows.finder();
  for (let number = 0; number < listCountOf(manifest); number += 1) {
    inspection.signal?.throwIfAborted();
    const name = listNameOf(manifest, number);
    if (name === undefined || inspection.soundLists.has(soundKey(manifest, number, name))) {
      continue;
    }
    const needed = { name, rawLength: listBytesOf(manifest, number), sealed: false };
    const list = await readList(inspection, needed);
    if (list === undefined) {
      yield needed;
      continue;
    }
    let isSound = true;
    for (let at = 0; at < list.length; at += nameBytes) {
      const chunk = neededChunk(manifest, number * chunksPerList + at / nameBytes, list.subarray(at, at + nameBytes));
      if (chunk !== undefined && !isWhole(chunk)) {
        isSound = false;
        yield chunk;
      }
      if (at % bytesPerTurn === 0) {
        await setImmediate();
      }
    }
    if (isSound) {
      inspection.soundLists.add(soundKey(manifest, number, name));
    }
  }
}

/** Undefined for a zero chunk. */
function neededChunk({ lengthBytes, chunkSizeBytes, keyId }: Manifest, index: number, name: Uint8Array): NeededChunk | undefined {
  const rawLength = Math.min(chunkSizeBytes, lengthBytes - index * chunkSizeBytes);
  return noName.equals(name) ? undefined : { name, rawLength, sealed: keyId !== undefined };
}

/** Names everything that what a list needs depends on. */
function soundKey({ lengthBytes, chunkSizeBytes, keyId }: Manifest, number: number, name: Buffer): string {
  const bytesPerList = chunksPerList * chunkSizeBytes;
  const bytes = Math.min(bytesPerList, lengthBytes - number * bytesPerList);
  return `${name.toString("hex")} ${chunkSizeBytes} ${bytes} ${keyId !== undefined}`;
}
