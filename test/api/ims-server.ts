import { join } from "node:path";
import { pino } from "pino";
import type { FastifyInstance, HTTPMethods, InjectOptions, LightMyRequestResponse, preValidationAsyncHookHandler } from "fastify";
import { createJobRunner } from "@tintype/jobs/job-runner.ts";
import type { JobRunner } from "@tintype/jobs/job-runner.ts";
import type { JobRecord } from "@tintype/jobs/job-record.ts";
import { FakeTimers } from "@tintype/jobs/testing/fake-timers.ts";
import { instantTimers } from "@tintype/jobs/testing/instant-timers.ts";
import { inlineDigests } from "@tintype/server/adapters/digests/inline-digests.ts";
import { openFileCache } from "@tintype/server/adapters/file-cache/open-file-cache.ts";
import { safeUrlReader } from "@tintype/server/adapters/safe-fetch/safe-url-reader.ts";
import type { ImageServices } from "@tintype/server/ports/image-services.ts";
import type { UrlReader } from "@tintype/server/ports/url-reader.ts";
import { apiPlugin } from "@tintype/server/http/api/api-plugin.ts";
import { traceRecorder } from "@tintype/server/audit/trace-recorder.ts";
import { bodyReader } from "@tintype/server/http/incoming-body.ts";
import { createApp } from "@tintype/server/http/create-app.ts";
import { ctsPlugin } from "@tintype/server/http/cts/cts-plugin.ts";
import { epsPlugin } from "@tintype/server/http/eps/eps-plugin.ts";
import { ImageCache } from "@tintype/server/image-cache/image-cache.ts";
import { imageV2Plugin } from "@tintype/server/http/image-v2/image-v2-plugin.ts";
import { imsPlugin } from "@tintype/server/http/ims/ims-plugin.ts";
import { tmsPlugin } from "@tintype/server/http/tms/tms-plugin.ts";
import { tusPlugin } from "@tintype/server/http/tus/tus-plugin.ts";
import { jobKinds, jobLanes } from "@tintype/server/job-kinds.ts";
import type { Limits } from "@tintype/server/quotas/limits.ts";
import type { UploadSettings } from "@tintype/server/uploads/uploads-deps.ts";
import { fullStores } from "@tintype/server/testing/full-stores.ts";
import { TransferWorld, principalOf } from "@tintype/server/testing/transfer-world.ts";
import { chunkStoreUpkeep } from "@tintype/server/upkeep/chunk-store-upkeep.ts";

/** Who calls: a project and the roles in it. */
export interface Caller {
  readonly project: string;
  readonly roles: readonly string[];
}

export const demo: Caller = { project: "demo", roles: ["member", "reader"] };
export const alt: Caller = { project: "alt", roles: ["member", "reader"] };
export const reader: Caller = { project: "demo", roles: ["reader"] };
export const administrator: Caller = { project: "admin", roles: ["admin", "member", "reader"] };

type Body = InjectOptions["payload"];

/** Choices of a test. */
export interface ImsServerOptions {
  readonly limits?: { readonly [Section in keyof Limits]?: Partial<Limits[Section]> };
  /** Algorithm of the digests of files; SHA-512 when absent. */
  readonly digest?: "sha256" | "sha512";
  /** Whether the Image API holds a file to what its image was declared as. Default: it does. */
  readonly formatMatch?: "required" | "ignored";
  /** Whether the Image API shows locations of images. Default: it does. */
  readonly locations?: "shown" | "hidden";
  readonly uploads?: Partial<UploadSettings>;
  /** Tell when a body has brought nothing for 300 s. Default: never. */
  readonly bodyTimers?: FakeTimers;
  /** Name of the region that the server is; local-1 when absent. */
  readonly region?: string;
  /** Opens what users name by address. Default: as the service does it, with nothing allowed that is not public. */
  readonly urlReader?: UrlReader;
  /** What the catalog names beside this server. Default: nothing. */
  readonly imageServices?: ImageServices;
  /** Names of stores beside `main`. Default: none. */
  readonly moreStores?: readonly string[];
  /** Names of stores that take nothing new for as long as they are in it. */
  readonly full?: ReadonlySet<string>;
  /** Imports from addresses that one project may have running, of the two that run at a time. Default: both. */
  readonly fetchingPerProject?: number;
  /** Nothing that is started runs before `jobs.dispatch` is called for it. */
  readonly holdJobs?: boolean;
  /** Addresses of proxies that are believed. */
  readonly trustedProxies?: string;
  /** The cache of image files, in a folder of the world. Default: none. */
  readonly cache?: { readonly maxBytes?: number; readonly fill?: "asked" | "read" };
  /** How callers are known. Default: they are believed. */
  readonly requirePrincipal?: (world: TransferWorld) => preValidationAsyncHookHandler;
}

