import { Writable } from "node:stream";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import type { FastifyInstance, HTTPMethods } from "fastify";
import { SeededRandom } from "@tintype/disk/core/testing/seeded-random.ts";
import { openSqlite } from "@tintype/server/adapters/sqlite/open-sqlite.ts";
import { authenticateRequest } from "@tintype/server/http/authentication/authenticate-request.ts";
import { createObsApp } from "@tintype/server/http/obs/create-obs-app.ts";
import type { ObsApp } from "@tintype/server/http/obs/create-obs-app.ts";
import type { Catalog } from "@tintype/server/ports/catalog.ts";
import type { ProjectId } from "@tintype/server/ports/ids.ts";
import { dumpTables } from "@tintype/server/testing/dump-tables.ts";
import { TransferWorld } from "@tintype/server/testing/transfer-world.ts";
import { wholeApi } from "../../api/whole-api.ts";
import type { WholeApi } from "../../api/whole-api.ts";
import { hearRoutes } from "./operations.ts";
import type { HeardRoutes, Operation } from "./operations.ts";
import { furnish, hiddenProject } from "./furnish.ts";
import type { Furniture } from "./furnish.ts";
import { seededIds } from "./seeded-ids.ts";
import { Words } from "./words.ts";
import type { WordKind } from "./words.ts";

/** Who calls. `nobody` has no token. */
export type CallerName = "demo" | "alt" | "admin" | "nobody";

/** What refused calls may change: what is told of them, who called, and blobs that are taken away when nobody waits for it. */
const passing: ReadonlySet<string> = new Set(["traces", "trace_numbers", "tokens", "blob_removals"]);

/**
 * The whole service, listening on two ports, with things in it. All of it is the same for the same seed.
 *
 * Memory  the catalog; the logged errors of one call
 */
