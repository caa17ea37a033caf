import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { createJobRunner } from "@tintype/jobs/job-runner.ts";
import { systemTimers } from "@tintype/jobs/system-timers.ts";
import { isStoreError } from "@tintype/store/store-error.ts";
import { openLocalStore } from "@tintype/store/open-local-store.ts";
import { threadedDigests } from "./adapters/digests/threaded-digests.ts";
import { randomIds } from "./adapters/random-ids.ts";
import { sqlCatalog } from "./adapters/sql/sql-catalog.ts";
import { openSqlite } from "./adapters/sqlite/open-sqlite.ts";
import { systemClock } from "./adapters/system-clock.ts";
import { bucketCeilings } from "./buckets/bucket-ceilings.table.ts";
import { releaseNotedBlobs } from "./buckets/release-noted-blobs.ts";
import type { LoadedConfig } from "./config/load-config.ts";
import { prepareDataFolder } from "./data-folder.ts";
import { authenticateRequest } from "./http/authentication/authenticate-request.ts";
import { createApi } from "./http/create-api.ts";
import { createObsApp } from "./http/obs/create-obs-app.ts";
import { readinessChecks } from "./http/ops/readiness.ts";
import { logJobEvent } from "./observability/logger.ts";
import { Metrics } from "./observability/metrics.ts";
import { readBootstrap, useBootstrap, useFirstStart } from "./prepare-identity.ts";
import type { LocalCredentials } from "./prepare-identity.ts";
import { StartError } from "./start-error.ts";
import { exportJob } from "./transfers/export-job.ts";
import { importJob } from "./transfers/import-job.ts";

/** A server that takes requests. */
export interface RunningServer extends AsyncDisposable {
  readonly httpUrl: string;
  readonly obsUrl: string;
  /** The administrator's credentials, when this was the first start. */
  readonly firstCredentials: LocalCredentials | undefined;
}

/** Requests that are under way when the server stops get so long. */
const drainMs = 10_000;

/**
 * Puts the service together and starts it: the one place that knows which adapter serves which port. What was opened is closed again, newest
 * first, when a later step fails and when the server is disposed.
 *
 * Throws  StartError, for what an operator can mend
 */
export async function startServer({ config, origins, log }: LoadedConfig & { readonly log: Logger }): Promise<RunningServer> {
  await using opened = new AsyncDisposableStack();
  const dataDir = config.data.dir;
  const bootstrap = await readBootstrap(config.bootstrap.file);
  const region = origins["region"]?.source === "default" ? (bootstrap?.region ?? config.region) : config.region;
  await prepareDataFolder(dataDir);
  const store = opened.use(await openStore(join(dataDir, "store")));
  const database = await openSqlite(join(dataDir, "catalog.sqlite"));
  opened.defer(async () => database.destroy());
  const catalog = sqlCatalog(database);
  const [clock, metrics] = [systemClock, new Metrics()];
  const ids = randomIds(clock);
  metrics.watchStore(async () => store.stats());
  await releaseNotedBlobs({ catalog, store });

  const shared = { catalog, store, clock, ids, log, region, ceilings: bucketCeilings };
  const digests = opened.use(threadedDigests({ threads: 2 }));
  const jobs = createJobRunner({
    records: catalog.jobs,
    kinds: [importJob(shared), exportJob(shared)],
    clock,
    timers: systemTimers,
    maxConcurrent: config.limits.jobs.running,
    log: (event) => {
      metrics.observeJob(event);
      logJobEvent(log, event);
    },
  });
  opened.defer(async () => jobs.close());

  const identity = { ...shared, tokenLifetimeMs: config.tokens.lifetimeHours * 3_600_000 };
  const obs = createObsApp({
    ...shared,
    digests,
    authenticate: async (request) => authenticateRequest(identity, request),
    onAnswered: ({ operation, status, durationMs }) =>
      metrics.observeRequest({ route: `buckets: ${operation}`, method: "", status, seconds: durationMs / 1000 }),
  });
  const obsPort = await listening("obs", config.obs, async () => obs.listen(config.obs));
  opened.defer(async () => obs.close({ signal: AbortSignal.timeout(drainMs) }));

  const urls = { http: "", obs: publicUrl(config.obs, obsPort) };
  const { limits } = config;
  const checks = readinessChecks({ catalog, probeFolder: async () => prepareDataFolder(dataDir) });
  const maxBodyBytes = limits.http.maxBodyMiB * 1024 * 1024;
  const api = await createApi({ ...identity, limits, jobs, metrics, maxBodyBytes, checks, urls: () => urls });
  opened.defer(async () => api.close());
  urls.http = publicUrl(config.http, await listening("http", config.http, async () => listen(api, config.http)));

  const endpoints = { authUrl: `${urls.http}/v3`, endpoint: urls.http, obsEndpoint: urls.obs };
  if (bootstrap !== undefined) {
    await useBootstrap(catalog, bootstrap);
  }
  const firstCredentials = await useFirstStart({ catalog, ids, region }, dataDir, endpoints);
  await jobs.recover();
  const running = opened.move();
  return { httpUrl: urls.http, obsUrl: urls.obs, firstCredentials, [Symbol.asyncDispose]: async () => running.disposeAsync() };
}

async function openStore(root: string): Promise<Awaited<ReturnType<typeof openLocalStore>>> {
  try {
    return await openLocalStore(root);
  } catch (error) {
    // The store's sentences say what is wrong and what to do.
    throw isStoreError(error) ? new StartError(error.message, { cause: error }) : error;
  }
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

function publicUrl({ host, publicUrl: given }: { readonly host: string; readonly publicUrl?: string }, port: number): string {
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return (given ?? `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`).replace(/\/+$/, "");
}
