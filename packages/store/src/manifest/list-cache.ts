/** Fetches a list by its name. */
export type FetchList = (name: Uint8Array, lengthBytes: number) => Promise<Buffer>;

/**
 * Keeps the most recently used lists for all blobs, so that a small read costs one chunk and not two.
 *
 * Memory  `mostLists` of 128 KiB; 64 of them are enough for 128 GiB of content with chunks of 512 KiB
 */
export class ListCache {
  readonly #fetch: FetchList;
  /** By name and length, least recently used first. */
  readonly #lists = new Map<string, Promise<Buffer>>();
  readonly #mostLists: number;

  constructor(fetch: FetchList, mostLists: number) {
    this.#fetch = fetch;
    this.#mostLists = mostLists;
  }

  /** A list that several ask for at once is fetched once; one that could not be fetched is not remembered. Never change the answer. */
  async get(name: Uint8Array, lengthBytes: number): Promise<Buffer> {
    const key = `${Buffer.from(name).toString("hex")} ${lengthBytes}`;
    const list = this.#lists.get(key) ?? this.#fetch(name, lengthBytes);
    this.#lists.delete(key);
    this.#lists.set(key, list);
    const oldest = this.#lists.keys().next().value;
    if (this.#lists.size > this.#mostLists && oldest !== undefined) {
      this.#lists.delete(oldest);
    }
    try {
      return await list;
    } catch (error) {
      if (this.#lists.get(key) === list) {
        this.#lists.delete(key);
      }
      throw error;
    }
  }
}
