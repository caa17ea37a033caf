import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kysely } from "kysely";
import type { BlobId, BlobKey, BlobStore } from "@tintype/store/blob-store.ts";
import { openLocalStore } from "@tintype/store/open-local-store.ts";
import type { ChunkStore } from "@tintype/store/store.ts";
import { storeSet } from "../adapters/named-stores/store-set.ts";
import type { StoreSet } from "../adapters/named-stores/store-set.ts";
import { openLocalKeys } from "../adapters/local-keys/open-local-keys.ts";
import { sqlCatalog } from "../adapters/sql/sql-catalog.ts";
import type { Tables } from "../adapters/sql/tables.ts";
import { openSqlite } from "../adapters/sqlite/open-sqlite.ts";
import { randomIds } from "../adapters/random-ids.ts";
import { loadConfig } from "../config/load-config.ts";
import { bucketCeilings } from "../buckets/bucket-ceilings.table.ts";
import type { BucketRecord, ObjectRecord, StorageClass } from "../ports/bucket-catalog.ts";
import type { Catalog } from "../ports/catalog.ts";
import { openOsLists } from "../os-lists/open-os-lists.ts";
import type { ReloadableOsLists } from "../os-lists/open-os-lists.ts";
import type { OsListFiles } from "../ports/os-list-files.ts";
import { resolveRights } from "../identity/resolve-rights.ts";
import { newBlobKey } from "../images/image-keys.ts";
import type { ImageEncryption, ImageRecord } from "../ports/image-catalog.ts";
import type { DomainId, Ids, ImageId, ProjectId, UserId } from "../ports/ids.ts";
import type { KeyService } from "../ports/key-service.ts";
import type { Log } from "../ports/log.ts";
import type { Principal } from "../ports/principal.ts";
import { plainImage } from "../ports/testing/plain-image.ts";
import type { Limits } from "../quotas/limits.ts";
import type { NamedChunkStore } from "../upkeep/named-chunk-store.ts";

/** System roles, by id, as somebody has them in a project. */
export function rightsOfRoles(...roles: readonly string[]): Pick<Principal, "roles" | "rights"> {
  const given = roles.map((roleId) => ({ roleId, scope: "project" as const, enterpriseProjectId: undefined, policy: undefined }));
  const { names, rights } = resolveRights(given);
  return { roles: names, rights };
}

/** A user of a project, for tests. */
export function principalOf(project: string, ...roles: readonly string[]): Principal {
  return {
    userId: `user-of-${project}` as UserId,
    userName: `user of ${project}`,
    domainId: "default" as DomainId,
    domainName: "Default",
    project: { id: project as ProjectId, name: project },
    ...rightsOfRoles(...roles),
    method: "token",
    at: 0,
  };
}

/** A clock that a test moves; it begins at a fixed instant with milliseconds in it. */
export class TestClock {
  #now = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

  now(): number {
    return this.#now;
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }
}

/** Choices of a test. */
export interface TransferWorldOptions {
  readonly osListFiles?: OsListFiles;
  readonly chunkSizeBytes?: number;
  /** Seals what has no key of its own. */
  readonly storeKey?: BlobKey;
  /** Names of further stores, the least preferred last, in folders of their names in `stores`. `main`, the default store, is preferred to all. */
  readonly moreStores?: readonly string[];
  /** Default: random ones. */
  readonly ids?: Ids;
  /** Where the catalog lies. Default: in a database in memory that nobody else sees. */
  readonly database?: Kysely<Tables>;
}

/** A catalog in memory, keys and a store in a temporary folder: all that imports, exports and copies work on. */
export class TransferWorld implements AsyncDisposable {
  readonly catalog: Catalog;
  /** All stores as one. */
  readonly store: BlobStore;
  readonly stores: StoreSet<NamedChunkStore>["stores"];
  readonly keys: KeyService;
  readonly clock: TestClock;
  readonly ids: Ids;
  readonly ceilings = bucketCeilings;
  /** The documented ones. */
  readonly limits: Limits;
  readonly osLists: ReloadableOsLists;
  /** What was logged as an error. */
  readonly errors: object[] = [];
  readonly log: Log = { info() {}, warn() {}, error: (fields) => void this.errors.push(fields) };
  /** Where the store and the keys lie. */
  readonly folder: string;
  readonly #bucketNames = new Set<string>();

  private constructor(
    parts: Pick<TransferWorld, "catalog" | "store" | "stores" | "keys" | "clock" | "ids" | "limits" | "osLists" | "folder">,
  ) {
    this.catalog = parts.catalog;
    this.store = parts.store;
    this.stores = parts.stores;
    this.keys = parts.keys;
    this.clock = parts.clock;
    this.ids = parts.ids;
    this.limits = parts.limits;
    this.osLists = parts.osLists;
    this.folder = parts.folder;
  }

