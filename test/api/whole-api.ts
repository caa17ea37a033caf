import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import { createJobRunner } from "@tintype/jobs/job-runner.ts";
import { FakeTimers } from "@tintype/jobs/testing/fake-timers.ts";
import { instantTimers } from "@tintype/jobs/testing/instant-timers.ts";
import { inlineDigests } from "@tintype/server/adapters/digests/inline-digests.ts";
import { safeUrlReader } from "@tintype/server/adapters/safe-fetch/safe-url-reader.ts";
import { traceRecorder } from "@tintype/server/audit/trace-recorder.ts";
import { createApi } from "@tintype/server/http/create-api.ts";
import { bodyReader } from "@tintype/server/http/incoming-body.ts";
import type { ApiPortServices } from "@tintype/server/http/create-api.ts";
import { applyBootstrap } from "@tintype/server/identity/bootstrap.ts";
import { Metrics } from "@tintype/server/observability/metrics.ts";
import type { TransferWorld } from "@tintype/server/testing/transfer-world.ts";
import { chunkStoreUpkeep } from "@tintype/server/upkeep/chunk-store-upkeep.ts";

/** Ids of the projects of `wholeApi`, so that images of `TransferWorld` are theirs. */
export type Project = "admin" | "demo" | "alt";

/** Every dialect of the API's port, with real credentials. No job ever runs. */
export interface WholeApi {
  readonly app: FastifyInstance;
  /** A token for each project: of an administrator for `admin`, of members for the others. */
  readonly tokens: Readonly<Record<Project, string>>;
}

const secret = "password of the tests";
const people = {
  domain: { id: "default", name: "Default" },
  projects: ["admin", "demo", "alt"].map((name) => ({ id: name, name })),
  users: ["admin", "demo", "alt"].map((name) => ({
    name,
    password: secret,
    grants: [{ project: name, roles: [name === "admin" ? "admin" : "member"] }],
  })),
};

export async function wholeApi(world: TransferWorld): Promise<WholeApi> {
  await applyBootstrap(world.catalog, people);
  const { catalog, store, stores, clock, ids, keys, limits, ceilings, osLists } = world;
  const log = pino({ level: "silent" });
  // The catalog is in memory: there is no file to copy.
  const copies = { make: async (name: string) => name, list: async () => [], remove: async () => {} };
  const upkeep = chunkStoreUpkeep({ stores, catalog, clock, copies, keep: 1, graceMs: 3_600_000 });
  const metrics = new Metrics();
  const runner = createJobRunner({ records: catalog.jobs, kinds: [], clock, timers: instantTimers(), maxConcurrent: 1 });
  const services: ApiPortServices = {
    catalog,
    store,
    stores,
    clock,
    ids,
    keys,
    limits,
    ceilings,
    osLists,
    log,
    upkeep,
    metrics,
    digests: inlineDigests(),
    urlReader: safeUrlReader({ allowed: [], silenceMs: 1000 }),
    files: { formatMatch: "required", digest: "sha512", locations: "shown" },
    readBody: bodyReader({ timers: new FakeTimers(), silenceMs: 300_000 }),
    uploads: { expireHours: 24, maxGiB: 5120, perProject: 1000 },
    jobs: { dispatch() {}, cancel: (id) => runner.cancel(id), wait: (id) => runner.wait(id) },
    recorder: traceRecorder({ catalog, clock, ids, log, metrics }),
    region: "local-1",
    tokenLifetimeMs: 3_600_000,
    maxBodyBytes: 1024 * 1024,
    urls: () => ({ http: "http://localhost", obs: "http://localhost:1" }),
    checks: [],
  };
  const app = await createApi(services);
  const token = async (project: Project): Promise<string> => {
    const identity = { methods: ["password"], password: { user: { name: project, password: secret, domain: { id: "default" } } } };
    const payload = { auth: { identity, scope: { project: { id: project } } } };
    const { headers } = await app.inject({ method: "POST", url: "/v3/auth/tokens", payload });
    return String(headers["x-subject-token"]);
  };
  return { app, tokens: { admin: await token("admin"), demo: await token("demo"), alt: await token("alt") } };
}
