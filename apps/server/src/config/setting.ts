import { ConfigError } from "./config-error.ts";
import { configKeys } from "./config-keys.ts";
import type { ConfigKey } from "./config-keys.ts";
import { nearestName } from "./nearest-name.ts";

/** Where a setting's value came from; `name` is the file, variable or flag. */
export type ConfigOrigin = { readonly source: "default" } | { readonly source: "file" | "environment" | "flag"; readonly name: string };

/** A value that was given for a key and is not checked yet. */
export interface Setting {
  readonly value: unknown;
  readonly origin: ConfigOrigin;
}

/** Given values by key. */
export type Settings = ReadonlyMap<string, Setting>;

/** Variables and flags are text; a number is made of them where the setting is one. */
export function settingFromText(key: ConfigKey, text: string, origin: ConfigOrigin): Setting {
  const isNumber = key.schema.type === "integer" && /^-?\d{1,15}$/.test(text);
  return { value: isNumber ? Number(text) : text, origin };
}

/** Words the refusal of a name that no setting has, with the one that was probably meant, or with how settings begin. */
export function unknownName(what: string, name: string, known: readonly string[]): ConfigError {
  const nearest = nearestName(name, known);
  const groups = new Set(configKeys.map(({ key }) => key.replace(/\..*/, "")));
  const remedy =
    nearest === undefined
      ? `settings begin with one of ${[...groups].join(", ")}; "tintype config show" lists them all`
      : `the nearest known one is ${nearest}`;
  return new ConfigError(`There is no ${what}: ${remedy}`);
}
