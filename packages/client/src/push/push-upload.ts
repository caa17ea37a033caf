import { ApiError } from "../errors/api-error.ts";
import { isTransient } from "../errors/is-transient.ts";
import { SetupError } from "../errors/setup-error.ts";
import { retrying } from "../timing/retrying.ts";
import type { RetryPolicy } from "../timing/retrying.ts";
import type { Timers } from "../timing/timers.ts";
import { FileDigest } from "./file-digest.ts";
import type { FileDigests } from "./file-digest.ts";
import type { PushSource } from "./push-source.ts";
import { recordsBytes, recordsOf } from "./push-window.ts";
import type { PushRun, PushWindow } from "./push-window.ts";
import { scanWindows } from "./scan-windows.ts";
import type { Uploads, UploadState } from "./uploads.ts";

/** How a push went: bytes of the file by how they got there. */
export interface PushTotals {
  /** Sent in an earlier run. */
  readonly resumedBytes: number;
  /** Sent as they are. */
  readonly sentBytes: number;
  /** Not sent, since the project had them. */
  readonly savedBytes: number;
  /** Not sent, since they are zeros. */
  readonly zeroBytes: number;
}

/** How far a push is. */
export interface PushProgress extends PushTotals {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface PushOptions {
  readonly timers: Timers;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: PushProgress) => void) | undefined;
  readonly onRetry?: ((error: unknown) => void) | undefined;
}

/** What a push ended with. */
export interface PushedUpload {
  readonly totals: PushTotals;
  readonly digests: FileDigests;
}

/** Where a service tells no length of chunks, everything is sent in pieces of this one. */
const plainChunkBytes = 512 * 1024;
/** What a service refuses a question with that has no answer, or none for now: then everything is sent. */
const unansweredCodes: ReadonlySet<string> = new Set(["tus.pushUnavailable", "tus.tooManyQuestions"]);
/** A service that is restarted, or a network that comes back within two minutes, ends no push. */
const patience: RetryPolicy = { attempts: 12, firstDelayMs: 500, maxDelayMs: 15_000 };
/**
 * How often to look whether another request that writes to the upload is done: for twelve hours, first every 2 s. One that stands still makes
 * room, so it is at work, and filling an image with a large file takes long.
 */
const lockedPolicy = { attempts: 2900, delayMs: 2000, soon: 20, laterDelayMs: 15_000 };

/**
 * Sends what an upload misses of a file: asks which chunks the project does not have, sends these, and refers to the others. Goes on
 * where the upload stands, however often it is interrupted. What is wanted is read twice: to be digested, and to be sent. While a window is
 * sent, the next one is digested.
 *
 * Memory  what `scanWindows` and `recordsOf` hold
 * Throws  ConnectionError, ApiError; what the source throws; the signal's reason
 */
export async function pushUpload(source: PushSource, uploads: Uploads, id: string, options: PushOptions): Promise<PushedUpload> {
  await using digest = new FileDigest();
  const push = new UploadPush(source, { uploads, id, digest }, options);
  const totals = await push.run();
  return { totals, digests: await digest.finish() };
}

class UploadPush {
  readonly #source: PushSource;
  readonly #uploads: Uploads;
  readonly #id: string;
  readonly #digest: FileDigest;
  readonly #options: PushOptions;
  #offset = 0;
  /** Failures since the offset last moved. */
  #failures = 0;
  #totals = { resumedBytes: 0, sentBytes: 0, savedBytes: 0, zeroBytes: 0 };

  constructor(
    source: PushSource,
    upload: { readonly uploads: Uploads; readonly id: string; readonly digest: FileDigest },
    options: PushOptions,
  ) {
    this.#source = source;
    this.#uploads = upload.uploads;
    this.#id = upload.id;
    this.#digest = upload.digest;
    this.#options = options;
  }

  async run(): Promise<PushTotals> {
    const { offsetBytes, chunkBytes = plainChunkBytes } = await this.#state();
    this.#offset = offsetBytes;
    this.#totals.resumedBytes = offsetBytes;
    this.#report(this.#offset, this.#totals);
    const { signal } = this.#options;
    for await (const window of scanWindows(this.#source, { chunkBytes, digest: this.#digest, signal })) {
      if (this.#offset < window.end) {
        await this.#send(window);
      }
      this.#report(this.#offset, this.#totals);
    }
    return this.#totals;
  }

  async #send(window: PushWindow): Promise<void> {
    await this.#ask(window);
    while (this.#offset < window.end) {
      const from = this.#offset;
      try {
        this.#moveTo(await this.#sendFrom(window, from), window);
      } catch (error) {
        await this.#recover(window, error);
      }
    }
  }

