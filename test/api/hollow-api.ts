import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import { createApi } from "@tintype/server/http/create-api.ts";
import type { ApiPortServices } from "@tintype/server/http/create-api.ts";

/** Stands for whatever a dialect looks at while it registers its routes. */
const anything: unknown = new Proxy(() => anything, {
  get: (_target, name) => (name === "then" || typeof name === "symbol" ? undefined : anything),
  apply: () => anything,
});

const names = ["metrics", "ids", "checks", "catalog", "clock", "limits", "urls", "region", "jobs", "upkeep", "keys", "store"];

/** Every dialect of the API's port over nothing but the services given: its routes are there, and calls of them get as far as those. */
export async function hollowApi(given: Partial<Readonly<Record<keyof ApiPortServices, unknown>>>): Promise<FastifyInstance> {
  const known = new Map<string | symbol, unknown>([
    ["log", pino({ level: "silent" })],
    ["recorder", undefined],
    ["onRoute", undefined],
    ["trustedProxies", ""],
    ["maxBodyBytes", 1024],
    ...Object.entries(given),
  ]);
  const services = new Proxy(
    Object.fromEntries([...names.map((name) => [name, anything] as const), ...known]),
    { get: (target, name) => (known.has(name) ? known.get(name) : (Reflect.get(target, name) ?? anything)) },
    // Whatever else a dialect asks for is there as well.
  ) as unknown as ApiPortServices;
  return await createApi(services);
}
