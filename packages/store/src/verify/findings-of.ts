import type { BlobId } from "../blob-store.ts";
import { manifestFileName } from "../store-names.ts";
import type { BlamedFault } from "./faults.ts";
import type { Finding, FindingKind } from "./finding.ts";
import type { Inspection } from "./inspection.ts";

/** What helps, besides what a fault's own sentence says. */
const remedies: Readonly<Record<FindingKind, string>> = {
  format: "",
  file: "",
  manifest: "",
  pack: "Importing the content again heals them too.",
  chunk: "Restore the pack from a backup, or import the content again.",
  blob: "Restore the missing packs from a backup, or import the content again.",
};

/**
 * Turns faults into findings, once it is known who suffers from them. Blobs that were removed since are left out; a fault that hurts
 * nobody, because other packs hold what is needed, is a note.
 *
 * Memory  about 100 bytes for every blob that is named
 */
export async function* findingsOf(inspection: Inspection): AsyncGenerator<Finding> {
  const stillThere = new Map<BlobId, boolean>();
  for (const fault of inspection.faults.all()) {
    const blobs: BlobId[] = [];
    for (const id of fault.blobs) {
      const isThere = stillThere.get(id) ?? (await inspection.parts.backend.sizeOf(manifestFileName(id))) !== undefined;
      stillThere.set(id, isThere);
      if (isThere) {
        blobs.push(id);
      }
    }
    const blobCount = fault.blobCount - (fault.blobs.length - blobs.length);
    const isHealed = fault.chunk !== undefined && inspection.rows.isSomewhereWhole(fault.chunk);
    if (fault.kind === "pack" || fault.kind === "chunk" || (blobCount > 0 && !isHealed)) {
      yield reported(inspection, findingOf(fault, isHealed ? { blobs: [], blobCount: 0 } : { blobs, blobCount }));
    }
  }
}

/** Counts a finding. */
export function reported(inspection: Inspection, finding: Finding): Finding {
  inspection.count(finding.severity === "damage" ? { findings: 1 } : { notes: 1 });
  return finding;
}

function findingOf({ kind, reason, file, chunk, offset }: BlamedFault, sufferers: Pick<Finding, "blobs" | "blobCount">): Finding {
  const { blobCount } = sufferers;
  const about = { kind, file, chunk: chunk === undefined ? undefined : Buffer.from(chunk).toString("hex"), offset, ...sufferers };
  if (blobCount === 0) {
    return { ...about, severity: "note", message: `${reason} No blob is known to need it, or other packs hold what is needed.` };
  }
  const message = `${reason} ${blobCount === 1 ? "1 blob suffers" : `${blobCount} blobs suffer`}. ${remedies[kind]}`;
  return { ...about, severity: "damage", message: message.trimEnd() };
}
