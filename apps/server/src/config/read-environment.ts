import { configKeys } from "./config-keys.ts";
import { settingFromText, unknownName } from "./setting.ts";
import type { Setting, Settings } from "./setting.ts";

/** Variables that begin like settings and are none: they belong to the command line and to tests. */
const foreignVariables: readonly string[] = ["TINTYPE_ENDPOINT", "TINTYPE_OBS_ENDPOINT", "TINTYPE_CONFIG_FILE", "TINTYPE_FIXTURES"];

/**
 * Reads settings from `TINTYPE_*` variables. An empty one counts as not set.
 *
 * Throws  ConfigError: a `TINTYPE_*` variable that no setting has
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Settings {
  const settings = new Map<string, Setting>();
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith("TINTYPE_") || foreignVariables.includes(name) || value === undefined) {
      continue;
    }
    const key = configKeys.find((candidate) => candidate.env === name);
    if (key === undefined) {
      throw unknownName(`environment variable ${name}`, name, [...configKeys.map((candidate) => candidate.env), ...foreignVariables]);
    }
    if (value !== "") {
      settings.set(key.key, settingFromText(key, value, { source: "environment", name }));
    }
  }
  return settings;
}
