import { loadConfig } from "@tintype/server/config/load-config.ts";
import type { Limits } from "@tintype/server/quotas/limits.ts";

const nothing = { argv: [], env: {}, readFile: (path: string) => Promise.reject(new Error(`There is no file ${path}`)) };

/** The limits of a service that was told nothing. */
export const limitDefaults: Limits = (await loadConfig(nothing)).config.limits;
