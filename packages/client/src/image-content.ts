import type { ImageExtent, ListExtentsAnswer } from "@tintype/contract/api/image-content.ts";
import type { CallOptions } from "./buckets.ts";
import { ChecksumError } from "./errors/checksum-error.ts";
import { ConnectionError } from "./errors/connection-error.ts";
import { isTransient } from "./errors/is-transient.ts";
import { SetupError } from "./errors/setup-error.ts";
import { jsonObject, jsonObjects, numberOf, textOf } from "./http/json-object.ts";
import { networkFailure } from "./http/network-failure.ts";
import type { Session } from "./session/session.ts";
import { retrying } from "./timing/retrying.ts";
import type { RetryPolicy } from "./timing/retrying.ts";

const patience: RetryPolicy = { attempts: 6, firstDelayMs: 250, maxDelayMs: 5000 };
const PAGE_LIMIT = 10_000;
/** Longest wait for one range, in milliseconds. */
const READ_TIMEOUT_MS = 60_000;

/**
 * The content of a stored image's first disk, through our own API. It never changes while the image exists.
 *
 * Throws  ConnectionError, ApiError, ChecksumError (the service sent something else than was asked for)
 */
export class ImageContent {
  readonly lengthBytes: number;
  readonly #session: Session;
  readonly #path: string;
  readonly #etag: string;

  private constructor(session: Session, path: string, facts: { readonly lengthBytes: number; readonly etag: string }) {
    this.#session = session;
    this.#path = path;
    this.#etag = facts.etag;
    this.lengthBytes = facts.lengthBytes;
  }

  /** Asks how long the content is. Throws  ApiError (404: no such image for the caller; 409: it is not ready) */
  static async open(session: Session, imageId: string, options: CallOptions = {}): Promise<ImageContent> {
    const path = `/api/v1/images/${encodeURIComponent(imageId)}`;
    // One page of the map, since the answer to HEAD could not say what is wrong.
    const { sizeBytes } = await readPage(session, path, { limit: 1 }, options);
    const response = await session.send({ to: "api", method: "HEAD", path: `${path}/content`, ...options });
    const etag = response.headers.get("etag");
    if (etag === null) {
      throw new SetupError("The service tells no ETag of an image's content. Check that the address is that of a Tintype service.");
    }
    return new ImageContent(session, path, { lengthBytes: sizeBytes, etag });
  }

  /**
   * Fills `target` with the bytes from `offset` on. A broken connection is tried again.
   *
   * Memory  `target`, and one piece of the answer
   */
  async readInto(target: Uint8Array, offset: number, { signal }: CallOptions = {}): Promise<void> {
    await retrying(() => this.#readOnce(target, offset, signal), { policy: patience, timers: this.#session.timers, signal, isTransient });
  }

  /**
   * Lists data and zeros, in order and without gaps, a page at a time.
   *
   * Memory  one page of at most 10,000 extents
   */
  async *extents(options: CallOptions = {}): AsyncGenerator<ImageExtent> {
    for (let cursor: string | undefined; ;) {
      const { extents, nextCursor } = await readPage(this.#session, this.#path, { limit: PAGE_LIMIT, cursor }, options);
      yield* extents;
      if (nextCursor === undefined || nextCursor === cursor) {
        return;
      }
      cursor = nextCursor;
    }
  }

  async #readOnce(target: Uint8Array, offset: number, given: AbortSignal | undefined): Promise<void> {
    const limit = AbortSignal.timeout(READ_TIMEOUT_MS);
    const signal = given === undefined ? limit : AbortSignal.any([given, limit]);
    const range = `bytes=${offset}-${offset + target.length - 1}`;
    const response = await this.#session.send({
      to: "api",
      method: "GET",
      path: `${this.#path}/content`,
      headers: { range },
      retry: "once",
      signal,
    });
    if (response.status !== 206 || response.headers.get("etag") !== this.#etag) {
      await response.body?.cancel();
      throw new ChecksumError("The service sent another content, or another range of it, than was asked for.");
    }
    const { origin } = new URL(response.url);
    let done = 0;
    try {
      for await (const chunk of response.body ?? []) {
        if (done + chunk.length > target.length) {
          throw new ChecksumError(`The service sent more than the ${target.length} bytes that were asked for.`);
        }
        target.set(chunk, done);
        done += chunk.length;
        // Left to the garbage collector, what was copied piles up to tens of MiB.
        chunk.buffer.transfer(0);
      }
    } catch (error) {
      throw error instanceof ChecksumError ? error : networkFailure(error, { origin, signal });
    }
    if (done < target.length) {
      throw new ConnectionError(origin, new Error(`The answer ended after ${done} of ${target.length} bytes.`));
    }
  }
}

interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

async function readPage(session: Session, path: string, query: PageQuery, options: CallOptions): Promise<ListExtentsAnswer> {
  const answer = jsonObject(await session.json({ method: "GET", path: `${path}/extents`, query: { ...query }, ...options }));
  const sizeBytes = numberOf(answer, "sizeBytes");
  if (sizeBytes === undefined) {
    throw new SetupError("What was answered as a map is none. Check that the address is that of a Tintype service.");
  }
  const extents = jsonObjects(answer["extents"]).map((extent) => ({
    offset: numberOf(extent, "offset") ?? 0,
    length: numberOf(extent, "length") ?? 0,
    kind: textOf(extent, "kind") === "zero" ? ("zero" as const) : ("data" as const),
  }));
  const nextCursor = textOf(answer, "nextCursor");
  return { sizeBytes, extents, ...(nextCursor !== undefined && { nextCursor }) };
}
