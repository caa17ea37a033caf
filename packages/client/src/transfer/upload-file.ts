import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { ApiError } from "../errors/api-error.ts";
import { ChecksumError } from "../errors/checksum-error.ts";
import { isTransient } from "../errors/is-transient.ts";
import type { Buckets, MultipartUpload, ObjectName, UploadedPart } from "../buckets.ts";
import { retrying } from "../timing/retrying.ts";
import type { RetryPolicy } from "../timing/retrying.ts";
import type { Timers } from "../timing/timers.ts";
import { planParts } from "./plan-parts.ts";
import type { PartRange } from "./plan-parts.ts";
import { UploadSource } from "./upload-source.ts";

/** How far an upload is. */
export interface UploadProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** The part of `doneBytes` that an earlier run had sent. */
  readonly reusedBytes: number;
}

export interface UploadFileOptions {
  readonly buckets: Buckets;
  readonly bucket: string;
  /** What the object's key ends with. Default: the file's name, with signs that keys may have. */
  readonly name?: string | undefined;
  readonly timers: Timers;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined;
  readonly onRetry?: ((error: unknown) => void) | undefined;
}

const PARALLEL_PARTS = 4;

/** A service that is restarted, or a network that comes back within two minutes, costs no upload. */
const patience: RetryPolicy = { attempts: 12, firstDelayMs: 500, maxDelayMs: 15_000 };

/**
 * Sends a local file into a bucket, part by part, each checked by its MD5. What an earlier run has sent of the same file is not sent
 * again: the key is made from the file, and parts whose length and digest match are kept. An upload that fails or is aborted stays
 * in the bucket for the next run.
 *
 * Memory  4 parts at once, each streamed through about 2 MiB
 * Throws  ConnectionError, ApiError, ChecksumError; an error when the file changes meanwhile; the signal's reason when it was aborted
 * Source  S3 API, "Multipart upload overview"
 */
export async function uploadFile(path: string, options: UploadFileOptions): Promise<ObjectName> {
  await using source = await UploadSource.open(path);
  const object = { bucket: options.bucket, key: await source.key(options.name) };
  const upload = new FileUpload(source, object, options);
  await upload.run();
  return object;
}

class FileUpload {
  readonly #source: UploadSource;
  readonly #object: ObjectName;
  readonly #options: UploadFileOptions;
  readonly #parts: readonly PartRange[];
  /** Ends the other parts once one has failed for good. */
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  #doneBytes = 0;
  #reusedBytes = 0;

  constructor(source: UploadSource, object: ObjectName, options: UploadFileOptions) {
    this.#source = source;
    this.#object = object;
    this.#options = options;
    this.#parts = planParts(source.lengthBytes);
    this.#signal = options.signal === undefined ? this.#stop.signal : AbortSignal.any([options.signal, this.#stop.signal]);
  }

