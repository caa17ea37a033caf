import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { BlobStore } from "@tintype/store/blob-store.ts";
import { createJobRunner } from "@tintype/jobs/job-runner.ts";
import { systemTimers } from "@tintype/jobs/system-timers.ts";
import { startTraceSchedule } from "./audit/trace-schedule.ts";
import { traceRecorder } from "./audit/trace-recorder.ts";
import { threadedDigests } from "./adapters/digests/threaded-digests.ts";
import { randomIds } from "./adapters/random-ids.ts";
import { openSqlite } from "./adapters/sqlite/open-sqlite.ts";
import { sqliteCatalog } from "./adapters/sqlite/sqlite-catalog.ts";
import { sqliteCopies } from "./adapters/sqlite/sqlite-copies.ts";
import { safeUrlReader } from "./adapters/safe-fetch/safe-url-reader.ts";
import { systemClock } from "./adapters/system-clock.ts";
import { bucketCeilings } from "./buckets/bucket-ceilings.table.ts";
import { releaseNotedBlobs } from "./buckets/release-noted-blobs.ts";
import { checkStoresAreNamed } from "./check-stores-are-named.ts";
import { checkStoresHoldImages } from "./check-stores-hold-images.ts";
import type { LoadedConfig } from "./config/load-config.ts";
import { backupsFolder, catalogPath, prepareDataFolder } from "./data-folder.ts";
import { authenticateRequest } from "./http/authentication/authenticate-request.ts";
import { createApi } from "./http/create-api.ts";
import { bodyReader } from "./http/incoming-body.ts";
import { toTrace } from "./http/cts/to-trace.ts";
import { createObsApp } from "./http/obs/create-obs-app.ts";
import { catalogImageServices } from "./http/identity/catalog-image-services.ts";
import { readinessChecks } from "./http/ops/readiness.ts";
import type { TlsFiles } from "./http/tls-files.ts";
import { DamageTally } from "./observability/damage-tally.ts";
import { logJobEvent } from "./observability/logger.ts";
import { loadStandardSets } from "./metadefs/load-standard-sets.ts";
import { Metrics } from "./observability/metrics.ts";
import { jobKinds, jobLanes } from "./job-kinds.ts";
import { openImageCache } from "./open-image-cache.ts";
import { openKeys } from "./open-keys.ts";
import { openStores } from "./open-stores.ts";
import type { OpenStores, StoresSetup } from "./open-stores.ts";
import type { Catalog } from "./ports/catalog.ts";
import type { Clock } from "./ports/clock.ts";
import type { Ids } from "./ports/ids.ts";
import type { KeyService } from "./ports/key-service.ts";
import { readBootstrap, useBootstrap, useFirstStart } from "./prepare-identity.ts";
import type { LocalCredentials } from "./prepare-identity.ts";
import { readOsLists } from "./read-os-lists.ts";
import { readTls } from "./read-tls.ts";
import { StartError } from "./start-error.ts";
import { namesIn } from "./quotas/limits.ts";
import { recoverUploads } from "./transfers/native/recover-uploads.ts";
import { chunkStoreUpkeep } from "./upkeep/chunk-store-upkeep.ts";
import { startUpkeepSchedule } from "./upkeep/upkeep-schedule.ts";

/** A server that takes requests. */
export interface RunningServer extends AsyncDisposable {
  readonly httpUrl: string;
  readonly obsUrl: string;
  /** The administrator's credentials, when this was the first start. */
  readonly firstCredentials: LocalCredentials | undefined;
  /** Whom the bootstrap file names, and their projects, where there is such a file. */
  readonly bootstrapUsers: string | undefined;
}

/** Requests that are under way when the server stops get so long. */
const drainMs = 10_000;

/**
 * Puts the service together and starts it: the one place that knows which adapter serves which port. What was opened is closed again, newest
 * first, when a later step fails and when the server is disposed.
 *
 * Throws  StartError, for what an operator can mend
 */
