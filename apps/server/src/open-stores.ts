import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { StoreOptions } from "@tintype/store/open-chunk-store.ts";
import type { DamagedBlob } from "@tintype/store/store-parts.ts";
import { storeSet } from "./adapters/named-stores/store-set.ts";
import type { StoreSet } from "./adapters/named-stores/store-set.ts";
import { checkStorePlaces } from "./check-store-places.ts";
import type { NamedLocation } from "./check-store-places.ts";
import type { Config } from "./config/config-schema.ts";
import { onlyStore, parseStoresFile } from "./config/parse-stores-file.ts";
import type { PlannedStore, PlannedStores } from "./config/parse-stores-file.ts";
import { locationOfSettings, openStore, readStoreKey } from "./open-store.ts";
import type { StoreLocation, StoreSetup } from "./open-store.ts";
import type { Clock } from "./ports/clock.ts";
import type { Log } from "./ports/log.ts";
import { StartError } from "./start-error.ts";
import type { NamedChunkStore } from "./upkeep/named-chunk-store.ts";

/** What opening all stores needs. */
export interface StoresSetup {
  readonly config: Pick<Config, "store" | "stores">;
  readonly dataDir: string;
  /** Needed to open and to replicate what is encrypted, and for nothing else. */
  readonly unwrapKey?: StoreOptions["unwrapKey"];
  /** Told of blobs that cannot be read, and in which store they cannot. */
  readonly onDamage?: (store: string, damage: DamagedBlob) => void;
  readonly log: Log;
  readonly clock: Clock;
}

/** All stores of a service. */
export interface OpenStores extends StoreSet<NamedChunkStore> {
  /** Names of stores that there were, and whose images the operator has given up. */
  readonly lost: readonly string[];
}

/**
 * Opens the stores that the settings and their file name. That of the settings `store.*` comes first: its lock keeps a second process away
 * from everything in the data folder. All seal what has no key of its own with the same store key, where there is one.
 *
 * Throws  StartError, whose cause is the error of the store of the settings where it is that one which does not open
 */
export async function openStores({ config, dataDir, unwrapKey, onDamage, log, clock }: StoresSetup): Promise<OpenStores> {
  const { stores: plans, lost } = await readPlans(config.stores.file);
  const located = plans.map((plan) => ({ ...plan, location: locationOf(plan, { config, dataDir }) }));
  const inOrder = located.toSorted((one, other) => rank(one) - rank(other));
  await checkStorePlaces(inOrder);
  const shared = { unwrapKey, storeKey: await readStoreKey(config.store) };
  await using opened = new AsyncDisposableStack();
  const stores: NamedChunkStore[] = [];
  for (const plan of inOrder) {
    const { name, description, isDefault, weight, location } = plan;
    const options = { ...shared, onDamage: (damage: DamagedBlob) => onDamage?.(name, damage) };
    const blobs = opened.use(await openNamed(plan, { options, warn: (message) => log.warn({ store: name }, message) }));
    const where = location.bucket
      ? { type: "s3" as const, place: blobs.parts.backend.place }
      : { type: "file" as const, place: location.folder };
    stores.push({ name, description, isDefault, weight, ...where, blobs });
  }
  const set = storeSet(stores, { unwrapKey, log, clock });
  opened.move();
  return { ...set, lost };
}

async function readPlans(path: string | undefined): Promise<PlannedStores> {
  if (path === undefined) {
    return onlyStore;
  }
  try {
    const { stores, lost } = parseStoresFile(await readFile(path, "utf8"));
    return { stores: stores.map((plan) => ({ ...plan, place: besideFile(plan.place, path) })), lost };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The file of stores ${path} cannot be used: ${reason}. Correct it, or start without TINTYPE_STORES_FILE.`;
    throw new StartError(message, { cause: error });
  }
}

/** Names of files and folders are told from where the file lies. */
function besideFile(place: PlannedStore["place"], path: string): PlannedStore["place"] {
  const whole = (name: string): string => resolve(dirname(path), name);
  switch (place.kind) {
    case "settings":
      return place;
    case "dir":
      return { ...place, dir: whole(place.dir) };
    case "s3":
      return { ...place, secretKeyFile: whole(place.secretKeyFile) };
  }
}

function locationOf({ name, place }: PlannedStore, { config, dataDir }: Pick<StoresSetup, "config" | "dataDir">): StoreLocation {
  switch (place.kind) {
    case "settings":
      return locationOfSettings(config.store, join(dataDir, "store"));
    case "dir":
      return { folder: place.dir, bucket: undefined };
    case "s3": {
      const { kind: _kind, region = "us-east-1", prefix = "", addressing = "path", ...told } = place;
      return { folder: join(dataDir, "stores", name), bucket: { ...told, region, prefix, addressing } };
    }
  }
}

function rank({ place }: PlannedStore): number {
  return place.kind === "settings" ? 0 : 1;
}

async function openNamed({ name, place, location }: PlannedStore & NamedLocation, setup: StoreSetup): Promise<NamedChunkStore["blobs"]> {
  try {
    return await openStore(location, setup);
  } catch (error) {
    // Of the store of the settings the message says which one it is, and its cause is looked at.
    throw error instanceof StartError && place.kind !== "settings"
      ? new StartError(`The store "${name}" cannot be opened: ${error.message}`, { cause: error })
      : error;
  }
}
