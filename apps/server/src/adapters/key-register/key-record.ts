import type { KeyId, KeyState, MasterKey } from "../../ports/key-service.ts";
import type { ProjectId } from "../../ports/ids.ts";

/** A master key as it is kept. */
export interface KeyRecord extends MasterKey {
  /** Secret bits of every version in base64, oldest first; empty where something else keeps them. */
  readonly material: readonly string[];
}

const states: readonly string[] = ["enabled", "disabled", "pendingDeletion"] satisfies KeyState[];

/**
 * Reads the records of a register, believing nothing.
 *
 * Throws  TypeError: what is there is no register
 */
export function parseKeyRecords(value: unknown): readonly KeyRecord[] {
  if (!Array.isArray(value)) {
    throw new TypeError("the keys are no list");
  }
  return value.map((item: unknown, index) => parseRecord(item, `key ${index}`));
}

function parseRecord(value: unknown, place: string): KeyRecord {
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`${place} is no object`);
  }
  const field = (name: string): unknown => Reflect.get(value, name);
  const text = (name: string): string => known(field(name), (it) => typeof it === "string", `${place}: ${name}`);
  const count = (name: string): number => known(field(name), (it) => Number.isSafeInteger(it), `${place}: ${name}`);
  const optional = (name: string) => (field(name) === undefined ? {} : { [name]: count(name) });
  const isTexts = (it: unknown): boolean => Array.isArray(it) && it.every((item) => typeof item === "string");
  return {
    id: text("id") as KeyId,
    projectId: text("projectId") as ProjectId,
    alias: text("alias"),
    description: text("description"),
    enterpriseProjectId: text("enterpriseProjectId"),
    state: known<KeyState>(field("state"), (it) => states.includes(String(it)), `${place}: state`),
    isDefault: known(field("isDefault"), (it) => typeof it === "boolean", `${place}: isDefault`),
    version: count("version"),
    createdAt: count("createdAt"),
    ...optional("rotatedAt"),
    ...optional("deleteAt"),
    material: known(field("material"), isTexts, `${place}: material`),
  };
}

function known<T>(value: unknown, isRight: (value: unknown) => boolean, place: string): T {
  if (!isRight(value)) {
    throw new TypeError(`${place} is not as it is written`);
  }
  return value as T; // `isRight` has looked
}

/** What may be known of it. */
export function toMasterKey(record: KeyRecord): MasterKey {
  const { material: _, ...key } = record;
  return key;
}
