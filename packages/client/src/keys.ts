import type { CallOptions } from "./buckets.ts";
import { SetupError } from "./errors/setup-error.ts";
import { jsonObject, jsonObjects, numberOf, textOf } from "./http/json-object.ts";
import type { JsonObject } from "./http/json-object.ts";
import type { Session } from "./session/session.ts";

/** A master key. */
export interface Key {
  readonly id: string;
  readonly alias: string;
  readonly description: string;
  readonly state: "enabled" | "disabled" | "pendingDeletion";
  /** True for a key that the service made for itself, which users cannot change. */
  readonly isDefault: boolean;
  /** ISO 8601. */
  readonly createdAt: string;
  /** When the key will be gone, ISO 8601; only while it is pending deletion. */
  readonly deleteAt?: string;
}

const states: Readonly<Record<string, Key["state"]>> = { 2: "enabled", 3: "disabled", 4: "pendingDeletion" };
const PAGE_LIMIT = 500;

/**
 * Master keys of the session's project, through the KMS dialect.
 *
 * Throws  ConnectionError, ApiError
 */
export class Keys {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * Lists keys, newest first, a page at a time as they are asked for.
   *
   * Memory  one page of at most 500 keys
   */
  async *list(options: CallOptions = {}): AsyncGenerator<Key> {
    for (let marker: string | undefined; ;) {
      const page = await this.#call("list-keys", { limit: PAGE_LIMIT, ...(marker === undefined ? {} : { marker }) }, options);
      yield* jsonObjects(page["key_details"]).map(readKey);
      const next = textOf(page, "next_marker");
      if (next === undefined || next === marker) {
        return;
      }
      marker = next;
    }
  }

  /** `reference` is an id, or `alias/ALIAS`. */
  async get(reference: string, options: CallOptions = {}): Promise<Key> {
    return readKey(jsonObject((await this.#call("describe-key", { key_id: reference }, options))["key_info"]));
  }

  async create(key: { readonly alias: string; readonly description?: string | undefined }, options: CallOptions = {}): Promise<Key> {
    const { alias, description } = key;
    const body = { key_alias: alias, ...(description === undefined ? {} : { key_description: description }) };
    const id = textOf(jsonObject((await this.#call("create-key", body, options))["key_info"]), "key_id");
    if (id === undefined) {
      throw notKms();
    }
    return await this.get(id, options);
  }

  async enable(id: string, options: CallOptions = {}): Promise<void> {
    await this.#call("enable-key", { key_id: id }, options);
  }

  async disable(id: string, options: CallOptions = {}): Promise<void> {
    await this.#call("disable-key", { key_id: id }, options);
  }

  /** The key is gone after so many days, 7 to 1096; until then that can be cancelled. */
  async scheduleDeletion(id: string, days: number, options: CallOptions = {}): Promise<void> {
    await this.#call("schedule-key-deletion", { key_id: id, pending_days: String(days) }, options);
  }

  /** The key is disabled then. */
  async cancelDeletion(id: string, options: CallOptions = {}): Promise<void> {
    await this.#call("cancel-key-deletion", { key_id: id }, options);
  }

  /** Makes a new version; answers how many were made after the first. */
  async rotate(id: string, options: CallOptions = {}): Promise<number> {
    const rotations = numberOf(await this.#call("rotate-key", { key_id: id }, options), "number_of_rotations");
    if (rotations === undefined) {
      throw notKms();
    }
    return rotations;
  }

  async #call(call: string, body: object, options: CallOptions): Promise<JsonObject> {
    const path = `/v1.0/${encodeURIComponent(await this.#session.projectId())}/kms/${call}`;
    return jsonObject(await this.#session.json({ method: "POST", path, body, ...options }));
  }
}

function readKey(json: JsonObject): Key {
  const [id, alias] = [textOf(json, "key_id"), textOf(json, "key_alias")];
  const [state, createdAt, deleteAt] = [
    states[textOf(json, "key_state") ?? ""],
    numberOf(json, "creation_date"),
    textOf(json, "scheduled_deletion_date"),
  ];
  if (id === undefined || alias === undefined || state === undefined || createdAt === undefined) {
    throw notKms();
  }
  return {
    id,
    alias,
    description: textOf(json, "key_description") ?? "",
    state,
    isDefault: json["default_key_flag"] === "1",
    createdAt: new Date(createdAt).toISOString(),
    ...(deleteAt === undefined ? {} : { deleteAt: new Date(Number(deleteAt)).toISOString() }),
  };
}

function notKms(): SetupError {
  return new SetupError("What was answered as a key is none. Check that the address is that of a Tintype service.");
}
