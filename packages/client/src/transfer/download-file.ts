import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { constants } from "node:fs";
import { open, readdir, rename, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname, join, basename } from "node:path";
import { ApiError } from "../errors/api-error.ts";
import { ChecksumError } from "../errors/checksum-error.ts";
import { ConnectionError } from "../errors/connection-error.ts";
import { isTransient } from "../errors/is-transient.ts";
import type { Buckets, ObjectFacts, ObjectName } from "../buckets.ts";
import { networkFailure } from "../http/network-failure.ts";
import { retrying } from "../timing/retrying.ts";
import type { RetryPolicy } from "../timing/retrying.ts";
import type { Timers } from "../timing/timers.ts";

/** How far a download is. */
export interface DownloadProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** The part of `doneBytes` that an earlier run had fetched. */
  readonly reusedBytes: number;
}

export interface DownloadFileOptions {
  readonly buckets: Buckets;
  readonly timers: Timers;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  readonly onRetry?: ((error: unknown) => void) | undefined;
}

const patience: RetryPolicy = { attempts: 12, firstDelayMs: 500, maxDelayMs: 15_000 };
const zeros = new Uint8Array(1024 * 1024);

/**
 * Fetches an object into a file. It is written beside its place under a name of its own and takes its place only when it is whole, so
 * nobody ever sees half a file. A broken connection is taken up again where it broke; so is a run that was ended, by the next one that
 * fetches the same content to the same place. Zeros become holes.
 *
 * Memory  what one read from the network returns
 * Throws  ConnectionError, ApiError (404: no such object), ChecksumError (longer than the bucket said, or another MD5 where it told one)
 */
export async function downloadFile(object: ObjectName, path: string, options: DownloadFileOptions): Promise<void> {
  const facts = await options.buckets.head(object, { signal: options.signal });
  if (facts === undefined) {
    throw new ApiError(
      { code: "NoSuchKey", message: `There is no object ${object.key} in bucket ${object.bucket}.`, requestId: undefined },
      404,
      `HEAD /${object.bucket}/${object.key}`,
    );
  }
  const partial = partialPath(path, facts);
  await removeOtherPartials(path, partial);
  const handle = await open(partial, constants.O_RDWR | constants.O_CREAT, 0o666);
  try {
    await new FileDownload({ object, facts, handle }, options).run();
  } catch (error) {
    if (error instanceof ChecksumError) {
      await rm(partial, { force: true });
    }
    throw error;
  } finally {
    await handle.close();
  }
  await rename(partial, path);
}

/** Name of the file while it is incomplete; tied to the content, so that another content never continues it. */
export function partialPath(path: string, facts: ObjectFacts): string {
  const tag = createHash("sha256").update(`${facts.etag} ${facts.lengthBytes}`).digest("hex").slice(0, 12);
  return join(dirname(path), `.${basename(path)}.${tag}.partial`);
}

/** Removes what earlier runs fetched of other content for the same place: nobody can go on with it any more. */
async function removeOtherPartials(path: string, partial: string): Promise<void> {
  const prefix = `.${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    const isPartial = name.startsWith(prefix) && /^[0-9a-f]{12}\.partial$/.test(name.slice(prefix.length));
    if (isPartial && name !== basename(partial)) {
      await rm(join(dirname(path), name), { force: true });
    }
  }
}

class FileDownload {
  readonly #object: ObjectName;
  readonly #facts: ObjectFacts;
  readonly #handle: FileHandle;
  readonly #options: DownloadFileOptions;
  /** Absent when the object's ETag is no MD5, so that there is nothing to check it against. */
  #digest: Hash | undefined;
  #doneBytes = 0;
  #reusedBytes = 0;

  constructor(
    work: { readonly object: ObjectName; readonly facts: ObjectFacts; readonly handle: FileHandle },
    options: DownloadFileOptions,
  ) {
    this.#object = work.object;
    this.#facts = work.facts;
    this.#handle = work.handle;
    this.#options = options;
    this.#digest = this.#newDigest();
  }

  async run(): Promise<void> {
    await this.#takeUp();
    const { timers, signal, onRetry } = this.#options;
    await retrying(() => this.#fetchRest(), { policy: patience, timers, signal, isTransient, onRetry });
    await this.#handle.truncate(this.#facts.lengthBytes);
    this.#check();
    await this.#handle.datasync();
  }

  /** Counts and digests what an earlier run has written. */
  async #takeUp(): Promise<void> {
    const { size } = await this.#handle.stat();
    const there = Math.min(size, this.#facts.lengthBytes);
    const chunk = new Uint8Array(zeros.length);
    while (this.#doneBytes < there) {
      this.#options.signal?.throwIfAborted();
      const { bytesRead } = await this.#handle.read(chunk, 0, Math.min(chunk.length, there - this.#doneBytes), this.#doneBytes);
      this.#digest?.update(chunk.subarray(0, bytesRead));
      this.#doneBytes += bytesRead;
    }
    this.#reusedBytes = there;
    this.#report();
  }

  async #fetchRest(): Promise<void> {
    const { lengthBytes, etag } = this.#facts;
    if (this.#doneBytes === lengthBytes) {
      return;
    }
    const response = await this.#options.buckets.get(this.#object, { fromByte: this.#doneBytes, etag }, { signal: this.#options.signal });
    if (response.status === 200) {
      await this.#startOver();
    }
    for await (const chunk of this.#chunks(response)) {
      await this.#write(chunk);
    }
    if (this.#doneBytes < lengthBytes) {
      throw new ConnectionError(new URL(response.url).origin, new Error(`The answer ended at byte ${this.#doneBytes} of ${lengthBytes}.`));
    }
  }

  /** Wraps only what the network throws, so that a full disk stays what it is. */
  async *#chunks(response: Response): AsyncGenerator<Uint8Array> {
    try {
      yield* response.body ?? [];
    } catch (error) {
      throw networkFailure(error, { origin: new URL(response.url).origin, signal: this.#options.signal });
    }
  }

  /** For a service that sends the whole object, although a range was asked for. */
  async #startOver(): Promise<void> {
    await this.#handle.truncate(0);
    this.#digest = this.#newDigest();
    this.#doneBytes = 0;
    this.#reusedBytes = 0;
  }

  async #write(chunk: Uint8Array): Promise<void> {
    if (this.#doneBytes + chunk.length > this.#facts.lengthBytes) {
      throw new ChecksumError(`The object has ${this.#facts.lengthBytes} bytes, and more were sent.`);
    }
    this.#digest?.update(chunk);
    for (let written = isZero(chunk) ? chunk.length : 0; written < chunk.length;) {
      const { bytesWritten } = await this.#handle.write(chunk, written, chunk.length - written, this.#doneBytes + written);
      written += bytesWritten;
    }
    this.#doneBytes += chunk.length;
    this.#report();
  }

  #report(): void {
    this.#options.onProgress?.({ doneBytes: this.#doneBytes, totalBytes: this.#facts.lengthBytes, reusedBytes: this.#reusedBytes });
  }

  #newDigest(): Hash | undefined {
    return /^[0-9a-f]{32}$/.test(this.#facts.etag) ? createHash("md5") : undefined;
  }

  #check(): void {
    const md5 = this.#digest?.digest("hex");
    if (md5 !== undefined && md5 !== this.#facts.etag) {
      throw new ChecksumError(`The object has MD5 ${this.#facts.etag}, and what arrived has ${md5}.`);
    }
  }
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.length <= zeros.length && Buffer.compare(bytes, zeros.subarray(0, bytes.length)) === 0;
}
