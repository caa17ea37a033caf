import { Value } from "typebox/value";
import { ConfigError } from "./config-error.ts";
import { configKeys } from "./config-keys.ts";
import type { ConfigKey } from "./config-keys.ts";
import { ConfigSchema } from "./config-schema.ts";
import type { Config } from "./config-schema.ts";
import { readConfigFile } from "./read-config-file.ts";
import { readEnvironment } from "./read-environment.ts";
import { readFlags } from "./read-flags.ts";
import type { ConfigOrigin, Setting, Settings } from "./setting.ts";

/** Settings, and for every key where its value came from. */
export interface LoadedConfig {
  readonly config: Config;
  readonly origins: Readonly<Record<string, ConfigOrigin>>;
  /** Where systemd put the secrets of this service (`CREDENTIALS_DIRECTORY`), if it did. */
  readonly credentialsFolder?: string | undefined;
}

/** The outside world that settings come from. */
export interface ConfigInput {
  /** Flags: `--http-port 9000`, `--http-port=9000`, `--config FILE`. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readFile(path: string): Promise<string>;
}

/**
 * Puts the settings together: defaults, over them the file (`--config` or `TINTYPE_CONFIG_FILE`), over it the environment,
 * over it the flags.
 *
 * Throws  ConfigError: an unknown name (with the nearest one that exists), a value that does not fit, a file that cannot be read
 */
export async function loadConfig(input: ConfigInput): Promise<LoadedConfig> {
  const { flags, configFile } = readFlags(input.argv);
  const path = configFile ?? (input.env["TINTYPE_CONFIG_FILE"] || undefined);
  const file: Settings = path === undefined ? new Map() : await readConfigFile(path, input.readFile);
  const settings: Settings = new Map([...file, ...readEnvironment(input.env), ...flags]);
  const config = {};
  for (const key of configKeys) {
    const setting = settings.get(key.key);
    assign(config, key.key.split("."), setting === undefined ? key.default : checked(key, setting));
  }
  const origins = Object.fromEntries(configKeys.map(({ key }) => [key, settings.get(key)?.origin ?? ({ source: "default" } as const)]));
  return { config: Value.Parse(ConfigSchema, config), origins, credentialsFolder: input.env["CREDENTIALS_DIRECTORY"] || undefined };
}

function checked(key: ConfigKey, { value, origin }: Setting): unknown {
  if (Value.Check(key.schema, value)) {
    return value;
  }
  const place = origin.source === "default" ? "" : ` (${origin.source} ${origin.name})`;
  throw new ConfigError(`${key.key}${place} is ${JSON.stringify(value)}, but it must be ${wanted(key)}`);
}

/** What a setting takes, in words. */
function wanted({ schema }: ConfigKey): string {
  if (schema.enum !== undefined) {
    return `one of ${schema.enum.join(", ")}`;
  }
  if (schema.type === "integer") {
    return `a whole number from ${schema.minimum} to ${schema.maximum}`;
  }
  return schema.pattern === undefined ? "a text that is not empty" : `a text that matches ${schema.pattern}`;
}

/** Sets a value at a path, making the groups on the way; an undefined value only makes the groups. */
function assign(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name, ...rest] = path;
  if (name === undefined) {
    return;
  }
  if (rest.length > 0) {
    const group = (target[name] ??= {});
    // Only this function writes here, and it puts groups at every place but the last.
    assign(group as Record<string, unknown>, rest, value);
  } else if (value !== undefined) {
    target[name] = value;
  }
}
