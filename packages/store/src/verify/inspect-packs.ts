import { availableParallelism } from "node:os";
import { noteDamage } from "../chunk-index/note-damage.ts";
import { packFileName } from "../store-names.ts";
import { inspectPack } from "./inspect-pack.ts";
import type { Inspection } from "./inspection.ts";
import { cutIntoStretches, proveStretch, stretchBytes } from "./prove-stretch.ts";
import type { Stretch } from "./prove-stretch.ts";

/** What a walk over packs could not settle by itself. */
export interface PackQuestions {
  /** Packs whose file was not there. They may have been removed meanwhile. */
  readonly missing: Set<string>;
  /** Packs whose file is there while the chunk index does not know them. They may be on their way into it. */
  readonly unknown: Set<string>;
  /** Packs whose own index is damaged, and in what way. */
  readonly unreadable: Map<string, string>;
}

const packsAtOnce = 8;

/**
 * Looks at packs, some at once: their own indexes, and every payload where `readAll` says so. Without that it reads only chunks that
 * an earlier look found damaged.
 *
 * Memory  eight packs' indexes; to read, a stretch of 8 MiB for each core and one more, at most 8
 */
export async function inspectPacks(
  inspection: Inspection,
  packs: Iterable<string>,
  { readAll }: { readonly readAll: boolean },
): Promise<PackQuestions> {
  const questions: PackQuestions = { missing: new Set(), unknown: new Set(), unreadable: new Map() };
  const queue = [...packs].reverse();
  const inspectOnAndOn = async (): Promise<void> => {
    let memory: ArrayBuffer | undefined;
    for (let pack = queue.pop(); pack !== undefined; pack = queue.pop()) {
      const stretches = await stretchesOf(inspection, pack, { readAll, questions });
      for (const stretch of stretches) {
        inspection.signal?.throwIfAborted();
        const outcome = await proveStretch(inspection, stretch, memory ?? new ArrayBuffer(stretchBytes));
        ({ memory } = outcome);
        if (!outcome.isThere) {
          questions.missing.add(pack);
        }
      }
    }
  };
  const runners = Array.from({ length: readAll ? Math.min(availableParallelism() + 1, packsAtOnce) : packsAtOnce }, async () => {
    try {
      await inspectOnAndOn();
    } catch (error) {
      // Nobody goes on after one has failed.
      queue.length = 0;
      throw error;
    }
  });
  await Promise.allSettled(runners);
  await Promise.all(runners);
  return questions;
}

async function stretchesOf(
  inspection: Inspection,
  pack: string,
  { readAll, questions }: { readonly readAll: boolean; readonly questions: PackQuestions },
): Promise<readonly Stretch[]> {
  inspection.signal?.throwIfAborted();
  const inspected = await inspectPack(inspection, pack);
  if (inspected.state === "readable") {
    return [...cutIntoStretches(pack, readAll ? inspected.chunks : inspected.chunks.filter(({ wasDamaged }) => wasDamaged))];
  }
  if (inspected.state === "unreadable") {
    questions.unreadable.set(pack, inspected.reason);
  } else {
    questions[inspected.state].add(pack);
  }
  return [];
}

/**
 * Settles what a walk over packs left open: packs that are still missing, or unreadable, are faults that hit every chunk which the chunk
 * index knows there; those chunks are noted as damaged, so that the next writer of their content stores them again. Answers packs that
 * are there and still unknown to the chunk index.
 */
export async function settleQuestions(inspection: Inspection, questions: PackQuestions): Promise<string[]> {
  const { parts, rows, faults } = inspection;
  const hurt = new Map<number, { readonly fault: number; readonly pack: string }>();
  const addFault = (pack: string, reason: string): void => {
    const fault = faults.add({ kind: "pack", reason, file: packFileName(pack) });
    const packNumber = rows.packNumber(pack);
    if (packNumber !== undefined) {
      hurt.set(packNumber, { fault, pack });
    }
  };
  for (const pack of questions.missing) {
    const file = packFileName(pack);
    if ((await parts.backend.sizeOf(file)) === undefined && rows.isNeededPack(pack)) {
      addFault(pack, `Pack ${file} (${parts.backend.place}) is missing. Restore the file from a backup.`);
    }
  }
  for (const [pack, reason] of questions.unreadable) {
    if ((await parts.backend.sizeOf(packFileName(pack))) !== undefined) {
      addFault(pack, reason);
    }
  }
  if (hurt.size > 0) {
    for await (const { name, packNumber } of rows.chunksIn(new Set(hurt.keys()))) {
      const { fault, pack } = hurt.get(packNumber) ?? { fault: 0, pack: "" };
      faults.hit(fault, name);
      noteDamage(parts.index, { name, pack }, true);
    }
  }
  const unknown: string[] = [];
  for (const pack of questions.unknown) {
    if (rows.packNumber(pack) === undefined && (await parts.backend.sizeOf(packFileName(pack))) !== undefined) {
      unknown.push(pack);
    }
  }
  return unknown.map((pack) => packFileName(pack));
}
