import type { ChunkStore } from "@tintype/store/store.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Log } from "../ports/log.ts";
import { toldFinding } from "./chunk-store-upkeep.ts";
import { imagesOfBlobs } from "./images-of-blobs.ts";

/** What a scrub tells about itself. */
export interface ScrubMetrics {
  observeScrub(step: { readonly bytesRead: number; readonly damages: number; readonly wrapped: boolean }): void;
}

/** Reads the next few bytes of the store again. Damage is logged with the images that suffer, and counted. */
export async function scrubStore(
  deps: { readonly store: ChunkStore; readonly catalog: Catalog; readonly log: Log; readonly metrics: ScrubMetrics },
  step: { readonly bytes: number; readonly signal: AbortSignal },
): Promise<void> {
  const { bytesRead, findings, wrapped } = await deps.store.scrub(step);
  const damages = findings.filter(({ severity }) => severity === "damage");
  deps.metrics.observeScrub({ bytesRead, damages: damages.length, wrapped });
  const images = damages.length === 0 ? new Map() : await imagesOfBlobs(deps.catalog);
  for (const { message, ...facts } of damages.map((finding) => toldFinding(finding, images))) {
    deps.log.error(facts, message);
  }
}
