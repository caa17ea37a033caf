import type { Timers } from "@tintype/jobs/timers.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { FileCache } from "../ports/file-cache.ts";
import type { ImageId } from "../ports/ids.ts";
import type { Log } from "../ports/log.ts";
import type { FoundFile } from "../transfers/files/find-image-file.ts";
import type { OpenImageFileDeps } from "../transfers/files/open-image-file.ts";
import { cacheKeyOf } from "./cache-key.ts";
import { fillCache } from "./fill-cache.ts";
import { RecentReads } from "./recent-reads.ts";

/**
 * Pause before each image, which leaves the disks to those who wait for an answer. Clients of Glance also count on it: they look for an image
 * in the queue right after they put it there.
 */
const pauseMs = 2000;

/** What the cache works with. */
export interface ImageCacheDeps extends OpenImageFileDeps {
  readonly catalog: Catalog;
  readonly files: FileCache;
  readonly clock: Clock;
  readonly log: Log;
  readonly timers: Timers;
  /** Which images come by themselves: none, or those whose file is read whole a second time. */
  readonly fill: "asked" | "read";
}

/**
 * The files of images that are ready to be sent, and the queue of those that are to be: worked off one after the other, until disposal.
 *
 * Memory  as `fillCache`, and `RecentReads`
 */
export class ImageCache implements AsyncDisposable {
  readonly files: FileCache;
  readonly #deps: ImageCacheDeps;
  readonly #reads: RecentReads;
  readonly #stop = new AbortController();
  /** Ends the filling that is under way. */
  #filling: { readonly imageId: ImageId; readonly stop: AbortController } | undefined;
  #working = Promise.resolve();

  constructor(deps: ImageCacheDeps) {
    this.files = deps.files;
    this.#deps = deps;
    this.#reads = new RecentReads(deps.clock);
  }

  /** Goes on with what was in the queue when the service stopped, and lets go what is no image's file any more. */
  async start(): Promise<void> {
    await this.clean();
    this.#workOn();
  }

  /** Puts an image whose file may be kept at the end of the queue. */
  async enqueue(imageId: ImageId): Promise<void> {
    const saved = this.files.enqueue(imageId);
    this.#workOn();
    await saved;
  }

  /** Takes an image out of the queue, and ends its filling. */
  async dequeue(imageId: ImageId): Promise<void> {
    await this.files.dequeue(imageId);
    if (this.#filling?.imageId === imageId) {
      this.#filling.stop.abort(new Error("The image was taken out of the queue."));
    }
  }

  /** Lets all files of an image go, and takes it out of the queue. */
  async forget(imageId: ImageId): Promise<void> {
    await this.dequeue(imageId);
    for (const file of this.files.files().filter((file) => file.imageId === imageId)) {
      await this.files.remove(file.key);
    }
  }

  /** Likewise for an image that is not there any more. Never throws: it is deleted already, and `clean` lets go what stays. */
  async forgetDeleted(imageId: ImageId): Promise<void> {
    try {
      await this.forget(imageId);
    } catch (error) {
      this.#deps.log.error({ err: error, imageId }, "The file of a deleted image could not be taken out of the cache");
    }
  }

  /** Lets go what is no image's file any more. */
  async clean(): Promise<void> {
    for (const { key, imageId } of this.files.files()) {
      const image = await this.#deps.catalog.images.get(imageId);
      if (image?.disks.some(({ blobId }) => key.startsWith(blobId)) !== true) {
        await this.files.remove(key);
      }
    }
  }

  /** To be told when the file of an image was read whole, and not from here. */
  noteWholeRead(found: FoundFile): void {
    const { fill, log } = this.#deps;
    if (fill === "asked" || found.isEncrypted || !this.#reads.isSecond(cacheKeyOf(found))) {
      return;
    }
    // Who read the file has it; a cache that cannot be written to is the operator's matter.
    this.enqueue(found.imageId).catch((error: unknown) => {
      log.warn({ err: error, imageId: found.imageId }, "An image could not be queued for the cache");
    });
  }

  /** Resolves when the queue has been worked off. */
  async idle(): Promise<void> {
    await this.#working;
  }

  /** Ends what is under way; what is in the queue stays there. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error("The service stops."));
    await this.#working;
    await this.files[Symbol.asyncDispose]();
  }

  #workOn(): void {
    this.#working = this.#working.then(() => this.#workOff());
  }

  async #workOff(): Promise<void> {
    for (let [imageId] = this.files.queue(); imageId !== undefined && !this.#stop.signal.aborted; [imageId] = this.files.queue()) {
      await this.#fill(imageId);
    }
  }

  /** Never throws: the next one has its turn whatever became of this one. */
  async #fill(imageId: ImageId): Promise<void> {
    const { log, timers } = this.#deps;
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.#stop.signal]);
    this.#filling = { imageId, stop };
    try {
      await timers.sleep(pauseMs, signal);
      await fillCache(this.#deps, imageId, signal);
    } catch (error) {
      if (!signal.aborted) {
        log.error({ err: error, imageId }, "The file of an image could not be taken into the cache");
      }
    } finally {
      this.#filling = undefined;
    }
    if (!this.#stop.signal.aborted) {
      await this.files.dequeue(imageId).catch((error: unknown) => {
        log.error({ err: error, imageId }, "The queue of the cache could not be saved");
      });
    }
  }
}
