import type { FoundChunk } from "@tintype/store/blob-store.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { OwnBlob } from "./own-blobs.ts";

/** Where a chunk lies that an upload may refer to, and whose it was when it was found. */
export interface KnownChunk extends OwnBlob, Pick<FoundChunk, "offset" | "length"> {}

/** An upload, and the project that it belongs to. */
export interface PushedTo {
  readonly projectId: ProjectId;
  readonly uploadId: string;
}

/** Chunks that are remembered for all uploads together: 16 GiB of files with chunks of 512 KiB. */
const mostChunks = 32_768;

/**
 * Remembers which chunks uploads may refer to, and where they lie. What is forgotten costs another question. The project that has most
 * loses what it was told first, so that nobody can make others forget much.
 *
 * Memory  some 300 bytes a chunk, at most 10 MiB
 */
export class KnownChunks {
  readonly #most: number;
  /** By project, and by upload and digest: the oldest first. */
  readonly #projects = new Map<ProjectId, Map<string, KnownChunk>>();
  #count = 0;

  constructor(most: number = mostChunks) {
    this.#most = most;
  }

  /** `digest` is in hex. */
  remember({ projectId, uploadId }: PushedTo, digest: string, chunk: KnownChunk): void {
    const chunks = this.#projects.get(projectId) ?? new Map<string, KnownChunk>();
    this.#projects.set(projectId, chunks);
    const key = keyOf(uploadId, digest);
    this.#count += chunks.delete(key) ? 0 : 1;
    chunks.set(key, chunk);
    while (this.#count > this.#most) {
      this.#forgetOne();
    }
  }

  find({ projectId, uploadId }: PushedTo, digest: string): KnownChunk | undefined {
    return this.#projects.get(projectId)?.get(keyOf(uploadId, digest));
  }

  #forgetOne(): void {
    let [largest, most] = [undefined as ProjectId | undefined, 0];
    for (const [projectId, { size }] of this.#projects) {
      [largest, most] = size > most ? [projectId, size] : [largest, most];
    }
    const chunks = largest && this.#projects.get(largest);
    const oldest = chunks?.keys().next().value;
    if (largest === undefined || chunks === undefined || oldest === undefined) {
      throw new Error(`${this.#count} chunks are counted, and none are there`);
    }
    chunks.delete(oldest);
    this.#count -= 1;
    if (chunks.size === 0) {
      this.#projects.delete(largest);
    }
  }
}

const keyOf = (uploadId: string, digest: string): string => `${uploadId} ${digest}`;