  async #ask(window: PushWindow): Promise<void> {
    const offered = window.offeredFrom(this.#offset);
    if (offered.digests.length === 0) {
      return;
    }
    try {
      window.noteWanted(offered, await this.#patiently(() => this.#uploads.wanted(this.#id, offered, { signal: this.#options.signal })));
    } catch (error) {
      if (!(error instanceof ApiError) || !unansweredCodes.has(error.code)) {
        throw error;
      }
      window.noteWanted(offered, [...offered.digests.keys()]);
    }
  }

  async #sendFrom(window: PushWindow, from: number): Promise<number> {
    const { signal } = this.#options;
    const totals = { ...this.#totals };
    const onRun = (run: PushRun): void => {
      count(totals, run);
      this.#report(run.to, totals);
    };
    const open = (): ReadableStream<Uint8Array> => ReadableStream.from(recordsOf(window.runsFrom(from), this.#source, onRun));
    const body = { lengthBytes: recordsBytes(window.runsFrom(from)), open };
    const offset = await this.#uploads.send(this.#id, { offset: from, body, as: "records" }, { signal });
    if (offset !== window.end) {
      throw new SetupError(`The service says that the upload stands at ${offset}, where ${window.end} is right.`);
    }
    return offset;
  }

  /** Finds out where the upload stands, and does what the failure asks for; throws it when nothing can be done. */
  async #recover(window: PushWindow, error: unknown): Promise<void> {
    const { signal, timers, onRetry } = this.#options;
    signal?.throwIfAborted();
    const code = error instanceof ApiError ? error.code : "";
    const canGoOn = isTransient(error) || code === "tus.chunkForgotten" || code === "tus.offsetMismatch" || code === "tus.locked";
    const most = code === "tus.locked" ? lockedPolicy.attempts : patience.attempts;
    this.#failures += 1;
    if (!canGoOn || this.#failures >= most) {
      throw error;
    }
    if (code === "tus.locked" || isTransient(error)) {
      onRetry?.(error);
      await timers.delay(code === "tus.locked" ? this.#lockedDelayMs() : this.#transientDelayMs(), signal);
    }
    this.#moveTo((await this.#state()).offsetBytes, window);
    if (code === "tus.chunkForgotten" && this.#offset < window.end) {
      await this.#ask(window);
      // If it was found again and cannot be read, asking on and on would lead nowhere.
      window.sendAt(this.#offset);
    }
  }

  #lockedDelayMs(): number {
    return this.#failures <= lockedPolicy.soon ? lockedPolicy.delayMs : lockedPolicy.laterDelayMs;
  }

  #transientDelayMs(): number {
    return Math.min(patience.firstDelayMs * 2 ** Math.min(this.#failures - 1, 5), patience.maxDelayMs);
  }

  #moveTo(offset: number, window: PushWindow): void {
    if (offset < this.#offset || offset < window.start || offset > this.#source.lengthBytes) {
      throw new SetupError(`The upload went back from ${this.#offset} to ${offset}: the service lost what it had acknowledged.`);
    }
    if (offset > this.#offset) {
      this.#failures = 0;
      for (const run of window.runsFrom(this.#offset)) {
        if (run.from < offset) {
          count(this.#totals, { ...run, to: Math.min(run.to, offset) });
        }
      }
      this.#offset = offset;
    }
  }

  async #state(): Promise<UploadState> {
    const state = await this.#patiently(() => this.#uploads.state(this.#id, { signal: this.#options.signal }));
    if (state === undefined) {
      throw new SetupError(`The upload ${this.#id} is gone: it was deleted, or its time is over. Start again.`);
    }
    return state;
  }

  #patiently<T>(work: () => Promise<T>): Promise<T> {
    const { timers, signal, onRetry } = this.#options;
    return retrying(work, { policy: patience, timers, signal, isTransient, onRetry });
  }

  #report(doneBytes: number, totals: PushTotals): void {
    this.#options.onProgress?.({ doneBytes, totalBytes: this.#source.lengthBytes, ...totals });
  }
}

const totalOf = { data: "sentBytes", reference: "savedBytes", zeros: "zeroBytes" } as const;

function count(totals: { -readonly [Name in keyof PushTotals]: number }, { as, from, to }: PushRun): void {
  totals[totalOf[as]] += to - from;
}
