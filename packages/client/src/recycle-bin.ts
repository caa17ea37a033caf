import type { ListRecycledAnswer, RecycledImage, RestoredImage } from "@tintype/contract/api/recycle-bin.ts";
import type { CallOptions } from "./buckets.ts";
import type { Session } from "./session/session.ts";

const pageLimit = 1000;

/**
 * The project's deleted images that can be restored.
 *
 * Throws  ConnectionError, ApiError (404: no such image there)
 */
export class RecycleBin {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** All of them, the last deleted first. */
  async *list(options: CallOptions = {}): AsyncGenerator<RecycledImage> {
    for (let cursor: string | undefined, isMore = true; isMore; isMore = cursor !== undefined) {
      const query = { limit: pageLimit, cursor };
      // The service validates its answers against this very schema.
      const page = (await this.#session.json({ method: "GET", path: "/api/v1/recycle-bin", query, ...options })) as ListRecycledAnswer;
      yield* page.images;
      cursor = page.nextCursor;
    }
  }

  async restore(imageId: string, options: CallOptions = {}): Promise<RestoredImage> {
    const path = `/api/v1/recycle-bin/${encodeURIComponent(imageId)}/restore`;
    return (await this.#session.json({ method: "POST", path, ...options })) as RestoredImage;
  }

  /** Lets an image go for good. */
  async purge(imageId: string, options: CallOptions = {}): Promise<void> {
    const path = `/api/v1/recycle-bin/${encodeURIComponent(imageId)}`;
    await this.#session.json({ method: "DELETE", path, ...options });
  }
}