export async function startServer({
  config,
  origins,
  credentialsFolder,
  log,
}: LoadedConfig & { readonly log: Logger }): Promise<RunningServer> {
  await using opened = new AsyncDisposableStack();
  const dataDir = config.data.dir;
  const bootstrap = await readBootstrap(config.bootstrap.file, log);
  const region = origins["region"]?.source === "default" ? (bootstrap?.region ?? config.region) : config.region;
  const [httpTls, obsTls] = [await readTls("http", config.http.tls), await readTls("obs", config.obs.tls)];
  const osLists = await readOsLists(config.osLists.dir, log);
  const core = await openCore({ config, credentialsFolder, log }, opened);
  const { catalog, clock, ids, metrics } = core;

  const shared = { ...core, osLists, region, ceilings: bucketCeilings };
  const copies = sqliteCopies(catalogPath(dataDir), backupsFolder(dataDir));
  const upkeeping = { ...shared, copies, keep: config.upkeep.backupsKept, graceMs: config.upkeep.graceMinutes * 60_000 };
  const upkeep = chunkStoreUpkeep(upkeeping);
  const digests = opened.use(threadedDigests());
  const imageCache = opened.use(await openImageCache(core, config));
  const recorder = traceRecorder({ ...shared, limits: config.limits, metrics });
  opened.defer(async () => recorder.recordUntraced({ isStopping: true }));
  const urlReader = safeUrlReader({ allowed: namesIn(config.fetch.allow), silenceMs: config.fetch.silenceSeconds * 1000 });
  const identity = { ...shared, tokenLifetimeMs: config.tokens.lifetimeHours * 3_600_000 };
  const imageServices = catalogImageServices({ ...identity, urls: () => urls });
  const parts = { ...shared, limits: config.limits, digests, files: config.images, urlReader, imageServices, recorder };
  const jobs = createJobRunner({
    records: catalog.jobs,
    kinds: jobKinds(parts, upkeep),
    clock,
    timers: systemTimers,
    maxConcurrent: config.limits.jobs.running,
    lanes: jobLanes(config.limits.jobs),
    log: (event) => {
      metrics.observeJob(event);
      logJobEvent(log, event);
    },
  });
  opened.defer(async () => jobs.close());

  const readBody = bodyReader({ timers: systemTimers, silenceMs: config.uploads.silenceSeconds * 1000 });
  const obs = createObsApp(
    {
      ...shared,
      digests,
      readBody,
      sealsEverything: config.store.keyFile !== undefined,
      recorder,
      authenticate: async (request) => authenticateRequest(identity, request),
      onAnswered: ({ operation, status, durationMs }) =>
        metrics.observeRequest({ route: `buckets: ${operation}`, method: "", status, seconds: durationMs / 1000 }),
    },
    obsTls,
  );
  const obsPort = await listening("obs", config.obs, async () => obs.listen(config.obs));
  opened.defer(async () => obs.close({ signal: AbortSignal.timeout(drainMs) }));

  const urls = { http: "", obs: publicUrl(config.obs, obsPort, obsTls) };
  const { limits } = config;
  const checks = readinessChecks({ catalog, probeFolder: async () => prepareDataFolder(dataDir) });
  const maxBodyBytes = limits.http.maxBodyMiB * 1024 * 1024;
  const { trustedProxies } = config.http;
  const wire = { metrics, recorder, trustedProxies, tls: httpTls, maxBodyBytes, checks, urls: () => urls };
  const files = { files: config.images, uploads: config.uploads, digests, urlReader, readBody };
  const api = await createApi({ ...identity, ...files, ...wire, upkeep, limits, jobs, imageCache });
  opened.defer(async () => api.close());
  urls.http = publicUrl(config.http, await listening("http", config.http, async () => listen(api, config.http)), httpTls);

  const endpoints = { authUrl: `${urls.http}/v3`, endpoint: urls.http, obsEndpoint: urls.obs };
  const bootstrapUsers = await useBootstrap(catalog, bootstrap);
  const firstCredentials = await useFirstStart({ catalog, ids, region }, dataDir, endpoints);
  await jobs.recover();
  await imageCache?.start();
  opened.use(startUpkeepSchedule({ ...upkeeping, upkeep, timers: systemTimers, metrics }, config.upkeep));
  opened.use(startTraceSchedule({ ...shared, digests, limits, recorder, describe: toTrace, timers: systemTimers }, config.audit));
  const running = opened.move();
  const told = { httpUrl: urls.http, obsUrl: urls.obs, firstCredentials, bootstrapUsers };
  return { ...told, [Symbol.asyncDispose]: async () => running.disposeAsync() };
}

