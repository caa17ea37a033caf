import type { KeyRecord } from "./key-record.ts";
import type { WrapForm } from "./wrapped-key.ts";

/** What a version of a master key made of a data key. */
export interface Sealed {
  readonly version: number;
  readonly payload: Uint8Array;
}

/** Where the bits of master keys are, and what works with them. A register decides before whether it may. */
export interface KeyMaterial {
  readonly form: WrapForm;
  /** Makes the bits of a new key; answers what its record keeps of them. */
  create(id: KeyRecord["id"]): Promise<readonly string[]>;
  /** Makes a new version; answers what the record keeps then. */
  rotate(record: KeyRecord): Promise<Pick<KeyRecord, "version" | "material">>;
  /** Makes the bits of a key unrecoverable, as far as they are not in its record. Harmless to repeat. */
  destroy(record: KeyRecord): Promise<void>;
  /** Wraps by the newest version. `binding` is authenticated and not kept. */
  wrap(record: KeyRecord, plain: Uint8Array, binding: Uint8Array, signal?: AbortSignal): Promise<Sealed>;
  /** Throws  KMS.2201: the payload or the binding is not what it was */
  unwrap(record: KeyRecord, sealed: Sealed, binding: Uint8Array, signal?: AbortSignal): Promise<Uint8Array>;
}

/** Where records are kept: all of them, written whole. A save that returned is durable; one that threw left the old or the new ones. */
export interface KeyRegisterFile {
  load(): Promise<readonly KeyRecord[]>;
  save(records: readonly KeyRecord[]): Promise<void>;
}
