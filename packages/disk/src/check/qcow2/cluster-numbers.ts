const PAGE_CLUSTERS = 64 * 1024;
const MOST = 0xffff;

/**
 * A small number for each cluster of a file, at first 0. Numbers stop at 65,535, which then means "that or more".
 *
 * Memory  128 KiB for each 65,536 clusters among which one has a number
 */
export class ClusterNumbers {
  readonly #pages: (Uint16Array | undefined)[];

  constructor(clusters: number) {
    this.#pages = Array.from({ length: Math.ceil(clusters / PAGE_CLUSTERS) }, () => undefined);
  }

  get(cluster: number): number {
    return this.#pages[Math.floor(cluster / PAGE_CLUSTERS)]?.[cluster % PAGE_CLUSTERS] ?? 0;
  }

  set(cluster: number, value: number): void {
    const page = this.#pageOf(cluster);
    if (page !== undefined) {
      page[cluster % PAGE_CLUSTERS] = Math.min(value, MOST);
    }
  }

  add(cluster: number, value: number): void {
    const page = this.#pageOf(cluster);
    if (page !== undefined) {
      page[cluster % PAGE_CLUSTERS] = Math.min((page[cluster % PAGE_CLUSTERS] ?? 0) + value, MOST);
    }
  }

  /** Sets bits of a number. */
  mark(cluster: number, bits: number): void {
    const page = this.#pageOf(cluster);
    if (page !== undefined) {
      page[cluster % PAGE_CLUSTERS] = (page[cluster % PAGE_CLUSTERS] ?? 0) | bits;
    }
  }

  /** Answers the first cluster from `from` on that may have a number: whole pages without any are passed over. Infinity when there is none. */
  next(from: number): number {
    for (let index = Math.floor(from / PAGE_CLUSTERS); index < this.#pages.length; index += 1) {
      if (this.#pages[index] !== undefined) {
        return Math.max(from, index * PAGE_CLUSTERS);
      }
    }
    return Infinity;
  }

  /** Undefined for clusters that the file does not have. */
  #pageOf(cluster: number): Uint16Array | undefined {
    const index = Math.floor(cluster / PAGE_CLUSTERS);
    if (index >= this.#pages.length) {
      return undefined;
    }
    return (this.#pages[index] ??= new Uint16Array(PAGE_CLUSTERS));
  }
}
