import { FakeTimers } from "@tintype/jobs/testing/fake-timers.ts";
import type { BlobStore } from "@tintype/store/blob-store.ts";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inlineDigests } from "../adapters/digests/inline-digests.ts";
import { openLocalKeys } from "../adapters/local-keys/open-local-keys.ts";
import { sqlCatalog } from "../adapters/sql/sql-catalog.ts";
import { openSqlite } from "../adapters/sqlite/open-sqlite.ts";
import { systemClock } from "../adapters/system-clock.ts";
import { randomIds } from "../adapters/random-ids.ts";
import { traceRecorder } from "../audit/trace-recorder.ts";
import { bucketCeilings } from "../buckets/bucket-ceilings.table.ts";
import type { BucketCeilings } from "../buckets/bucket-ceilings.table.ts";
import { authenticateRequest } from "../http/authentication/authenticate-request.ts";
import { createObsApp } from "../http/obs/create-obs-app.ts";
import type { ObsApp } from "../http/obs/create-obs-app.ts";
import { bodyReader } from "../http/incoming-body.ts";
import type { ObsServices } from "../http/obs/obs-services.ts";
import { tokenDigest } from "../identity/token-digest.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ContentDigests } from "../ports/content-digests.ts";
import type { DomainId, ProjectId, UserId } from "../ports/ids.ts";
import type { KeyService } from "../ports/key-service.ts";
import type { Log } from "../ports/log.ts";
import { MemoryBlobStore } from "./memory-blob-store.ts";

/** A user of the bucket endpoint: the access key, whose secret is always the same. */
export interface TestUser {
  readonly access: string;
  readonly secret: string;
  readonly projectId: ProjectId;
}

/** The real clock, which the clients of the tests sign with, or one that a test puts forward or back. */
class SettableClock {
  offsetMs = 0;

  now(): number {
    return systemClock.now() + this.offsetMs;
  }
}

/** Opens the store of a world, which asks for the keys of what is encrypted. */
type StoreOpener<S> = (unwrapKey: (wrapped: Uint8Array) => Promise<Uint8Array>) => S | Promise<S>;

/**
 * The bucket endpoint with a catalog and a store in memory, keys in a temporary folder, and users: `member` and `reader` of the
 * project that is named after the region, and `stranger` in a project of another name.
 */
export class ObsWorld<S extends BlobStore = MemoryBlobStore> implements AsyncDisposable {
  readonly catalog: Catalog;
  readonly services: ObsServices & { sealsEverything: boolean };
  readonly store: S;
  readonly clock = new SettableClock();
  /** Stand still until a test moves them. */
  readonly timers = new FakeTimers();
  /** What was logged as an error. */
  readonly errors: object[] = [];
  readonly log: Log = { info() {}, warn() {}, error: (fields) => void this.errors.push(fields) };
  readonly app: ObsApp;
  endpoint = "";

  readonly #folder: string;

  private constructor(parts: Pick<ObsServices, "digests" | "ceilings" | "keys"> & { catalog: Catalog; store: S; folder: string }) {
    const { catalog, store, folder, ...rest } = parts;
    this.catalog = catalog;
    this.store = store;
    this.#folder = folder;
    this.services = {
      catalog,
      store,
      clock: this.clock,
      ids: randomIds(this.clock),
      log: this.log,
      region: "local-1",
      domain: "obs.test",
      sealsEverything: false,
      recorder: traceRecorder({
        catalog,
        clock: this.clock,
        ids: randomIds(this.clock),
        log: this.log,
        metrics: { observeAuditFailure() {} },
        limits: { traces: { shownDays: 7, unknownPerMinute: 60 } },
      }),
      readBody: bodyReader({ timers: this.timers, silenceMs: 300_000 }),
      ...rest,
      authenticate: async (request) => authenticateRequest(this.services, request),
    };
    this.app = createObsApp(this.services);
  }

  static async open(ceilings: Partial<BucketCeilings> = {}): Promise<ObsWorld> {
    return await ObsWorld.on((unwrapKey) => new MemoryBlobStore({ unwrapKey }), inlineDigests(), ceilings);
  }

  static async on<S extends BlobStore>(
    openStore: StoreOpener<S>,
    digests: ContentDigests,
    ceilings: Partial<BucketCeilings> = {},
  ): Promise<ObsWorld<S>> {
    const folder = await mkdtemp(join(tmpdir(), "tintype-obs-"));
    const log: Log = { info() {}, warn() {}, error() {} };
    const keys: KeyService = await openLocalKeys({ folder, passphrase: undefined, clock: systemClock, ids: randomIds(systemClock), log });
    const store = await openStore(async (wrapped) => keys.decryptDataKey(wrapped));
    const catalog = sqlCatalog(await openSqlite(":memory:"));
    const world = new ObsWorld({ catalog, store, keys, folder, digests, ceilings: { ...bucketCeilings, ...ceilings } });
    await world.#addUsers();
    return world;
  }

  /** Listens on a free port. */
  async start(): Promise<this> {
    this.endpoint = `http://127.0.0.1:${await this.app.listen({ host: "127.0.0.1", port: 0 })}`;
    return this;
  }

  user(name: "member" | "reader" | "stranger"): TestUser {
    return { access: `AK${name}`, secret: "secret-of-everyone", projectId: (name === "stranger" ? "p2" : "p1") as ProjectId };
  }

  /** A token of a user, of its project. */
  async token(name: Parameters<ObsWorld["user"]>[0]): Promise<string> {
    const token = this.services.ids.secret(48);
    const [issuedAt, userId] = [this.clock.now(), `user-${name}` as UserId];
    await this.catalog.identity.insertToken({
      digest: tokenDigest(token),
      userId,
      projectId: this.user(name).projectId,
      methods: ["password"],
      auditId: token.slice(0, 8),
      issuedAt,
      expiresAt: issuedAt + 3_600_000,
    });
    return token;
  }

  /** Everything that an upload may leave behind: blobs, noted removals, objects and uploads of a bucket. */
  async leftovers(bucket: string): Promise<readonly string[]> {
    const found: string[] = [];
    for await (const id of this.store.list()) {
      found.push(`blob ${id}`);
    }
    const page = { prefix: "", after: "", limit: 1000 };
    found.push(...(await this.catalog.removals.noted(1000)).map((id) => `removal ${id}`));
    found.push(...(await this.catalog.buckets.objects(bucket, page)).map(({ key }) => `object ${key}`));
    found.push(...(await this.catalog.buckets.uploads(bucket, { prefix: "", limit: 1000 })).map(({ key }) => `upload ${key}`));
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.endpoint !== "") {
      await this.app.close({ signal: AbortSignal.abort() });
    }
    await this.services.digests[Symbol.asyncDispose]();
    await this.store[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #addUsers(): Promise<void> {
    const { identity } = this.catalog;
    const domainId = "d1" as DomainId;
    await identity.insertDomain({ id: domainId, name: "Default" });
    for (const [id, name] of [
      ["p1", "local-1"],
      ["p2", "elsewhere"],
    ] as const) {
      await identity.insertProject({ id: id as ProjectId, domainId, name, description: "", enabled: true });
    }
    for (const name of ["member", "reader", "stranger"] as const) {
      const userId = `user-${name}` as UserId;
      const { access, secret, projectId } = this.user(name);
      await identity.insertUser({ id: userId, domainId, name, passwordHash: "", enabled: true });
      await identity.insertGrant({ userId, projectId, role: name === "reader" ? "reader" : "member" });
      await identity.insertAccessKey({ access, secret, userId, enabled: true });
    }
  }
}