export class FuzzWorld implements AsyncDisposable {
  readonly operations: readonly Operation[];
  readonly tokens: Readonly<Record<CallerName, string | undefined>>;
  /** Of nobody in particular; grows by what answers tell, and with it what anybody speaks of. */
  readonly words: Words;
  /** Names and ids of what nobody but the hidden project may read, without those that a caller has said itself. */
  secrets: readonly string[];
  readonly ports: Readonly<Record<"api" | "obs", number>>;
  /** What was logged as an error since this was emptied. */
  readonly errors: string[];
  readonly #parts: Parts;
  readonly #learned = new Map<WordKind, readonly string[]>();
  #tables: ReadonlyMap<string, string> = new Map();

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.operations = parts.operations;
    this.tokens = { ...parts.api.tokens, nobody: undefined };
    this.words = new Words({ first: parts.first, learned: this.#learned });
    this.secrets = parts.secrets;
    this.errors = parts.errors;
    this.ports = parts.ports;
  }

  static async open(seed: number): Promise<FuzzWorld> {
    await using opened = new AsyncDisposableStack();
    const database = await openSqlite(":memory:");
    opened.defer(async () => database.destroy());
    const world = opened.use(await TransferWorld.open({ database, ids: seededIds(new SeededRandom(seed)), moreStores: ["second"] }));
    const errors: string[] = [];
    const sink = new Writable({ write: (line: Buffer, _encoding, done) => (errors.push(line.toString()), done()) });
    const { onRoute, operations, idle } = hearRoutes();
    // In every other world, what is deleted lies in a bin first.
    const limits = { ...world.limits, recycleBin: { ...world.limits.recycleBin, days: seed % 2 === 0 ? 0 : 7 } };
    const api = await wholeApi(world, { runsJobs: true, limits, onRoute, log: pino({ level: "error" }, sink) });
    opened.defer(async () => api.app.close());
    opened.defer(async () => api.jobs.close());
    const { services } = api;
    const obs = createObsApp({
      ...services,
      sealsEverything: false,
      authenticate: async (request) => authenticateRequest(services, request),
    });
    const obsPort = await obs.listen({ host: "127.0.0.1", port: 0 });
    opened.defer(async () => obs.close({ signal: AbortSignal.abort() }));
    await api.app.listen({ host: "127.0.0.1", port: 0 });
    // A server that listens on TCP has an address with a port.
    const ports = { api: (api.app.server.address() as AddressInfo).port, obs: obsPort };
    const furniture = await furnish({ world, api });
    const fuzzed = new FuzzWorld({
      ...furniture,
      world,
      api,
      obs,
      operations,
      idle,
      errors,
      ports,
      dump: async () => dumpTables(database),
      opened: opened.move(),
    });
    await fuzzed.changes();
    return fuzzed;
  }

  get app(): FastifyInstance {
    return this.#parts.api.app;
  }

  get catalog(): Catalog {
    return this.#parts.world.catalog;
  }

  /** What a caller speaks of. An administrator leaves the hidden project alone, and takes away nobody who calls. */
  wordsOf(caller: CallerName, isDangerous: boolean): Words {
    const { first, own, secrets, callers } = this.#parts;
    const avoided = new Set(caller === "admin" ? [...secrets, ...(isDangerous ? callers : [])] : []);
    return new Words({ first, learned: this.#learned, own: caller === "nobody" ? undefined : own[caller], avoided });
  }

  /** The schemas of an operation's answers; undefined for one of the buckets. */
  answersOf(name: string): Operation["answers"] | undefined {
    return this.operations.find(({ method, path }) => `${method} ${path}` === name)?.answers;
  }

  /** Moves the time on a little, so that things differ in it. */
  tick(): void {
    this.#parts.world.clock.advance(1);
  }

  /** Waits until nothing that was begun by a call is under way. */
  async settle(): Promise<void> {
    await this.#parts.idle();
    for (;;) {
      const unfinished = await this.catalog.jobs.list({ status: ["queued", "running"], limit: 1000 });
      const begun = unfinished.filter(({ projectId, kind }) => projectId !== hiddenProject && !kind.startsWith("held"));
      if (begun.length === 0) {
        return;
      }
      await Promise.all(begun.map(({ id }) => this.#parts.api.jobs.wait(id)));
    }
  }

  /** What is kept and differs from what was kept when this was asked last, table by table. */
  async changes(): Promise<readonly string[]> {
    const [before, now] = [this.#tables, await this.#kept()];
    this.#tables = now;
    return [...now].flatMap(([name, rows]) =>
      passing.has(name) || rows === before.get(name) ? [] : [`${name}: ${difference(before.get(name) ?? "", rows)}`],
    );
  }

  /** Blobs in the stores that nothing in the catalog names. */
  async lostBlobs(): Promise<readonly string[]> {
    const all = [...(await this.#kept()).values()].join("\n");
    return (await Array.fromAsync(this.#parts.world.store.list())).filter((id) => !all.includes(id));
  }

  async #kept(): Promise<ReadonlyMap<string, string>> {
    const { world, dump } = this.#parts;
    const tables = await dump();
    for (const project of ["demo", "alt", "admin", hiddenProject]) {
      // A default key is made when it is first spoken of, and stays.
      const keys = (await world.keys.listKeys(project as ProjectId)).filter(({ isDefault }) => !isDefault);
      tables.set(`keys of ${project}`, keys.map((key) => JSON.stringify(key)).join("\n"));
    }
    return tables;
  }

  async call(method: HTTPMethods, url: string, caller: CallerName): Promise<number> {
    const token = this.tokens[caller];
    return (await this.app.inject({ method, url, headers: token === undefined ? {} : { "x-auth-token": token } })).statusCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.opened.disposeAsync();
  }
}

interface Parts extends Furniture, Pick<FuzzWorld, "operations" | "errors" | "ports">, Pick<HeardRoutes, "idle"> {
  readonly world: TransferWorld;
  readonly api: WholeApi;
  readonly obs: ObsApp;
  readonly opened: AsyncDisposableStack;
  dump(): Promise<Map<string, string>>;
}

/** What differs between the rows of a table: the fields of a row that changed, or a row that came or went. */
function difference(before: string, now: string): string {
  const [old, rows] = [before.split("\n"), now.split("\n")];
  const gone = old.filter((row) => !rows.includes(row));
  const added = rows.filter((row) => !old.includes(row));
  const lines = Array.from({ length: Math.max(gone.length, added.length) }, (_, at) => fieldsThatDiffer(gone[at] ?? "", added[at] ?? ""));
  return lines.slice(0, 4).join("; ").slice(0, 600);
}

function fieldsThatDiffer(before: string, now: string): string {
  const [old, fields] = [before, now].map((row) => row.split(/,(?=")/));
  const gone = old?.filter((field) => fields?.includes(field) !== true) ?? [];
  const added = fields?.filter((field) => old?.includes(field) !== true) ?? [];
  return `${gone.join(",")} => ${added.join(",")}`;
}
