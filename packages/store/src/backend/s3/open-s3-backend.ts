import { DeleteObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { open, rm } from "node:fs/promises";
import { wordingErrors } from "../../as-store-error.ts";
import type { Backend, KeptFile, NewFile } from "../backend.ts";
import { checkFileName } from "../file-name.ts";
import { checkOffset } from "../fill-targets.ts";
import { clearStrays } from "./clear-strays.ts";
import { listObjects } from "./list-objects.ts";
import { NameTurns } from "./name-turns.ts";
import { headObject } from "./object-token.ts";
import { PartBuffers } from "./part-buffers.ts";
import { probeConditionalWrites } from "./probe-conditional-writes.ts";
import { putObject } from "./put-object.ts";
import type { ConditionalWrites } from "./put-object.ts";
import { readObject } from "./read-object.ts";
import { S3Bucket } from "./s3-bucket.ts";
import { hasStatus } from "./s3-failure.ts";
import { partBytes } from "./s3-options.ts";
import type { S3Options } from "./s3-options.ts";
import { readStaged, uploadObject } from "./upload-object.ts";

/** What the keys of a store may start with: letters that need no escaping anywhere. */
const prefixForm = /^[A-Za-z0-9/._-]{0,500}$/;

/**
 * Opens a bucket, or the part of one under a prefix, as a backend. Finds out what the service can do by trying, so it needs leave
 * to write; throws away unfinished uploads of ours that are older than a day.
 *
 * No overwriting  promised by the service where it knows `If-None-Match: *` (tried at opening, apart for whole objects and for
 *                 uploads in parts); elsewhere by looking first, with puts of one name taking turns: safe in one process, not between several
 * Memory          8 MiB for each of `uploadBuffers` (4), all puts of staged files together, kept from their first use on; bytes to
 *                 put are the caller's, and copied for their digest where they are more than 64 KiB; a thread, some 10 MiB, from then on
 * Throws          store.io with what to do: credentials, bucket, region, endpoint; TypeError when the options are wrong
 */
export async function openS3Backend(options: S3Options): Promise<Backend> {
  if (!prefixForm.test(options.prefix)) {
    throw new TypeError(
      `A prefix has A-Z, a-z, 0-9, '/', '.', '-' and '_', at most 500; got ${JSON.stringify(options.prefix.slice(0, 600))}.`,
    );
  }
  if (!/^https?:$/.test(new URL(options.endpoint).protocol)) {
    throw new TypeError(`An endpoint starts with http:// or https://, got ${options.endpoint}.`);
  }
  await using stack = new AsyncDisposableStack();
  const bucket = stack.use(new S3Bucket(options));
  const input = { Bucket: bucket.name, Prefix: bucket.prefix, MaxKeys: 1 };
  await bucket.send("Opening", () => bucket.client.send(new ListObjectsV2Command(input)));
  const conditions = await probeConditionalWrites(bucket);
  await clearStrays(bucket);
  stack.move();
  return new S3Backend(bucket, { conditions, buffers: new PartBuffers(options.uploadBuffers ?? 4) });
}

interface Uploads {
  readonly conditions: ConditionalWrites;
  readonly buffers: PartBuffers;
}

class S3Backend implements Backend {
  readonly place: string;
  readonly #bucket: S3Bucket;
  readonly #uploads: Uploads;
  readonly #turns = new NameTurns();

  constructor(bucket: S3Bucket, uploads: Uploads) {
    this.place = bucket.place;
    this.#bucket = bucket;
    this.#uploads = uploads;
  }

  async put(name: string, content: NewFile): Promise<void> {
    try {
      checkFileName(name);
      const { put, complete } = this.#uploads.conditions;
      const write = () => ("bytes" in content ? this.#putBytes(name, content.bytes) : this.#putStaged(name, content.stagedPath));
      await (put && complete ? write() : this.#turns.run(name, write));
    } finally {
      if ("stagedPath" in content) {
        await rm(content.stagedPath, { force: true });
      }
    }
  }

  async read(
    name: string,
    offset: number,
    targets: readonly Uint8Array[],
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<number> {
    checkFileName(name);
    checkOffset(offset);
    signal?.throwIfAborted();
    return await readObject(this.#bucket, { name, offset, targets, signal });
  }

  async sizeOf(name: string): Promise<number | undefined> {
    checkFileName(name);
    return (await headObject(this.#bucket, name))?.sizeBytes;
  }

  list(prefix: string): AsyncIterable<KeptFile> {
    return listObjects(this.#bucket, prefix);
  }

  async remove(name: string): Promise<void> {
    checkFileName(name);
    const { client } = this.#bucket;
    await this.#bucket.send(`Removing ${name}`, async () => {
      try {
        await client.send(new DeleteObjectCommand(this.#bucket.at(name)));
      } catch (error) {
        // Some services answer so when there is nothing to remove.
        if (!hasStatus(error, 404) || !(error instanceof Error) || error.name === "NoSuchBucket") {
          throw error;
        }
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#bucket[Symbol.asyncDispose]();
  }

  async #putBytes(name: string, bytes: Uint8Array): Promise<void> {
    await putObject(this.#bucket, name, { bytes, conditional: this.#uploads.conditions.put });
  }

  async #putStaged(name: string, stagedPath: string): Promise<void> {
    await wordingErrors(`reading what was staged for ${name}`, async () => {
      await using file = await open(stagedPath, "r");
      const { size: sizeBytes } = await file.stat();
      const { conditions, buffers } = this.#uploads;
      if (sizeBytes <= partBytes) {
        await buffers.run(async (buffer) => {
          const bytes = buffer.subarray(0, sizeBytes);
          await readStaged(file, 0, bytes);
          await this.#putBytes(name, bytes);
        });
      } else {
        await uploadObject(this.#bucket, { name, file, sizeBytes, conditional: conditions.complete, buffers });
      }
    });
  }
}
