import { Type } from "typebox";
import type { Static } from "typebox";
import { Value } from "typebox/value";
import { nearestName } from "./nearest-name.ts";

/** Name of the store of the settings `store.*` unless the file gives it another one. */
export const settingsStoreName = "main";

const Text = Type.String({ minLength: 1 });
const strict = { additionalProperties: false };

const S3Place = Type.Object(
  {
    endpoint: Type.String({ pattern: "^https?://[^\\s?#]+$" }),
    region: Type.Optional(Text),
    bucket: Text,
    prefix: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9/._-]{0,500}$" })),
    accessKey: Text,
    secretKeyFile: Text,
    addressing: Type.Optional(Type.Enum(["path", "host"])),
  },
  strict,
);

const StoreEntry = Type.Object(
  {
    name: Type.String({ pattern: "^[a-z0-9][a-z0-9_-]{0,62}$" }),
    description: Type.Optional(Type.String({ maxLength: 1000 })),
    weight: Type.Optional(Type.Integer({ minimum: -1_000_000, maximum: 1_000_000 })),
    dir: Type.Optional(Text),
    s3: Type.Optional(S3Place),
  },
  strict,
);

const StoresFile = Type.Object(
  {
    default: Type.Optional(Text),
    stores: Type.Array(StoreEntry, { maxItems: 100 }),
    lost: Type.Optional(Type.Array(Text, { maxItems: 100 })),
  },
  strict,
);

/** Where a store's bytes lie: where the settings `store.*` say, in a folder, or in a bucket. */
export type StorePlace =
  | { readonly kind: "settings" }
  | { readonly kind: "dir"; readonly dir: string }
  | ({ readonly kind: "s3" } & Static<typeof S3Place>);

/** A store as the operator named it. */
export interface PlannedStore {
  readonly name: string;
  readonly description: string;
  readonly weight: number;
  readonly isDefault: boolean;
  readonly place: StorePlace;
}

/** What a file that names stores says. */
export interface PlannedStores {
  readonly stores: readonly PlannedStore[];
  /** Names of stores that there were and that are given up, with what lay in them alone. */
  readonly lost: readonly string[];
}

/** The store of a service for which no file names stores. */
export const onlyStore: PlannedStores = {
  stores: [{ name: settingsStoreName, description: "", weight: 0, isDefault: true, place: { kind: "settings" } }],
  lost: [],
};

/**
 * Reads the text of a file that names stores. The store of the settings `store.*` is always among them: it is the entry with neither `dir`
 * nor `s3`, and is called `main` where there is no such entry. It is the default unless another one is named.
 *
 * Shape   `{ "default"?, "stores": [{ "name", "description"?, "weight"?, "dir"? | "s3"? }], "lost"?: ["name"] }`
 * Throws  Error that names the place in the file and what is wrong there; it repeats no value but names of stores and fields
 */
export function parseStoresFile(text: string): PlannedStores {
  const file = checkedFile(parseJson(text));
  const entries = file.stores.some(isOfSettings) ? file.stores : [{ name: settingsStoreName }, ...file.stores];
  refuseRepeated(entries);
  const defaultName = file.default ?? entries.find(isOfSettings)?.name;
  if (!entries.some(({ name }) => name === defaultName)) {
    throw new Error(`/default is "${defaultName}", and no store has that name; there are ${entries.map(({ name }) => name).join(", ")}`);
  }
  const { lost = [] } = file;
  const found = lost.find((name) => entries.some((entry) => entry.name === name));
  if (found !== undefined) {
    throw new Error(`the store "${found}" is said to be lost in /lost, and there is a store of that name`);
  }
  const stores = entries.map((entry, index) => ({
    name: entry.name,
    description: entry.description ?? "",
    weight: entry.weight ?? 0,
    isDefault: entry.name === defaultName,
    place: placeOf(entry, index),
  }));
  return { stores, lost };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's own message quotes the text around the fault.
    throw new Error("it is not JSON", { cause: error });
  }
}

function checkedFile(value: unknown): Static<typeof StoresFile> {
  if (Value.Check(StoresFile, value)) {
    return value;
  }
  const errors = Value.Errors(StoresFile, value);
  for (const error of errors) {
    if (error.keyword === "additionalProperties") {
      const [unknown = ""] = error.params.additionalProperties;
      const nearest = nearestName(unknown, fieldNames);
      throw new Error(
        `${error.instancePath || "/"} has an unknown field "${unknown}"${nearest === undefined ? "" : `; the nearest known one is "${nearest}"`}`,
      );
    }
  }
  const [first] = errors;
  throw new Error(`${first?.instancePath || "/"} ${first?.message ?? "is not as it should be"}`);
}

const fieldNames = [StoresFile, StoreEntry, S3Place].flatMap(({ properties }) => Object.keys(properties));

type Entry = Static<typeof StoreEntry>;

function isOfSettings({ dir, s3 }: Entry): boolean {
  return dir === undefined && s3 === undefined;
}

function refuseRepeated(entries: readonly Entry[]): void {
  const ofSettings = entries.filter(isOfSettings).map(({ name }) => name);
  if (ofSettings.length > 1) {
    throw new Error(
      `the stores ${ofSettings.join(" and ")} have neither "dir" nor "s3": only one can be the store of the settings store.*`,
    );
  }
  const repeated = entries.find(({ name }, index) => entries.findIndex((other) => other.name === name) < index)?.name;
  if (repeated !== undefined) {
    const reason =
      repeated === settingsStoreName ? `; the store of the settings has it unless an entry without "dir" and "s3" gives it another` : "";
    throw new Error(`the name "${repeated}" is given to two stores${reason}`);
  }
}

function placeOf({ name, dir, s3 }: Entry, index: number): StorePlace {
  if (dir !== undefined && s3 !== undefined) {
    throw new Error(`/stores/${index}, "${name}", has both "dir" and "s3": its bytes can lie in one place alone`);
  }
  if (dir !== undefined) {
    return { kind: "dir", dir };
  }
  return s3 === undefined ? { kind: "settings" } : { kind: "s3", ...s3 };
}