/** Settings of the tests over the documented ones, section by section. */
function withLimits(limits: Limits, chosen: NonNullable<ImsServerOptions["limits"]>): Limits {
  const sections = Object.entries(limits).map(([name, section]) => [name, { ...section, ...chosen[name as keyof Limits] }]);
  // The same sections, with the same fields.
  return Object.fromEntries(sections) as Limits;
}

async function cacheOf(world: TransferWorld, { maxBytes = 1024 ** 3, fill = "read" }: NonNullable<ImsServerOptions["cache"]>) {
  const files = await openFileCache({ dir: join(world.folder, "cache"), maxBytes, clock: world.clock });
  return new ImageCache({
    catalog: world.catalog,
    store: world.store,
    clock: world.clock,
    log: world.log,
    files,
    fill,
    timers: instantTimers(),
  });
}

const noImageServices: ImageServices = {
  addressOf: () => undefined,
  lendToken: async () => ({ token: "lent", [Symbol.asyncDispose]: async () => {} }),
};

/** Takes the caller from a header of the tests' own. */
const believeCaller: preValidationAsyncHookHandler = async (request) => {
  const { project, roles } = JSON.parse(String(request.headers["x-caller"])) as Caller;
  request.principal = principalOf(project, ...roles);
};

/** The IMS dialect and our own API over a catalog in memory and a store in a temporary folder. */
export class ImsServer implements AsyncDisposable {
  readonly world: TransferWorld;
  readonly jobs: JobRunner;
  readonly app: FastifyInstance;
  readonly imageCache: ImageCache | undefined;

  private constructor({ world, jobs, app, imageCache }: Pick<ImsServer, "world" | "jobs" | "app" | "imageCache">) {
    this.world = world;
    this.jobs = jobs;
    this.app = app;
    this.imageCache = imageCache;
  }

  static async open(options: ImsServerOptions = {}): Promise<ImsServer> {
    return await ImsServer.on(await TransferWorld.open(options), options);
  }

