import { wordingErrors } from "../as-store-error.ts";
import { manifestsPrefix } from "../store-names.ts";
import type { StoreParts } from "../store-parts.ts";
import type { Finding } from "./finding.ts";
import { findingsOf } from "./findings-of.ts";
import { inspectManifests } from "./inspect-blob.ts";
import { inspectFormat } from "./inspect-format.ts";
import { inspectPack } from "./inspect-pack.ts";
import { settleQuestions } from "./inspect-packs.ts";
import type { PackQuestions } from "./inspect-packs.ts";
import { Inspection } from "./inspection.ts";
import { cutIntoStretches, proveStretch, stretchBytes } from "./prove-stretch.ts";
import { ScrubCursor, scrubStart } from "./scrub-cursor.ts";
import type { ScrubPosition } from "./scrub-cursor.ts";

/** How much one step of a scrub may do. */
export interface ScrubOptions {
  /** It stops when it has read this much, or a chunk more. */
  readonly bytes: number;
  readonly signal?: AbortSignal | undefined;
}

/** What one step of a scrub came to. */
export interface ScrubStep {
  readonly bytesRead: number;
  readonly findings: readonly Finding[];
  /** Whether it came to the end of the store. The next step begins anew. */
  readonly wrapped: boolean;
}

/** What a step works with. */
interface Step {
  readonly inspection: Inspection;
  readonly questions: PackQuestions;
  readonly leftBytes: number;
}

/** What a look at a pack's own index, or at a folder of manifests, counts as when it reads little or nothing. */
const leastBytes = 64 * 1024;
const folders = 256;
/** Greater than any digit of a pack's name. */
const afterDigits = "~";

/**
 * Verifies the next few MiB of the store, as `verifyStore` with `read` does, and remembers where it stopped. A full round goes through
 * the packs in the order of their names, then, in a step of its own, through the manifests. Where a step finds something wrong with a
 * pack, it also reads all manifests, to tell which blobs suffer.
 *
 * Memory  a stretch of a pack, at most 8 MiB, and what `Inspection` holds
 * Throws  as `verifyStore`; what was read until then need not be read again
 */
export async function scrubNext(parts: StoreParts, options: ScrubOptions): Promise<ScrubStep> {
  return wordingErrors(`scrubbing the store in ${parts.backend.place}`, () => scrub(parts, options));
}

async function scrub(parts: StoreParts, { bytes, signal }: ScrubOptions): Promise<ScrubStep> {
  using inspection = new Inspection(parts, { signal });
  const cursor = new ScrubCursor(parts.index.database);
  const questions: PackQuestions = { missing: new Set(), unknown: new Set(), unreadable: new Map() };
  const { at: part } = cursor.position;
  let next: ScrubPosition | undefined = cursor.position;
  for (let effort = 0; next?.at === part && effort < bytes;) {
    signal?.throwIfAborted();
    const before = inspection.totals.bytesRead;
    next = await follow({ inspection, questions, leftBytes: bytes - effort }, next);
    cursor.position = next ?? scrubStart;
    effort += Math.max(leastBytes, inspection.totals.bytesRead - before);
  }
  const { bytesRead } = inspection.totals;
  await settleQuestions(inspection, questions);
  if (part === "pack" && !inspection.faults.isEmpty) {
    await inspectManifests(inspection, manifestsPrefix);
  }
  const findings = await Array.fromAsync(findingsOf(inspection));
  if (next === undefined) {
    findings.push(...(await Array.fromAsync(inspectFormat(inspection))));
  }
  // What is wrong with manifests themselves is told when the round comes to them.
  return {
    bytesRead,
    findings: findings.filter(({ kind }) => part === "manifests" || kind === "chunk" || kind === "pack"),
    wrapped: next === undefined,
  };
}

/** Looks at what lies at a position; answers the next one, undefined after the last. */
async function follow(step: Step, position: ScrubPosition): Promise<ScrubPosition | undefined> {
  if (position.at === "manifests") {
    await inspectManifests(step.inspection, `${manifestsPrefix}${position.folder.toString(16).padStart(2, "0")}/`);
    return position.folder + 1 < folders ? { at: "manifests", folder: position.folder + 1 } : undefined;
  }
  const pack = step.inspection.rows.neededPackFrom(position.name);
  if (pack === undefined) {
    return { at: "manifests", folder: 0 };
  }
  return followPack(step, pack, pack === position.name ? position.offset : 0);
}

async function followPack({ inspection, questions, leftBytes }: Step, pack: string, from: number): Promise<ScrubPosition> {
  const nextPack: ScrubPosition = { at: "pack", name: pack + afterDigits, offset: 0 };
  const inspected = await inspectPack(inspection, pack);
  if (inspected.state === "unreadable") {
    questions.unreadable.set(pack, inspected.reason);
    return nextPack;
  }
  if (inspected.state !== "readable") {
    questions[inspected.state].add(pack);
    return nextPack;
  }
  const chunks = inspected.chunks.filter(({ offset }) => offset >= from);
  const [stretch] = cutIntoStretches(pack, chunks, Math.min(stretchBytes, leftBytes));
  if (stretch === undefined) {
    return nextPack;
  }
  const { isThere } = await proveStretch(inspection, stretch, new ArrayBuffer(stretchBytes));
  if (!isThere) {
    questions.missing.add(pack);
  }
  const rest = chunks[stretch.chunks.length];
  return isThere && rest !== undefined ? { at: "pack", name: pack, offset: rest.offset } : nextPack;
}
