import { asStoreError } from "../as-store-error.ts";
import { formatFileName, manifestsPrefix, nameOfFile, packsPrefix } from "../store-names.ts";
import type { StoreParts } from "../store-parts.ts";
import type { Finding, VerifyTotals } from "./finding.ts";
import { findingsOf, reported } from "./findings-of.ts";
import { inspectManifests } from "./inspect-blob.ts";
import { inspectFormat } from "./inspect-format.ts";
import { inspectPacks, settleQuestions } from "./inspect-packs.ts";
import { Inspection } from "./inspection.ts";

/** Choices for a verification. */
export interface VerifyOptions {
  /** Proves every stored byte, and not only that everything is there and fits together. */
  readonly read: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Called after every step. */
  readonly onProgress?: ((totals: VerifyTotals) => void) | undefined;
}

/** A verification: findings as they become known, and how far it is. */
export interface Verification extends AsyncIterable<Finding> {
  readonly totals: VerifyTotals;
}

/** What else may lie in the folder of a local store, where it is its own work folder. */
const ownFile = /^(?:owner|lock|lock\.pid|index\.sqlite(?:-wal|-shm)?|(?:tmp|lost\+found)\/.*)$/;

/**
 * Looks whether everything that the blobs need is there and fits together: the store's format, every pack's header, index and footer and
 * what the chunk index knows of it, every manifest, every list, and that each chunk named by one lies somewhere, in its length. With
 * `read` also whether every payload is what was written: by its checksum, and by its digest where it is not sealed. Needs no keys.
 *
 * Damaged chunks are noted in the chunk index, so that the next writer of their content stores them again; chunks that are found whole
 * again are cleared of that. Packs are never changed. Writers, readers and a collection may work meanwhile: what they remove is no
 * finding. Findings about packs come at the end, when it is known whom they hurt.
 *
 * Memory  8 stretches of packs of 8 MiB at most, about 100 bytes for each pack and for each blob that is hurt, and what `Inspection` holds
 * Throws  `store.io`, `store.closed`, `store.damaged` (the chunk index: deleting it while the store is closed helps), the signal's reason
 */
export function verifyStore(parts: StoreParts, options: VerifyOptions): Verification {
  let totals: VerifyTotals = { blobs: 0, packs: 0, chunks: 0, bytesRead: 0, findings: 0, notes: 0 };
  const onProgress = (now: VerifyTotals): void => {
    totals = now;
    options.onProgress?.(now);
  };
  return {
    get totals() {
      return totals;
    },
    [Symbol.asyncIterator]: () => findings(parts, { ...options, onProgress }),
  };
}

async function* findings(parts: StoreParts, options: VerifyOptions): AsyncGenerator<Finding> {
  try {
    yield* inspectAll(parts, options);
  } catch (error) {
    throw asStoreError(error, `verifying the store in ${parts.backend.place}`);
  }
}

async function* inspectAll(parts: StoreParts, options: VerifyOptions): AsyncGenerator<Finding> {
  using inspection = new Inspection(parts, options);
  yield* inspectFormat(inspection);
  // Known before the listing, so that a pack which comes later is not missed there.
  const packs = new Set(inspection.rows.neededPacks());
  for await (const { name: file } of parts.backend.list("")) {
    const name = nameOfFile(file);
    if (name !== undefined && file.startsWith(packsPrefix)) {
      packs.add(name);
    } else if (name === undefined && file !== formatFileName && !ownFile.test(file)) {
      yield note(inspection, file, `${file} (${parts.backend.place}) is no file of the store's. It is left alone.`);
    }
  }
  const questions = await inspectPacks(inspection, packs, { readAll: options.read });
  for (const file of await settleQuestions(inspection, questions)) {
    const message = `Pack ${file} (${parts.backend.place}) came while the store was open, and is not used before the store is opened anew.`;
    yield note(inspection, file, message);
  }
  await inspectManifests(inspection, manifestsPrefix);
  yield* findingsOf(inspection);
}

function note(inspection: Inspection, file: string, message: string): Finding {
  return reported(inspection, { severity: "note", kind: "file", message, file, blobs: [], blobCount: 0 });
}
