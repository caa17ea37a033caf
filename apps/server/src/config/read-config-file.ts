import { ConfigError } from "./config-error.ts";
import { configKeys } from "./config-keys.ts";
import { unknownName } from "./setting.ts";
import type { Setting, Settings } from "./setting.ts";

/**
 * Reads settings from a JSON file that nests as the keys do: `{ "http": { "port": 9292 } }`.
 *
 * Throws  ConfigError: a file that cannot be read or is no JSON object, a key that no setting has
 */
export async function readConfigFile(path: string, readFile: (path: string) => Promise<string>): Promise<Settings> {
  const settings = new Map<string, Setting>();
  for (const [name, value] of flatten(await parse(path, readFile), [])) {
    if (!configKeys.some(({ key }) => key === name)) {
      throw unknownName(
        `key "${name}" in the configuration file ${path}`,
        name,
        configKeys.map(({ key }) => key),
      );
    }
    settings.set(name, { value, origin: { source: "file", name: path } });
  }
  return settings;
}

async function parse(path: string, readFile: (path: string) => Promise<string>): Promise<object> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`The configuration file ${path} cannot be used: ${reason}. ${remedy}`, { cause: error });
  }
  if (!isGroup(content)) {
    throw new ConfigError(`The configuration file ${path} cannot be used: it must hold one JSON object. ${remedy}`);
  }
  return content;
}

const remedy = 'It is JSON such as { "http": { "port": 9292 } }. Correct it, or name another one with --config or TINTYPE_CONFIG_FILE.';

/** Dotted names and values of a nested object. A group that holds nothing names nothing. */
function flatten(group: object, path: readonly string[]): readonly (readonly [string, unknown])[] {
  return Object.entries(group).flatMap(([name, value]: [string, unknown]) => {
    const here = [...path, name];
    return isGroup(value) ? flatten(value, here) : [[here.join("."), value] as const];
  });
}

function isGroup(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