  static async open({
    chunkSizeBytes,
    storeKey,
    moreStores = [],
    osListFiles = { read: async () => [] },
    ids: givenIds,
    database,
  }: TransferWorldOptions = {}): Promise<TransferWorld> {
    const folder = await mkdtemp(join(tmpdir(), "tintype-transfers-"));
    const clock = new TestClock();
    const ids = givenIds ?? randomIds(clock);
    const silent: Log = { info() {}, warn() {}, error() {} };
    const keys = await openLocalKeys({ folder: join(folder, "keys"), passphrase: undefined, clock, ids, log: silent });
    const unwrapKey = (wrapped: Uint8Array): Promise<Uint8Array> => keys.decryptDataKey(wrapped);
    const openNamed = async (name: string, weight: number): Promise<NamedChunkStore> => {
      const place = name === "main" ? join(folder, "store") : join(folder, "stores", name);
      const blobs = await openLocalStore(place, { workers: 1, unwrapKey, chunkSizeBytes, storeKey });
      return { name, description: "", isDefault: name === "main", weight, type: "file", place, blobs };
    };
    const named = await Promise.all(["main", ...moreStores].map((name, index) => openNamed(name, -index)));
    const { store, stores } = storeSet(named, { unwrapKey, log: silent, clock });
    const { config } = await loadConfig({ argv: [], env: {}, readFile: (path) => Promise.reject(new Error(`There is no file ${path}`)) });
    const catalog = sqlCatalog(database ?? (await openSqlite(":memory:")));
    const osLists = await openOsLists({ files: osListFiles, log: silent });
    return new TransferWorld({ catalog, store, stores, keys, clock, ids, limits: config.limits, osLists, folder });
  }

  /** The store that is used by default. */
  get mainStore(): ChunkStore {
    const main = this.stores.all.find(({ isDefault }) => isDefault);
    if (main === undefined) {
      throw new Error("A world without a default store was opened");
    }
    return main.blobs;
  }

  /** Makes a bucket, and an object in it when there is content. */
  async addFile(project: string, place: string, content?: Uint8Array, storageClass: StorageClass = "STANDARD"): Promise<void> {
    const [bucket = "", key = ""] = place.split(":");
    const { catalog } = this;
    if ((await catalog.buckets.bucket(bucket)) === undefined) {
      const record: BucketRecord = { name: bucket, projectId: project as ProjectId, storageClass: "STANDARD", createdAt: this.clock.now() };
      await catalog.buckets.insertBucket(record);
      this.#bucketNames.add(bucket);
    }
    if (content === undefined) {
      return;
    }
    const blobId = await this.#addBlob(content);
    const object: ObjectRecord = {
      bucket,
      key,
      storageClass,
      etag: blobId,
      contentType: "application/octet-stream",
      metadata: {},
      lengthBytes: content.length,
      parts: [{ blobId, lengthBytes: content.length }],
      modifiedAt: this.clock.now(),
    };
    await catalog.transaction(({ buckets }) => buckets.putObject(object));
  }

  /** Makes an active image of that content, as an import would have. */
  async addImage(project: string, content: Uint8Array, fields: Partial<ImageRecord> = {}): Promise<ImageRecord> {
    const blobId = await this.#addBlob(content, fields.encryption);
    const now = this.clock.now();
    const image = plainImage({
      id: this.ids.uuid() as ImageId,
      projectId: project as ProjectId,
      origin: "file,b:o",
      sourceFormat: "raw",
      disks: [{ blobId, virtualSizeBytes: content.length, dataBytes: content.length }],
      createdAt: now,
      updatedAt: now,
      activeAt: now,
      ...fields,
    });
    await this.catalog.images.insert(image);
    return image;
  }

  /** The content of an object. */
  async readFile(place: string): Promise<Uint8Array | undefined> {
    const [bucket = "", key = ""] = place.split(":");
    const object = await this.catalog.buckets.object(bucket, key);
    const [part] = object?.parts ?? [];
    return part && (await this.readBlob(part.blobId));
  }

  async readBlob(id: BlobId): Promise<Uint8Array> {
    await using blob = await this.store.open(id);
    return await blob.read(0, blob.lengthBytes);
  }

  /** Everything that work may leave behind: images, objects, blobs, noted removals. */
  async contents(): Promise<readonly string[]> {
    const images = (await this.catalog.images.list({}, { limit: 1000 })) ?? [];
    const things = images.map(({ id, status }) => `image ${id} ${status}`);
    for await (const id of this.store.list()) {
      things.push(`blob ${id}`);
    }
    for (const bucket of this.#bucketNames) {
      const objects = await this.catalog.buckets.objects(bucket, { prefix: "", after: "", limit: 1000 });
      things.push(...objects.map(({ key }) => `object ${bucket}:${key}`));
    }
    const noted = await this.catalog.removals.noted(1000);
    return [...things, ...noted.map((id) => `removal ${id}`)].toSorted();
  }

  async #addBlob(content: Uint8Array, encryption?: ImageEncryption): Promise<BlobId> {
    const blobId = this.ids.hex32() as BlobId;
    const key = encryption && (await newBlobKey(this, encryption));
    await using writer = await this.store.create(blobId, { key });
    await writer.write(0, content);
    await writer.commit({ lengthBytes: content.length });
    return blobId;
  }

  /** Whatever a test did, the quota counts what there is. */
  async #checkCounts(): Promise<void> {
    const images = (await this.catalog.images.list({}, { limit: 100_000 })) ?? [];
    const owners = images.map(({ projectId }) => projectId);
    for (const projectId of new Set([...owners, ...["demo", "alt", "admin"].map((name) => name as ProjectId)])) {
      const owned = owners.filter((owner) => owner === projectId).length;
      assert.equal(await this.catalog.images.count(projectId), owned, `images of ${projectId}, as the quota counts them`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#checkCounts();
    await this.store[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A disk of whole MiB with recognisable data in some places and nothing in the others. */
export function sampleDisk(sizeMiB: number): Buffer {
  const disk = Buffer.alloc(sizeMiB * 1024 * 1024);
  for (let offset = 0; offset < disk.length; offset += 1024 * 1024) {
    disk.write(`block ${offset} `.repeat(5000), offset, "latin1");
  }
  return disk;
}
