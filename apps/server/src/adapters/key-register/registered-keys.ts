import { randomBytes } from "node:crypto";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Ids, ProjectId } from "../../ports/ids.ts";
import { dataKeyBytes, mostRotations } from "../../ports/key-service.ts";
import type { DataKey, DataKeyOptions, KeyId, KeyService, MasterKey, NewMasterKey } from "../../ports/key-service.ts";
import type { Log } from "../../ports/log.ts";
import { deletionCancelled, disabled, enabled, isGone, pendingDeletion, requireEnabled, requireStaying } from "./key-changes.ts";
import type { KeyMaterial, KeyRegisterFile } from "./key-material.ts";
import { toMasterKey } from "./key-record.ts";
import type { KeyRecord } from "./key-record.ts";
import { bindingOf, readWrappedKey, writeWrappedKey } from "./wrapped-key.ts";

export interface RegisteredKeysParts {
  readonly file: KeyRegisterFile;
  readonly material: KeyMaterial;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

/**
 * Master keys whose records stand in one file, all of them in memory: states, aliases, owners and deletions are decided here, bits are the business of
 * `material`. One process at a time may use the file.
 *
 * Memory  the records: about 500 bytes a key, 50 a version
 */
export class RegisteredKeys implements KeyService {
  readonly #parts: RegisteredKeysParts;
  #records: ReadonlyMap<KeyId, KeyRecord>;
  /** The last change that was asked for; it never rejects. */
  #tail: Promise<unknown> = Promise.resolve();

  private constructor(parts: RegisteredKeysParts, records: readonly KeyRecord[]) {
    this.#parts = parts;
    this.#records = new Map(records.map((record) => [record.id, record]));
  }

  static async open(parts: RegisteredKeysParts): Promise<RegisteredKeys> {
    const keys = new RegisteredKeys(parts, await parts.file.load());
    await keys.#alone(async () => keys.#removeGone());
    return keys;
  }

