import type { CollectionReport, Finding, ImageWeight, StoreStats, VerificationReport } from "@tintype/contract/api/store.ts";
import type { Finding as StoreFinding } from "@tintype/store/verify/finding.ts";
import type { DamageTally } from "../observability/damage-tally.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import { backUpCatalog } from "./back-up-catalog.ts";
import type { BackUpDeps } from "./back-up-catalog.ts";
import { imagesOfBlobs } from "./images-of-blobs.ts";
import type { BlobsImage } from "./images-of-blobs.ts";
import type { ChunkStores } from "./named-chunk-store.ts";
import { overAllStores, overStores } from "./over-stores.ts";
import { nobody, projectsOfBlobs } from "./projects-of-blobs.ts";
import type { StoreUpkeep, UpkeepRun } from "./store-upkeep.ts";

/** What upkeep works with. */
export interface UpkeepDeps extends BackUpDeps {
  readonly stores: ChunkStores;
  readonly catalog: Catalog;
  readonly clock: Clock;
  /** How long a pack stays condemned before it goes, unless somebody says otherwise. */
  readonly graceMs: number;
  /** Told of what verifications find. */
  readonly damages?: DamageTally | undefined;
}

const mostFindings = 1000;

/** Looks after all chunk stores and the catalog beside them. Reports are sums over the stores, with a part for each where there are several. */
export function chunkStoreUpkeep(deps: UpkeepDeps): StoreUpkeep {
  return {
    stats: async (run = {}) => stats(deps, run),
    weigh: async (image, run = {}) => weigh(deps, image, run),
    collect: async (options) => collect(deps, options),
    verify: async (options) => verify(deps, options),
    backUp: async () => backUpCatalog(deps),
  };
}

const weightFields = ["logicalBytes", "storedBytes", "uniqueBytes", "chunks", "packs", "blobs"] as const;
const groupFields = ["logicalBytes", "storedBytes", "uniqueBytes", "blobs"] as const;

async function stats({ stores, catalog }: UpkeepDeps, { signal }: UpkeepRun): Promise<StoreStats> {
  const images = await imagesOfBlobs(catalog);
  const usages = await overStores(stores, async ({ blobs, name, isDefault, weight, type, place }) => {
    const projects = await projectsOfBlobs(blobs, images);
    const usage = await blobs.usage({ groupOf: (id) => projects.get(id) ?? nobody, signal });
    return { store: { store: name, isDefault, weight, type, place, ...summed([usage], weightFields) }, groups: usage.groups };
  });
  const imageCounts = new Map<string, number>();
  for (const projectId of new Map([...images.values()].map((image) => [image.id, image.projectId])).values()) {
    imageCounts.set(projectId, (imageCounts.get(projectId) ?? 0) + 1);
  }
  const projectIds = new Set(usages.flatMap(({ groups }) => [...groups.keys()]));
  const parts = usages.map(({ store }) => store);
  return {
    ...summed(parts, weightFields),
    images: [...imageCounts.values()].reduce((sum, count) => sum + count, 0),
    projects: [...projectIds]
      .map((projectId) => {
        const weights = usages.flatMap(({ groups }) => groups.get(projectId) ?? []);
        return { projectId, images: imageCounts.get(projectId) ?? 0, ...summed(weights, groupFields) };
      })
      .toSorted((one, other) => other.storedBytes - one.storedBytes),
    ...(parts.length > 1 && { stores: [...parts] }),
  };
}

async function weigh({ stores }: UpkeepDeps, { id: imageId, disks }: ImageRecord, { signal }: UpkeepRun): Promise<ImageWeight> {
  const own = new Set(disks.map(({ blobId }) => blobId));
  const weights = await overStores(stores, async ({ blobs }) => {
    const { groups } = await blobs.usage({ groupOf: (id) => (own.has(id) ? "image" : "others"), signal });
    return groups.get("image") ?? { logicalBytes: 0, storedBytes: 0, uniqueBytes: 0 };
  });
  return { imageId, ...summed(weights, ["logicalBytes", "storedBytes", "uniqueBytes"]) };
}

const collectFields = ["deadChunks", "deadBytes", "condemnedPacks", "removedPacks", "compactedPacks", "freedBytes"] as const;

/** A store that fails does not keep the space of the others from coming back. */
async function collect(
  { stores, clock, graceMs: usualGraceMs }: UpkeepDeps,
  { dryRun, graceMs = usualGraceMs, signal }: Parameters<StoreUpkeep["collect"]>[0],
): Promise<CollectionReport> {
  const parts = await overAllStores(stores, async ({ name, blobs }) => {
    const { damagedPacks, ...counts } = await blobs.collect({ dryRun, graceMs, now: clock.now(), signal });
    return { store: name, ...counts, damagedPacks: damagedPacks.map(({ pack, reason }) => ({ pack, reason })) };
  });
  return {
    dryRun,
    ...summed(parts, collectFields),
    damagedPacks: parts.flatMap(({ damagedPacks }) => damagedPacks),
    ...(parts.length > 1 && { stores: [...parts] }),
  };
}

const verifyFields = ["blobs", "packs", "chunks", "bytesRead", "damages", "notes"] as const;

async function verify(
  { stores, catalog, damages: tally }: UpkeepDeps,
  { read, signal, onProgress }: Parameters<StoreUpkeep["verify"]>[0],
): Promise<VerificationReport> {
  const images = await imagesOfBlobs(catalog);
  const sizes = await overStores(stores, async ({ blobs }) => (await blobs.stats()).storedBytes);
  const totalBytes = read ? sizes.reduce((sum, bytes) => sum + bytes, 0) : 0;
  const isOneOfSeveral = stores.all.length > 1;
  const findings: Finding[] = [];
  let doneBytes = 0;
  const parts = await overStores(stores, async ({ name, blobs }) => {
    const { storedBytes } = await blobs.stats();
    const report = (bytesRead: number): void => onProgress?.({ doneBytes: doneBytes + Math.min(bytesRead, storedBytes), totalBytes });
    const verification = blobs.verify({ read, signal, onProgress: ({ bytesRead }) => report(bytesRead) });
    for await (const finding of verification) {
      const told = toldFinding(finding, images);
      if (finding.severity === "damage") {
        tally?.countFound(name, told);
      }
      if (findings.length < mostFindings) {
        findings.push({ ...(isOneOfSeveral && { store: name }), ...told });
      }
    }
    doneBytes += storedBytes;
    const { findings: damages, ...totals } = verification.totals;
    return { store: name, ...totals, damages };
  });
  return { read, ...summed(parts, verifyFields), ...(isOneOfSeveral && { stores: [...parts] }), findings };
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

function summed<Field extends string>(
  parts: readonly Readonly<Record<Field, number>>[],
  fields: readonly Field[],
): Readonly<Record<Field, number>> {
  const sums = fields.map((field) => [field, parts.reduce((sum, part) => sum + part[field], 0)]);
  // Exactly these fields.
  return Object.fromEntries(sums) as Record<Field, number>;
}
