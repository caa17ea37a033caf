import type { CollectionReport, Finding, ImageWeight, StoreStats, VerificationReport } from "@tintype/contract/api/store.ts";
import type { ChunkStore } from "@tintype/store/store.ts";
import type { Finding as StoreFinding } from "@tintype/store/verify/finding.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import { backUpCatalog } from "./back-up-catalog.ts";
import type { BackUpDeps } from "./back-up-catalog.ts";
import { imagesOfBlobs } from "./images-of-blobs.ts";
import type { BlobsImage } from "./images-of-blobs.ts";
import { nobody, projectsOfBlobs } from "./projects-of-blobs.ts";
import type { StoreUpkeep, UpkeepRun } from "./store-upkeep.ts";

/** What upkeep works with. */
export interface UpkeepDeps extends BackUpDeps {
  readonly store: ChunkStore;
  readonly catalog: Catalog;
  readonly clock: Clock;
  /** How long a pack stays condemned before it goes, unless somebody says otherwise. */
  readonly graceMs: number;
}

const mostFindings = 1000;

/** Looks after a chunk store and the catalog beside it. */
export function chunkStoreUpkeep(deps: UpkeepDeps): StoreUpkeep {
  return {
    stats: async (run = {}) => stats(deps, run),
    weigh: async (image, run = {}) => weigh(deps, image, run),
    collect: async (options) => collect(deps, options),
    verify: async (options) => verify(deps, options),
    backUp: async () => backUpCatalog(deps),
  };
}

async function stats({ store, catalog }: UpkeepDeps, { signal }: UpkeepRun): Promise<StoreStats> {
  const images = await imagesOfBlobs(catalog);
  const projects = await projectsOfBlobs(store, images);
  const { groups, ...totals } = await store.usage({ groupOf: (id) => projects.get(id) ?? nobody, signal });
  const imageCounts = new Map<string, number>();
  for (const projectId of new Map([...images.values()].map((image) => [image.id, image.projectId])).values()) {
    imageCounts.set(projectId, (imageCounts.get(projectId) ?? 0) + 1);
  }
  return {
    ...totals,
    images: [...imageCounts.values()].reduce((sum, count) => sum + count, 0),
    projects: [...groups]
      .map(([projectId, weight]) => ({ projectId, images: imageCounts.get(projectId) ?? 0, ...weight }))
      .toSorted((one, other) => other.storedBytes - one.storedBytes),
  };
}

async function weigh({ store }: UpkeepDeps, { id: imageId, disks }: ImageRecord, { signal }: UpkeepRun): Promise<ImageWeight> {
  const own = new Set(disks.map(({ blobId }) => blobId));
  const { groups } = await store.usage({ groupOf: (id) => (own.has(id) ? "image" : "others"), signal });
  const { logicalBytes, storedBytes, uniqueBytes } = groups.get("image") ?? { logicalBytes: 0, storedBytes: 0, uniqueBytes: 0 };
  return { imageId, logicalBytes, storedBytes, uniqueBytes };
}

async function collect(
  deps: UpkeepDeps,
  { dryRun, graceMs = deps.graceMs, signal }: Parameters<StoreUpkeep["collect"]>[0],
): Promise<CollectionReport> {
  const report = await deps.store.collect({ dryRun, graceMs, now: deps.clock.now(), signal });
  return { dryRun, ...report, damagedPacks: report.damagedPacks.map(({ pack, reason }) => ({ pack, reason })) };
}

async function verify(
  { store, catalog }: UpkeepDeps,
  { read, signal, onProgress }: Parameters<StoreUpkeep["verify"]>[0],
): Promise<VerificationReport> {
  const images = await imagesOfBlobs(catalog);
  const { storedBytes } = await store.stats();
  const verification = store.verify({
    read,
    signal,
    onProgress: ({ bytesRead }) => onProgress?.({ doneBytes: Math.min(bytesRead, storedBytes), totalBytes: read ? storedBytes : 0 }),
  });
  const findings: Finding[] = [];
  for await (const finding of verification) {
    if (findings.length < mostFindings) {
      findings.push(toldFinding(finding, images));
    }
  }
  const { blobs, packs, chunks, bytesRead, findings: damages, notes } = verification.totals;
  return { read, blobs, packs, chunks, bytesRead, damages, notes, findings };
}

/** Names the images that suffer. */
export function toldFinding(finding: StoreFinding, images: ReadonlyMap<string, BlobsImage>): Finding {
  const { severity, kind, message, file, chunk, offset, blobs, blobCount } = finding;
  const hurt = new Map(blobs.flatMap((blob) => images.get(blob) ?? []).map(({ id, name }) => [id, { id, name }]));
  return {
    severity,
    kind,
    message,
    ...(file !== undefined && { file }),
    ...(chunk !== undefined && { chunk }),
    ...(offset !== undefined && { offset }),
    blobs: [...blobs],
    blobCount,
    images: [...hurt.values()],
  };
}