  async createKey(key: NewMasterKey, { mostInProject }: { readonly mostInProject: number }): Promise<MasterKey> {
    return await this.#alone(async () => {
      await this.#removeGone();
      this.#requireFreeAlias(key.projectId, key.alias);
      const counted = this.#ofProject(key.projectId).filter(({ isDefault }) => !isDefault).length;
      if (!key.isDefault && counted >= mostInProject) {
        throw new ServiceError("KMS.1105", { used: counted, limit: mostInProject });
      }
      const { clock, ids, material } = this.#parts;
      const id = ids.uuid() as KeyId;
      const record: KeyRecord = { ...key, id, state: "enabled", version: 1, createdAt: clock.now(), material: await material.create(id) };
      try {
        await this.#save(record);
      } catch (error) {
        await this.#destroy(record);
        throw error;
      }
      return toMasterKey(record);
    });
  }

  async listKeys(projectId: ProjectId): Promise<readonly MasterKey[]> {
    await this.#alone(async () => this.#removeGone());
    return this.#ofProject(projectId)
      .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
      .map(toMasterKey);
  }

  async getKey(id: KeyId): Promise<MasterKey | undefined> {
    const record = this.#records.get(id);
    return record === undefined || isGone(record, this.#parts.clock.now()) ? undefined : toMasterKey(record);
  }

  async updateKey(id: KeyId, changes: { readonly alias?: string; readonly description?: string }): Promise<MasterKey> {
    return await this.#change(id, (record) => {
      requireStaying(record);
      if (changes.alias !== undefined && changes.alias !== record.alias) {
        this.#requireFreeAlias(record.projectId, changes.alias);
      }
      return { ...record, ...changes };
    });
  }

  async enable(id: KeyId): Promise<MasterKey> {
    return await this.#change(id, enabled);
  }

  async disable(id: KeyId): Promise<MasterKey> {
    return await this.#change(id, disabled);
  }

  async scheduleDeletion(id: KeyId, days: number): Promise<MasterKey> {
    return await this.#change(id, (record) => pendingDeletion(record, days, this.#parts.clock.now()));
  }

  async cancelDeletion(id: KeyId): Promise<MasterKey> {
    return await this.#change(id, deletionCancelled);
  }

  async rotate(id: KeyId): Promise<MasterKey> {
    return await this.#change(id, async (record) => {
      if (requireEnabled(record).version > mostRotations) {
        throw new ServiceError("kms.tooManyVersions", { id, limit: mostRotations });
      }
      return { ...record, ...(await this.#parts.material.rotate(record)), rotatedAt: this.#parts.clock.now() };
    });
  }

  async createDataKey(id: KeyId, options: DataKeyOptions & { readonly lengthBytes?: number } = {}): Promise<DataKey> {
    const { lengthBytes = 32 } = options;
    const { least, most } = dataKeyBytes;
    if (!Number.isInteger(lengthBytes) || lengthBytes < least || lengthBytes > most) {
      throw new ServiceError("KMS.1901", { least: least * 8, most: most * 8, value: lengthBytes * 8 });
    }
    const plain = randomBytes(lengthBytes);
    return { plain, wrapped: await this.encryptDataKey(id, plain, options) };
  }

  async encryptDataKey(id: KeyId, plain: Uint8Array, { context, signal }: DataKeyOptions = {}): Promise<Uint8Array> {
    const record = requireEnabled(this.#find(id));
    if (plain.length < dataKeyBytes.least || plain.length > dataKeyBytes.most) {
      throw new ServiceError("KMS.2101", { problem: `it has ${plain.length} bytes` });
    }
    const { material } = this.#parts;
    const { version, payload } = await material.wrap(record, plain, bindingOf(material.form, id, context), signal);
    return writeWrappedKey({ form: material.form, keyId: id, version, payload });
  }

  async decryptDataKey(
    wrapped: Uint8Array,
    { context, keyId: wanted, signal }: DataKeyOptions & { readonly keyId?: KeyId } = {},
  ): Promise<Uint8Array> {
    const { material } = this.#parts;
    const { keyId, ...sealed } = readWrappedKey(wrapped, material.form);
    if (wanted !== undefined && wanted !== keyId) {
      throw new ServiceError("KMS.2201", { problem: "another key wrapped it" });
    }
    const record = requireEnabled(this.#find(keyId));
    return await material.unwrap(record, sealed, bindingOf(material.form, keyId, context), signal);
  }

  /** Changes one key: what `work` answers is kept. */
  async #change(id: KeyId, work: (record: KeyRecord) => KeyRecord | Promise<KeyRecord>): Promise<MasterKey> {
    return await this.#alone(async () => {
      await this.#removeGone();
      const record = await work(this.#find(id));
      await this.#save(record);
      return toMasterKey(record);
    });
  }

  #find(id: KeyId): KeyRecord {
    const record = this.#records.get(id);
    if (record === undefined || isGone(record, this.#parts.clock.now())) {
      throw new ServiceError("KMS.0207", { id });
    }
    return record;
  }

  #ofProject(projectId: ProjectId): KeyRecord[] {
    const now = this.#parts.clock.now();
    return [...this.#records.values()].filter((record) => record.projectId === projectId && !isGone(record, now));
  }

  #requireFreeAlias(projectId: ProjectId, alias: string): void {
    if (this.#ofProject(projectId).some((record) => record.alias === alias)) {
      throw new ServiceError("KMS.1104", { alias });
    }
  }

  async #save(record: KeyRecord): Promise<void> {
    await this.#replace(new Map([...this.#records, [record.id, record]]));
  }

  async #replace(records: ReadonlyMap<KeyId, KeyRecord>): Promise<void> {
    await this.#parts.file.save([...records.values()]);
    this.#records = records;
  }

  /** Keys whose time has come are no longer found; here their bits go too. What cannot go now is tried again with the next change. */
  async #removeGone(): Promise<void> {
    const now = this.#parts.clock.now();
    const gone = [...this.#records.values()].filter((record) => isGone(record, now));
    if (gone.length === 0) {
      return;
    }
    try {
      const left = new Map(this.#records);
      for (const record of gone) {
        await this.#parts.material.destroy(record);
        left.delete(record.id);
      }
      await this.#replace(left);
      this.#parts.log.info({ keys: gone.map(({ id }) => id) }, "Keys whose deletion was scheduled are gone");
    } catch (error) {
      this.#parts.log.warn({ err: error }, "Keys whose deletion was scheduled cannot be removed yet");
    }
  }

  /** For a key that nobody has heard of. */
  async #destroy(record: KeyRecord): Promise<void> {
    try {
      await this.#parts.material.destroy(record);
    } catch (error) {
      this.#parts.log.warn({ err: error, key: record.id }, "A key that was not made after all cannot be removed");
    }
  }

  /** Runs changes one after another. */
  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#tail.then(work);
    this.#tail = run.catch(() => undefined);
    return await run;
  }
}
