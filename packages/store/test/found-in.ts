import type { Finding, VerifyTotals } from "../src/verify/finding.ts";
import type { ChunkStore } from "../src/store.ts";

/** What a verification came to. */
export interface Verified {
  readonly damages: readonly Finding[];
  readonly notes: readonly Finding[];
  readonly totals: VerifyTotals;
}

/** Verifies a store, to its end. */
export async function foundIn(store: ChunkStore, options: { readonly read: boolean }): Promise<Verified> {
  const verification = store.verify(options);
  const findings: Finding[] = [];
  for await (const finding of verification) {
    findings.push(finding);
  }
  const of = (severity: Finding["severity"]): Finding[] => findings.filter((finding) => finding.severity === severity);
  return { damages: of("damage"), notes: of("note"), totals: verification.totals };
}
