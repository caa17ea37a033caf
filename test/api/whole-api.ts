import type { FastifyInstance, onRouteHookHandler } from "fastify";
import { pino } from "pino";
import type { Logger } from "pino";
import { createJobRunner } from "@tintype/jobs/job-runner.ts";
import type { JobRunner } from "@tintype/jobs/job-runner.ts";
import { FakeTimers } from "@tintype/jobs/testing/fake-timers.ts";
import { instantTimers } from "@tintype/jobs/testing/instant-timers.ts";
import { inlineDigests } from "@tintype/server/adapters/digests/inline-digests.ts";
import { safeUrlReader } from "@tintype/server/adapters/safe-fetch/safe-url-reader.ts";
import { traceRecorder } from "@tintype/server/audit/trace-recorder.ts";
import type { TraceRecorder } from "@tintype/server/audit/trace-recorder.ts";
import { createApi } from "@tintype/server/http/create-api.ts";
import { bodyReader } from "@tintype/server/http/incoming-body.ts";
import type { ApiPortServices } from "@tintype/server/http/create-api.ts";
import { applyBootstrap } from "@tintype/server/identity/bootstrap.ts";
import { jobKinds, jobLanes } from "@tintype/server/job-kinds.ts";
import { Metrics } from "@tintype/server/observability/metrics.ts";
import type { ImageServices } from "@tintype/server/ports/image-services.ts";
import type { Limits } from "@tintype/server/quotas/limits.ts";
import type { TransferWorld } from "@tintype/server/testing/transfer-world.ts";
import { chunkStoreUpkeep } from "@tintype/server/upkeep/chunk-store-upkeep.ts";

/** Ids of the projects of `wholeApi`, so that images of `TransferWorld` are theirs. */
export type Project = "admin" | "demo" | "alt";

/** Choices of a test. */
export interface WholeApiOptions {
  /** Whether jobs run. Default: what is dispatched waits for ever. */
  readonly runsJobs?: boolean;
  /** Default: a silent one. */
  readonly log?: Logger;
  /** Default: the documented ones. */
  readonly limits?: Limits;
  /** Hears of every route. */
  readonly onRoute?: onRouteHookHandler;
}

/** Every dialect of the API's port, with real credentials. */
export interface WholeApi {
  readonly app: FastifyInstance;
  readonly jobs: JobRunner;
  readonly services: ApiPortServices & { readonly recorder: TraceRecorder };
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

const noImageServices: ImageServices = {
  addressOf: () => undefined,
  lendToken: async () => ({ token: "lent", [Symbol.asyncDispose]: async () => {} }),
};

export async function wholeApi(world: TransferWorld, options: WholeApiOptions = {}): Promise<WholeApi> {
  await applyBootstrap(world.catalog, people);
  const { catalog, store, stores, clock, ids, keys, ceilings, osLists } = world;
  const { log = pino({ level: "silent" }), limits = world.limits, runsJobs = false, onRoute } = options;
  // The catalog is in memory: there is no file to copy.
  const copies = { make: async (name: string) => name, list: async () => [], remove: async () => {} };
  const upkeep = chunkStoreUpkeep({ stores, catalog, clock, copies, keep: 1, graceMs: 3_600_000 });
  const metrics = new Metrics();
  const recorder = traceRecorder({ catalog, clock, ids, log, metrics, limits });
  const urlReader = safeUrlReader({ allowed: [], silenceMs: 1000 });
  const files = { formatMatch: "required", digest: "sha512", locations: "shown" } as const;
  const parts = { catalog, store, stores, clock, ids, keys, limits, ceilings, osLists, log, recorder, urlReader, files };
  const digests = inlineDigests();
  const kinds = runsJobs ? jobKinds({ ...parts, digests, imageServices: noImageServices }, upkeep) : [];
  const lanes = jobLanes({ fetching: 2, fetchingPerProject: 2 });
  const jobs = createJobRunner({ records: catalog.jobs, kinds, clock, timers: instantTimers(), maxConcurrent: 2, lanes });
  const services: WholeApi["services"] = {
    ...parts,
    upkeep,
    metrics,
    digests,
    readBody: bodyReader({ timers: new FakeTimers(), silenceMs: 300_000 }),
    uploads: { expireHours: 24, maxGiB: 5120, perProject: 1000 },
    jobs: runsJobs ? jobs : { dispatch() {}, cancel: (id) => jobs.cancel(id), wait: (id) => jobs.wait(id) },
    region: "local-1",
    tokenLifetimeMs: 3_600_000,
    maxBodyBytes: 1024 * 1024,
    urls: () => ({ http: "http://localhost", obs: "http://localhost:1" }),
    checks: [],
    onRoute,
  };
  const app = await createApi(services);
  const token = async (project: Project): Promise<string> => {
    const identity = { methods: ["password"], password: { user: { name: project, password: secret, domain: { id: "default" } } } };
    const payload = { auth: { identity, scope: { project: { id: project } } } };
    const { headers } = await app.inject({ method: "POST", url: "/v3/auth/tokens", payload });
    return String(headers["x-subject-token"]);
  };
  return { app, jobs, services, tokens: { admin: await token("admin"), demo: await token("demo"), alt: await token("alt") } };
}