  async run(): Promise<void> {
    const { buckets } = this.#options;
    const call = { signal: this.#signal };
    if (await this.#isThere()) {
      return;
    }
    const earlier = await buckets.findUpload(this.#object, call);
    const arrived = earlier === undefined ? [] : await buckets.parts(earlier, call);
    const upload = earlier ?? (await buckets.startUpload(this.#object, call));
    const sent = await this.#sendAll(upload, new Map(arrived.map((part) => [part.partNumber, part])));
    await this.#source.checkUnchanged();
    await this.#complete(upload, sent);
  }

  /** A complete upload of an earlier run, whose import did not come to its end. */
  async #isThere(): Promise<boolean> {
    const facts = await this.#options.buckets.head(this.#object, { signal: this.#signal });
    if (facts?.lengthBytes !== this.#source.lengthBytes) {
      return false;
    }
    const digests: string[] = [];
    for (const part of this.#parts) {
      this.#signal.throwIfAborted();
      digests.push(await this.#source.md5(part));
    }
    if (facts.etag !== etagOfParts(digests)) {
      return false;
    }
    this.#report(this.#source.lengthBytes, this.#source.lengthBytes);
    return true;
  }

  async #sendAll(upload: MultipartUpload, arrived: ReadonlyMap<number, UploadedPart>): Promise<readonly UploadedPart[]> {
    const sent: UploadedPart[] = [];
    const queue = this.#parts.values();
    const failures: unknown[] = [];
    const work = async (): Promise<void> => {
      try {
        for (const part of queue) {
          sent[part.partNumber - 1] = await this.#keepOrSend(upload, part, arrived.get(part.partNumber));
        }
      } catch (error) {
        failures.push(error);
        this.#stop.abort(error);
      }
    };
    this.#report(0, 0);
    await Promise.all(Array.from({ length: PARALLEL_PARTS }, work));
    if (failures.length > 0) {
      throw failures[0];
    }
    return sent;
  }

  async #keepOrSend(upload: MultipartUpload, part: PartRange, arrived: UploadedPart | undefined): Promise<UploadedPart> {
    this.#signal.throwIfAborted();
    if (arrived?.lengthBytes === part.lengthBytes && arrived.etag === (await this.#source.md5(part))) {
      this.#report(part.lengthBytes, part.lengthBytes);
      return arrived;
    }
    const etag = await retrying(() => this.#send(upload, part), {
      policy: patience,
      timers: this.#options.timers,
      signal: this.#signal,
      isTransient: (error) => isTransient(error) || error instanceof ChecksumError,
      onRetry: this.#options.onRetry,
    });
    return { partNumber: part.partNumber, lengthBytes: part.lengthBytes, etag };
  }

  /**
   * One attempt at one part. Its bytes count as done while they go out, and no longer once the attempt has failed; a refusal can come
   * before the body has gone out, whose rest is then neither read nor counted.
   */
  async #send(upload: MultipartUpload, part: PartRange): Promise<string> {
    const attempt = { bytes: 0, isOver: false };
    const digest = createHash("md5");
    const body = { lengthBytes: part.lengthBytes, open: () => ReadableStream.from(this.#readFor(attempt, part, digest)) };
    try {
      const etag = await this.#options.buckets.putPart(upload, part.partNumber, body, { signal: this.#signal });
      checkDigest(etag, digest.digest("hex"), part);
      return etag;
    } catch (error) {
      this.#report(-attempt.bytes, 0);
      throw error;
    } finally {
      attempt.isOver = true;
    }
  }

  async *#readFor(
    attempt: { bytes: number; readonly isOver: boolean },
    part: PartRange,
    digest: Hash,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for await (const chunk of this.#source.read(part)) {
      if (attempt.isOver) {
        return;
      }
      digest.update(chunk);
      attempt.bytes += chunk.length;
      this.#report(chunk.length, 0);
      yield chunk;
    }
  }

  /** Joins the parts. When the answer is lost, the object itself tells whether they were joined. */
  async #complete(upload: MultipartUpload, parts: readonly UploadedPart[]): Promise<void> {
    const { buckets, timers, onRetry } = this.#options;
    const expected = etagOfParts(parts.map(({ etag }) => etag));
    const complete = async (): Promise<void> => {
      try {
        await buckets.completeUpload(upload, parts, { signal: this.#signal });
      } catch (error) {
        const isUnsure = isTransient(error) || (error instanceof ApiError && error.code === "NoSuchUpload");
        if (!isUnsure || (await buckets.head(this.#object, { signal: this.#signal }))?.etag !== expected) {
          throw error;
        }
      }
    };
    await retrying(complete, { policy: patience, timers, signal: this.#signal, isTransient, onRetry });
  }

  #report(bytes: number, reusedBytes: number): void {
    this.#doneBytes += bytes;
    this.#reusedBytes += reusedBytes;
    this.#options.onProgress?.({ doneBytes: this.#doneBytes, totalBytes: this.#source.lengthBytes, reusedBytes: this.#reusedBytes });
  }
}

/** An ETag that is no MD5 (some services encrypt) cannot be checked. */
function checkDigest(etag: string, md5: string, part: PartRange): void {
  if (/^[0-9a-f]{32}$/.test(etag) && etag !== md5) {
    throw new ChecksumError(`Part ${part.partNumber} (at byte ${part.offset}) arrived with MD5 ${etag} and was sent with ${md5}.`);
  }
}

function etagOfParts(digests: readonly string[]): string {
  const joined = createHash("md5");
  for (const digest of digests) {
    joined.update(digest, "hex");
  }
  return `${joined.digest("hex")}-${digests.length}`;
}
