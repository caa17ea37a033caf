import type { StoreParts } from "../store-parts.ts";
import type { CountedPack } from "./count-packs.ts";
import type { Mark } from "./mark.ts";
import { namesPerTurn } from "./turns.ts";
import type { Turns } from "./turns.ts";

// A clock that was put back must not make a pack wait for longer than the grace period.
const condemnSql = "UPDATE packs SET condemned_at = min(coalesce(condemned_at, ?1), ?1) WHERE id = ?2";
const pardonSql = "UPDATE packs SET condemned_at = NULL WHERE id = ? AND condemned_at IS NOT NULL";

/**
 * Notes which packs are to go, except those that an unfinished writer relies on, and pardons those that were to go and are not any
 * more. A pack that was condemned before keeps its date. Answers the packs that are condemned now.
 */
export async function condemn(
  packs: Iterable<CountedPack>,
  leaving: readonly CountedPack[],
  { parts, mark, turns, now }: { readonly parts: StoreParts; readonly mark: Mark; readonly turns: Turns; readonly now: number },
): Promise<CountedPack[]> {
  const { index, pins } = parts;
  const [condemning, pardoning] = [index.database.prepare(condemnSql), index.database.prepare(pardonSql)];
  const wanted = new Set(leaving);
  const condemned: CountedPack[] = [];
  for (const batch of batchesOf([...packs])) {
    await mark.whenMarked(() =>
      index.atomically(() => {
        for (const pack of batch) {
          if (wanted.has(pack) && !pins.has(pack.name)) {
            condemning.run(now, pack.id);
            condemned.push(pack);
          } else if (pack.condemnedAt !== undefined) {
            pardoning.run(pack.id);
          }
        }
      }),
    );
    await turns.next();
  }
  return condemned;
}

function batchesOf(packs: readonly CountedPack[]): CountedPack[][] {
  return Array.from({ length: Math.ceil(packs.length / namesPerTurn) }, (_, number) => {
    return packs.slice(number * namesPerTurn, (number + 1) * namesPerTurn);
  });
}