/** What everything else works with. */
interface Core {
  readonly catalog: Catalog;
  /** All stores as one, and one by one. */
  readonly store: BlobStore;
  readonly stores: OpenStores["stores"];
  readonly keys: KeyService;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly damages: DamageTally;
}

/** Opens what is kept, and puts in order what a crash may have left. */
async function openCore(
  { config, credentialsFolder, log }: Pick<LoadedConfig, "config" | "credentialsFolder"> & { readonly log: Logger },
  opened: AsyncDisposableStack,
): Promise<Core> {
  const dataDir = config.data.dir;
  await prepareDataFolder(dataDir);
  // The store's lock comes first: it keeps a second process away from everything in the folder. Keys are asked for when blobs are opened.
  const unwrapKey = async (wrapped: Uint8Array) => await keys.decryptDataKey(wrapped);
  const metrics = new Metrics();
  const damages = new DamageTally({ log, metrics });
  const onDamage: StoresSetup["onDamage"] = (name, damage) => damages.countRead(name, damage);
  const { store, stores, lost } = await openStores({ config, dataDir, unwrapKey, onDamage, log, clock: systemClock });
  opened.use(store);
  metrics.watchStores(stores.all.map(({ name, blobs }) => ({ name, totals: async () => blobs.stats() })));
  const database = await openSqlite(catalogPath(dataDir));
  opened.defer(async () => database.destroy());
  const catalog = sqliteCatalog(database, catalogPath(dataDir));
  const clock = systemClock;
  const ids = randomIds(clock);
  const keys = await openKeys({ settings: config.keys, dataDir, credentialsFolder, clock, ids, log });
  await checkStoresAreNamed({ catalog, stores, lost, log });
  await checkStoresHoldImages({ catalog, stores });
  await releaseNotedBlobs({ catalog, store });
  await recoverUploads({ catalog, clock });
  await loadStandardSets({ catalog, clock, ids });
  return { catalog, store, stores, keys, clock, ids, log, metrics, damages };
}

async function listen(api: FastifyInstance, address: { readonly host: string; readonly port: number }): Promise<number> {
  await api.listen({ host: address.host, port: address.port });
  // A server that listens on TCP has an address with a port.
  return (api.server.address() as AddressInfo).port;
}

async function listening(
  name: "http" | "obs",
  { host, port }: { readonly host: string; readonly port: number },
  start: () => Promise<number>,
): Promise<number> {
  try {
    return await start();
  } catch (error) {
    const variable = `TINTYPE_${name.toUpperCase()}`;
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
      const message = `Port ${port} on ${host} is taken by another program. Stop it, or choose another port with ${variable}_PORT.`;
      throw new StartError(message, { cause: error });
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`Listening on ${host}:${port} failed (${reason}). Check ${variable}_HOST and ${variable}_PORT.`, { cause: error });
  }
}

function publicUrl(
  { host, publicUrl: given }: { readonly host: string; readonly publicUrl?: string },
  port: number,
  tls: TlsFiles | undefined,
): string {
  const scheme = tls === undefined ? "http" : "https";
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return (given ?? `${scheme}://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`).replace(/\/+$/, "");
}
