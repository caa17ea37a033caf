import { wordingErrors } from "../as-store-error.ts";
import { isStoreError, StoreError } from "../store-error.ts";
import type { StoreParts } from "../store-parts.ts";
import { condemn } from "./condemn.ts";
import { countPacks, publishedPacks } from "./count-packs.ts";
import type { CountedPack } from "./count-packs.ts";
import { DoomedChunks } from "./doomed-chunks.ts";
import { Mark } from "./mark.ts";
import { groupsOf, packFileBytes, worthLeaving } from "./plan.ts";
import { Scratch } from "./scratch.ts";
import { Sweep } from "./sweep.ts";
import type { Swept } from "./sweep.ts";
import { Turns } from "./turns.ts";

/** How far a collection is. `total` is unknown for blobs. */
export interface CollectProgress {
  readonly step: "mark" | "count" | "sweep";
  /** Blobs, chunks or packs. */
  readonly done: number;
  readonly total?: number | undefined;
}

export interface CollectOptions {
  /** How long a pack stays condemned before it goes, in ms. Nothing depends on it but the time to change one's mind. */
  readonly graceMs: number;
  /** The time of day, in ms since 1970. */
  readonly now: number;
  /** Changes nothing, and tells what a collection with a grace of 0 would do. */
  readonly dryRun?: boolean | undefined;
  /** Share of unneeded bytes from which a pack is rewritten without them, 0 to 1. By default 0.5. With 0 nothing unneeded survives. */
  readonly compactFrom?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: CollectProgress) => void) | undefined;
}

/** What a collection found and did. */
export interface CollectReport {
  /** Copies of chunks in published packs that nobody needs, and their bytes as they are stored. */
  readonly deadChunks: number;
  readonly deadBytes: number;
  /** Packs that were condemned when the sweep began, now or earlier. */
  readonly condemnedPacks: number;
  /** Packs that are gone, those that were rewritten among them. */
  readonly removedPacks: number;
  /** Packs that are gone after needed chunks were moved out of them. */
  readonly compactedPacks: number;
  /** By how much the pack files became less. Negative when several that were gone were one. */
  readonly freedBytes: number;
  /** Packs that were to go and stay, because something that is needed in them is damaged. */
  readonly damagedPacks: readonly { readonly pack: string; readonly reason: string }[];
}

/**
 * Frees what no blob needs: marks what blobs need, condemns packs, and sweeps those that were condemned long enough. Runs beside
 * readers, writers, copies and removals; docs/store-collection.md says why that is safe. One at a time: the caller sees to that.
 *
 * Memory  16 MiB for the scratch database, about 200 bytes a pack and 100 a blob, 8 manifests, 4 MiB while copying
 * Throws  what made a manifest or list unreadable (nothing is freed then, and the message names the blob); what a backend or disk
 *         says that fails; the signal's reason. Whatever was done until then is whole, and the next collection goes on
 */
export async function collect(parts: StoreParts, options: CollectOptions): Promise<CollectReport> {
  const { compactFrom = 0.5, graceMs, now } = options;
  if (!(graceMs >= 0) || !(compactFrom >= 0 && compactFrom <= 1) || !Number.isSafeInteger(now)) {
    throw new RangeError(`A collection with graceMs ${graceMs}, compactFrom ${compactFrom} and now ${now} is impossible.`);
  }
  return wordingErrors("collecting unneeded chunks", () => new Collection(parts, options, compactFrom).run());
}

class Collection {
  readonly #parts: StoreParts;
  readonly #options: CollectOptions;
  readonly #compactFrom: number;
  readonly #turns: Turns;

  constructor(parts: StoreParts, options: CollectOptions, compactFrom: number) {
    this.#parts = parts;
    this.#options = options;
    this.#compactFrom = compactFrom;
    this.#turns = new Turns(options.signal);
  }