  /** A server over a world that is there already. */
  static async on(world: TransferWorld, options: ImsServerOptions = {}): Promise<ImsServer> {
    const timers = instantTimers();
    const limits = withLimits(world.limits, options.limits ?? {});
    // The catalog is in memory: there is no file to copy.
    const copies = { make: async (name: string) => name, list: async () => [], remove: async () => {} };
    const upkeep = chunkStoreUpkeep({
      stores: world.stores,
      catalog: world.catalog,
      clock: world.clock,
      copies,
      keep: 1,
      graceMs: 3_600_000,
    });
    const fetching = {
      urlReader: options.urlReader ?? safeUrlReader({ allowed: [], silenceMs: 1000 }),
      imageServices: options.imageServices ?? noImageServices,
      digests: inlineDigests(),
      files: {
        formatMatch: options.formatMatch ?? "required",
        digest: options.digest ?? "sha512",
        locations: options.locations ?? "shown",
      } as const,
    };
    const { catalog, store, clock, ids, log, keys, ceilings, osLists } = world;
    const stores = fullStores(world.stores, options.full ?? new Set());
    const parts = { catalog, store, stores, clock, ids, log, keys, ceilings, osLists, limits };
    const recorder = traceRecorder({ ...parts, metrics: { observeAuditFailure() {} } });
    const jobs = createJobRunner({
      records: world.catalog.jobs,
      kinds: jobKinds({ ...parts, ...fetching, recorder }, upkeep),
      clock: world.clock,
      timers,
      maxConcurrent: 2,
      lanes: jobLanes({ fetching: 2, fetchingPerProject: options.fetchingPerProject ?? 2 }),
    });
    const metrics = { observeRequest() {} };
    const app = createApp({
      log: pino({ level: "silent" }),
      ids: world.ids,
      maxBodyBytes: 12 * 1024 * 1024,
      metrics,
      recorder,
      trustedProxies: options.trustedProxies,
    });
    const dispatch = options.holdJobs === true ? () => {} : (id: string) => jobs.dispatch(id);
    const imageCache = options.cache && (await cacheOf(world, options.cache));
    const services = {
      ...parts,
      imageCache,
      digests: inlineDigests(),
      urlReader: fetching.urlReader,
      files: fetching.files,
      readBody: bodyReader({ timers: options.bodyTimers ?? new FakeTimers(), silenceMs: 300_000 }),
      upkeep,
      requirePrincipal: options.requirePrincipal?.(world) ?? believeCaller,
      region: options.region ?? "local-1",
      jobs: { dispatch, cancel: (id: string) => jobs.cancel(id), wait: (...asked: Parameters<JobRunner["wait"]>) => jobs.wait(...asked) },
    };
    await app.register(imsPlugin(services));
    await app.register(ctsPlugin(services));
    await app.register(epsPlugin(services));
    await app.register(tmsPlugin(services));
    await app.register(imageV2Plugin(services), { prefix: "/image" });
    await app.register(apiPlugin(services));
    await app.register(tusPlugin({ ...services, uploads: { expireHours: 24, maxGiB: 5120, perProject: 1000, ...options.uploads } }));
    await imageCache?.start();
    return new ImsServer({ world, jobs, app, imageCache });
  }

  // oxlint-disable-next-line max-params -- a call reads best on one line
  async call(method: HTTPMethods, url: string, body?: Body, caller = demo, type = "application/json"): Promise<LightMyRequestResponse> {
    const headers = { "x-caller": JSON.stringify(caller), ...(body !== undefined && { "content-type": type }) };
    return await this.app.inject({ method, url, headers, ...(body !== undefined && { payload: body }) });
  }

  /** Starts an import and waits for its end. */
  async importFile(body: object, caller: Caller = demo): Promise<JobRecord> {
    const answer = await this.call("POST", "/v2/cloudimages/action", body, caller);
    if (answer.statusCode !== 200) {
      throw new Error(`The import was refused: ${answer.body}`);
    }
    return await this.jobs.wait(answer.json<{ job_id: string }>().job_id);
  }

  /** The images that a query lists. */
  async list(query = "", caller: Caller = demo): Promise<readonly Record<string, unknown>[]> {
    const answer = await this.call("GET", `/v2/cloudimages${query}`, undefined, caller);
    if (answer.statusCode !== 200) {
      throw new Error(`The list was refused: ${answer.body}`);
    }
    return answer.json<{ images: Record<string, unknown>[] }>().images;
  }

  /** Stops the server and leaves its world. */
  async close(): Promise<void> {
    await this.jobs.close();
    await this.app.close();
    await this.imageCache?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    await this.world[Symbol.asyncDispose]();
  }
}

/** Code of a refusal, whatever its shape, with its status in front: `400 IMG.0013`. */
export function refusalOf(answer: LightMyRequestResponse): string {
  const body = answer.json<{ error?: { code: string | number }; code?: string }>();
  return `${answer.statusCode} ${body.error?.code ?? body.code}`;
}
