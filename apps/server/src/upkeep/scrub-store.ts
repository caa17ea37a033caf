import type { DamageTally } from "../observability/damage-tally.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Log } from "../ports/log.ts";
import { toldFinding } from "./chunk-store-upkeep.ts";
import { imagesOfBlobs } from "./images-of-blobs.ts";
import type { NamedChunkStore } from "./named-chunk-store.ts";

/** What a scrub tells about itself. */
export interface ScrubMetrics {
  observeScrub(step: { readonly store: string; readonly bytesRead: number; readonly wrapped: boolean }): void;
}

/** Reads the next few bytes of a store again. Damage is logged with the images that suffer, and counted. */
export async function scrubStore(
  { name, blobs }: NamedChunkStore,
  deps: { readonly catalog: Catalog; readonly log: Log; readonly metrics: ScrubMetrics; readonly damages?: DamageTally | undefined },
  step: { readonly bytes: number; readonly signal: AbortSignal },
): Promise<void> {
  const { bytesRead, findings, wrapped } = await blobs.scrub(step);
  const damages = findings.filter(({ severity }) => severity === "damage");
  deps.metrics.observeScrub({ store: name, bytesRead, wrapped });
  damages.forEach((damage) => deps.damages?.count(name, damage));
  const images = damages.length === 0 ? new Map() : await imagesOfBlobs(deps.catalog);
  for (const { message, ...facts } of damages.map((finding) => toldFinding(finding, images))) {
    deps.log.error({ store: name, ...facts }, message);
  }
}
