import { S3Client } from "@aws-sdk/client-s3";
import { chunkWorkers } from "../../chunk/chunk-workers.ts";
import type { ChunkWorkers } from "../../chunk/chunk-workers.ts";
import { defaultRetryPolicy, retrying } from "../timing/retrying.ts";
import { systemTimers } from "../timing/timers.ts";
import type { Timers } from "../timing/timers.ts";
import { asS3StoreError, isTransientS3Failure } from "./s3-failure.ts";
import type { S3Options } from "./s3-options.ts";
import { signPayloads } from "./payload-digest.ts";

/** How one errand may differ from the others. */
export interface SendOptions {
  readonly signal?: AbortSignal | undefined;
  /** Tells whether the errand may be tried again; when left out, after failures of the service and the connection. */
  readonly isTransient?: (error: unknown, attempt: number) => boolean;
}

/** Settings that are the same for every request to a bucket. */
interface Request {
  readonly Bucket: string;
  readonly Key: string;
}

/** A bucket with what everyone who sends requests to it needs: addresses, retries, errors in our words. */
export class S3Bucket implements AsyncDisposable {
  readonly client: S3Client;
  readonly name: string;
  readonly prefix: string;
  readonly place: string;
  readonly timers: Timers;
  readonly #options: S3Options;
  /** Digests what is sent: one thread is enough for about 1 GiB a second. */
  readonly #workers = chunkWorkers(1);

  constructor(options: S3Options) {
    this.#options = options;
    this.name = options.bucket;
    this.prefix = options.prefix;
    this.timers = options.timers ?? systemTimers;
    this.place = `bucket ${options.bucket}${options.prefix === "" ? "" : `, ${options.prefix}`} at ${options.endpoint}`;
    this.client = newClient(options, this.#workers);
  }

  /** The address of a file, for a request. */
  at(name: string): Request {
    return { Bucket: this.name, Key: this.prefix + name };
  }

  warn(message: string): void {
    this.#options.warn?.(message);
  }

  /** Runs `work`, which sends one request, again while that can help. `doing` begins a sentence: "Reading packs/3f/…". */
  async send<T>(doing: string, work: (attempt: number) => Promise<T>, options: SendOptions = {}): Promise<T> {
    const { signal, isTransient = isTransientS3Failure } = options;
    try {
      return await retrying(work, { policy: this.#options.retry ?? defaultRetryPolicy, timers: this.timers, signal, isTransient });
    } catch (error) {
      signal?.throwIfAborted();
      throw asS3StoreError(error, { doing, place: this.place });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.destroy();
    await this.#workers[Symbol.asyncDispose]();
  }
}

function newClient(options: S3Options, workers: ChunkWorkers): S3Client {
  const { idleTimeoutMs = 60_000, connectTimeoutMs = 10_000, forcePathStyle = true } = options;
  const client = new S3Client({
    endpoint: options.endpoint,
    region: options.region,
    credentials: options.credentials,
    forcePathStyle,
    // Attempts are ours: only here is known what an answer means that comes after a lost one.
    maxAttempts: 1,
    // Older services know nothing of the newer checksums; contents are signed and checked by the store itself.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    // How many go at once is for a limit above; here nobody should wait unseen.
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      socketTimeout: idleTimeoutMs,
      httpAgent: { keepAlive: true, maxSockets: 256 },
      httpsAgent: { keepAlive: true, maxSockets: 256 },
    },
  });
  signPayloads(client, workers);
  return client;
}
