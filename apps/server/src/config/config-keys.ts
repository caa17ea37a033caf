import { Type } from "typebox";
import type { TSchema } from "typebox";
import { ConfigSchema } from "./config-schema.ts";

/** What a setting's schema says, as far as settings go: plain JSON Schema. */
export interface SettingSchema extends TSchema {
  readonly type?: "string" | "integer";
  readonly description?: string;
  readonly default?: string | number;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
}

/** One setting under all its names. */
export interface ConfigKey {
  /** As in the schema, with dots: `limits.images.perProject`. */
  readonly key: string;
  /** `TINTYPE_LIMITS_IMAGES_PER_PROJECT` */
  readonly env: string;
  /** `--limits-images-per-project` */
  readonly flag: string;
  readonly description: string;
  readonly default: string | number | undefined;
  readonly schema: SettingSchema;
}

/** Every setting, in the order of the schema. */
export const configKeys: readonly ConfigKey[] = keysOf(ConfigSchema, []);

function keysOf(schema: TSchema, path: readonly string[]): ConfigKey[] {
  if (Type.IsObject(schema)) {
    return Object.entries(schema.properties).flatMap(([name, child]) => keysOf(child, [...path, name]));
  }
  const words = path.join("-").replace(/[KMGT]iB|[A-Z]/g, (word) => `-${word.toLowerCase()}`);
  // The settings' schemas are texts, numbers and lists of words; their fields are those of JSON Schema.
  const setting = schema as SettingSchema;
  return [
    {
      key: path.join("."),
      env: `TINTYPE_${words.replaceAll("-", "_").toUpperCase()}`,
      flag: `--${words}`,
      description: setting.description ?? "",
      default: setting.default,
      schema: setting,
    },
  ];
}
