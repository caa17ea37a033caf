import { readFile } from "node:fs/promises";
import { loadConfig } from "@tintype/server/config/load-config.ts";
import type { LoadedConfig } from "@tintype/server/config/load-config.ts";
import type { CliContext } from "../../context.ts";
import { writeJson, writeTable } from "../../output/write-result.ts";

const columns = [{ title: "SETTING" }, { title: "VALUE" }, { title: "FROM" }] as const;

/** Prints the settings as `tintype serve` with the same flags would have them. */
export async function runShow(context: CliContext, flags: { readonly json?: boolean }, argv: readonly string[]): Promise<void> {
  const { config, origins } = await loadConfig({ argv, env: context.env, readFile: (path) => readFile(path, "utf8") });
  if (flags.json) {
    writeJson(context, { config, origins });
    return;
  }
  const rows = Object.entries(origins).map(([key, origin]) => [key, wordValue(valueAt(config, key)), wordOrigin(origin)]);
  writeTable(context, columns, rows);
}

function valueAt(config: unknown, key: string): unknown {
  return key
    .split(".")
    .reduce<unknown>((group, name) => (typeof group === "object" && group !== null ? Reflect.get(group, name) : undefined), config);
}

function wordValue(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function wordOrigin(origin: LoadedConfig["origins"][string]): string {
  return origin.source === "default" ? origin.source : `${origin.source} ${origin.name}`;
}