  async run(): Promise<CollectReport> {
    const [parts, turns, { now, dryRun = false }] = [this.#parts, this.#turns, this.#options];
    using scratch = Scratch.open(parts.folder);
    using mark = new Mark(parts, scratch, turns);
    const packs = await publishedPacks(parts.index, turns);
    await this.#mark(mark);
    await this.#count(packs, mark);
    const found = foundIn(packs.values());
    const leaving = worthLeaving(packs.values(), this.#compactFrom);
    if (dryRun) {
      const condemned = leaving.filter(({ name }) => !parts.pins.has(name));
      return { ...found, condemnedPacks: condemned.length, ...this.#foresee(condemned) };
    }
    const condemned = await condemn(packs.values(), leaving, { parts, mark, turns, now });
    return await this.#sweep({ ...found, condemnedPacks: condemned.length }, condemned, { scratch, mark });
  }

  async #mark(mark: Mark): Promise<void> {
    let blobs = 0;
    try {
      await mark.markStored(() => {
        blobs += 1;
        this.#options.onProgress?.({ step: "mark", done: blobs });
      });
    } catch (error) {
      if (isStoreError(error)) {
        const message = `The collection has freed nothing, because it is not known what is needed. ${error.message}`;
        throw new StoreError(error.code, message, { cause: error });
      }
      throw error;
    }
  }

  async #count(packs: ReadonlyMap<number, CountedPack>, mark: Mark): Promise<void> {
    const { index } = this.#parts;
    const total = index.totals().chunks;
    let done = 0;
    await countPacks(packs, { index, turns: this.#turns, isLive: (name) => mark.isLive(name) }, (copies) => {
      done += copies;
      this.#options.onProgress?.({ step: "count", done, total });
    });
  }

  #foresee(condemned: readonly CountedPack[]): Pick<CollectReport, "removedPacks" | "compactedPacks" | "freedBytes"> {
    const rewritten = groupsOf(condemned, this.#parts.packBytes).map((group) => {
      const [chunks, storedBytes] = [sumOf(group, "liveChunks"), sumOf(group, "liveBytes")];
      return chunks === 0 ? 0 : packFileBytes({ chunks, storedBytes });
    });
    const removedBytes = condemned.reduce((sum, pack) => sum + packFileBytes(pack), 0);
    return {
      removedPacks: condemned.length,
      compactedPacks: condemned.filter(({ liveChunks }) => liveChunks > 0).length,
      freedBytes: rewritten.reduce((rest, bytes) => rest - bytes, removedBytes),
    };
  }

  async #sweep(
    found: Omit<CollectReport, "removedPacks" | "compactedPacks" | "freedBytes">,
    condemned: readonly CountedPack[],
    { scratch, mark }: { readonly scratch: Scratch; readonly mark: Mark },
  ): Promise<CollectReport> {
    const [parts, turns, { now, graceMs, onProgress }] = [this.#parts, this.#turns, this.#options];
    const condemnedUntil = now - graceMs;
    const due = condemned.filter(({ condemnedAt = now }) => condemnedAt <= condemnedUntil);
    const doomed = await DoomedChunks.find(due, parts.index, scratch, turns);
    const sweep = new Sweep({ parts, mark, doomed, turns, condemnedUntil });
    const swept: Swept[] = [];
    let done = 0;
    for (const group of groupsOf(due, parts.packBytes)) {
      swept.push(await sweep.sweep(group));
      done += group.length;
      onProgress?.({ step: "sweep", done, total: due.length });
      await turns.next();
    }
    return {
      ...found,
      removedPacks: swept.reduce((sum, { removed }) => sum + removed.length, 0),
      compactedPacks: swept.reduce((sum, { compacted }) => sum + compacted.size, 0),
      freedBytes: swept.reduce((sum, { freedBytes }) => sum + freedBytes, 0),
      damagedPacks: [...found.damagedPacks, ...swept.flatMap(({ damaged }) => damaged)],
    };
  }
}

function foundIn(packs: Iterable<CountedPack>): Pick<CollectReport, "deadChunks" | "deadBytes" | "damagedPacks"> {
  const all = [...packs];
  return {
    deadChunks: sumOf(all, "chunks") - sumOf(all, "liveChunks"),
    deadBytes: sumOf(all, "storedBytes") - sumOf(all, "liveBytes"),
    damagedPacks: all.flatMap(({ name, damagedChunk }) => {
      return damagedChunk === undefined
        ? []
        : { pack: name, reason: `chunk ${damagedChunk.toString("hex")} is damaged, and no pack has it whole` };
    }),
  };
}

function sumOf(packs: readonly CountedPack[], field: "chunks" | "storedBytes" | "liveChunks" | "liveBytes"): number {
  return packs.reduce((sum, pack) => sum + pack[field], 0);
}
