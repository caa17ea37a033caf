import { PackSet } from "../pack/pack-set.ts";
import { packFileName } from "../store-names.ts";
import type { StoreParts } from "../store-parts.ts";
import type { CountedPack } from "./count-packs.ts";
import type { DoomedChunks, Move } from "./doomed-chunks.ts";
import type { Mark } from "./mark.ts";
import { moveBytes, moveChunks } from "./move-chunks.ts";
import type { MoveParts, PackDamage } from "./move-chunks.ts";
import { packFileBytes } from "./plan.ts";
import type { Turns } from "./turns.ts";

/** What a sweep works with. */
export interface SweepParts {
  readonly parts: StoreParts;
  readonly mark: Mark;
  readonly doomed: DoomedChunks;
  readonly turns: Turns;
  /** Only packs go that were condemned then or earlier. */
  readonly condemnedUntil: number;
}

/** What sweeping a group of packs came to. */
export interface Swept {
  readonly removed: readonly CountedPack[];
  /** Numbers of the packs that needed chunks were moved out of. */
  readonly compacted: ReadonlySet<number>;
  /** What the files that are gone had, less what the new one has. */
  readonly freedBytes: number;
  readonly damaged: readonly { readonly pack: string; readonly reason: string }[];
}

/** Files that are removed at once: what the delay of a remote backend costs is paid once for all of them. */
const removalsAtOnce = 8;
const leaveSql = "UPDATE packs SET leaving = 1 WHERE id = ? AND condemned_at <= ?";
const staySql = "UPDATE packs SET leaving = 0 WHERE id = ?";
const pardonSql = "UPDATE packs SET leaving = 0, condemned_at = NULL WHERE id = ?";

/**
 * Gets rid of condemned packs. From the moment when a group is leaving, writers find nothing in it, and readers still do. Then what is
 * needed of it is copied to a new pack, which is put and published before the first old file goes. After a failure at any point the
 * store has every needed chunk, and the next collection goes on from there.
 *
 * Memory  4 MiB and what `moveChunks` holds, and about 200 bytes for each chunk that is moved with one group
 */
export class Sweep {
  readonly #with: SweepParts;
  readonly #moving: MoveParts;

  constructor(parts: SweepParts) {
    this.#with = parts;
    const { backend, workers } = parts.parts;
    this.#moving = { backend, workers, memory: new SharedArrayBuffer(moveBytes), turns: parts.turns };
  }

  /** Sweeps a group, except the packs that were pardoned since, and those that turn out to be damaged. */
  async sweep(group: readonly CountedPack[]): Promise<Swept> {
    const damaged: { pack: string; reason: string }[] = [];
    let packs = await this.#startLeaving(group);
    for (;;) {
      const moved = await this.#move(packs);
      if (!("damage" in moved)) {
        await this.#removeAll(packs);
        const freedBytes = packs.reduce((sum, pack) => sum + packFileBytes(pack), 0) - moved.addedBytes;
        return { removed: packs, compacted: moved.compacted, freedBytes, damaged };
      }
      const { pack, damage } = moved;
      damaged.push({ pack: pack.name, reason: damage.reason });
      this.#keep(pack, damage);
      packs = packs.filter(({ id }) => id !== pack.id);
    }
  }

  /** Answers the packs that leave. */
  async #startLeaving(group: readonly CountedPack[]): Promise<readonly CountedPack[]> {
    const { parts, mark, condemnedUntil } = this.#with;
    const { index, pins } = parts;
    return mark.whenMarked(() => {
      const leave = index.database.prepare(leaveSql);
      let leaving: CountedPack[] = [];
      index.atomically(() => {
        leaving = group.filter(({ id, name }) => !pins.has(name) && leave.run(id, condemnedUntil).changes === 1);
      });
      return leaving;
    });
  }

  /** Copies what is needed. When that fails, the packs stay. */
  async #move(
    packs: readonly CountedPack[],
  ): Promise<{ addedBytes: number; compacted: ReadonlySet<number> } | { damage: PackDamage; pack: CountedPack }> {
    const { parts, mark, doomed } = this.#with;
    // One new pack for all, whatever its length: that of a group is limited.
    const target = new PackSet({ ...parts, owner: this.#newOwner(), packBytes: Number.POSITIVE_INFINITY });
    try {
      const gone = new Set(packs.map(({ id }) => id));
      const moves = await doomed.movesOf(packs, gone, (name) => mark.isLive(name));
      const failed = await this.#copy(packs, moves, target);
      if (failed !== undefined) {
        await target.drop();
        return failed;
      }
      await target.finish();
      target.publish();
      const storedBytes = moves.reduce((sum, move) => sum + move.storedLength, 0);
      const addedBytes = moves.length === 0 ? 0 : packFileBytes({ chunks: moves.length, storedBytes });
      return { addedBytes, compacted: new Set(moves.map(({ pack }) => pack)) };
    } catch (error) {
      // What cannot be dropped now is published at the next opening, and collected then: it has only what other packs have too.
      await target.drop().catch(() => undefined);
      this.#stay(packs);
      throw error;
    }
  }

  async #copy(
    packs: readonly CountedPack[],
    moves: readonly Move[],
    target: PackSet,
  ): Promise<{ damage: PackDamage; pack: CountedPack } | undefined> {
    const byPack = Map.groupBy(moves, ({ pack }) => pack);
    for (const pack of packs) {
      const names = byPack.get(pack.id)?.map(({ name }) => name);
      const damage = names && (await moveChunks({ pack: pack.name, names }, target, this.#moving));
      if (damage !== undefined) {
        return { damage, pack };
      }
    }
    return undefined;
  }

  /**
   * A pack whose file may be gone stays "leaving", also when the backend failed to say that it is: nobody may rely on it. The next
   * collection finds nothing needed in it, and tries again.
   */
  async #removeAll(packs: readonly CountedPack[]): Promise<void> {
    const { parts, doomed } = this.#with;
    const { index, backend } = parts;
    const forget = index.database.prepare("DELETE FROM packs WHERE id = ?");
    const forgetChunk = index.database.prepare("DELETE FROM chunks WHERE name = ? AND pack = ?");
    for (let at = 0; at < packs.length; at += removalsAtOnce) {
      const batch = packs.slice(at, at + removalsAtOnce);
      const removing = batch.map(({ name }) => backend.remove(packFileName(name)));
      await Promise.allSettled(removing);
      await Promise.all(removing);
      for (const pack of batch) {
        for await (const names of doomed.namesOf(pack)) {
          index.atomically(() => names.forEach((name) => forgetChunk.run(name, pack.id)));
        }
        forget.run(pack.id);
      }
    }
  }

  /** Leaves a damaged pack alone. */
  #keep(pack: CountedPack, { chunk }: PackDamage): void {
    const { index } = this.#with.parts;
    if (chunk !== undefined) {
      index.setDamaged(chunk, pack.name, true);
    }
    index.database.prepare(pardonSql).run(pack.id);
  }

  #stay(packs: readonly CountedPack[]): void {
    const { index } = this.#with.parts;
    const stay = index.database.prepare(staySql);
    index.atomically(() => packs.forEach(({ id }) => stay.run(id)));
  }

  /** A number that no writer has, and no sweep that failed to drop its packs. */
  #newOwner(): number {
    return Number(this.#with.parts.index.database.prepare("SELECT min(0, min(owner)) - 1 AS owner FROM packs").get()?.["owner"]);
  }
}
