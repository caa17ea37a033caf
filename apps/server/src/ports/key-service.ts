import type { ProjectId } from "./ids.ts";

/** Name of a master key: a UUID with dashes. */
export type KeyId = string & { readonly __brand: "KeyId" };

/** Only an enabled key wraps and unwraps. A key that is pending deletion is gone once its time has come. */
export type KeyState = "enabled" | "disabled" | "pendingDeletion";

/** What may be known of a master key; its bits never leave the service. */
export interface MasterKey {
  readonly id: KeyId;
  /** The owner. */
  readonly projectId: ProjectId;
  /** Unique in the project, as long as the key exists. */
  readonly alias: string;
  readonly description: string;
  readonly enterpriseProjectId: string;
  readonly state: KeyState;
  /** True for a key that the service made for itself; users may use it and not change it. */
  readonly isDefault: boolean;
  /** Newest version, from 1: what is wrapped from now on is wrapped by it. Older ones still unwrap. */
  readonly version: number;
  /** Milliseconds since 1970, as are the other instants. */
  readonly createdAt: number;
  readonly rotatedAt?: number;
  /** When the key will be gone; only while it is pending deletion. */
  readonly deleteAt?: number;
}

/** A master key to be made. */
export type NewMasterKey = Pick<MasterKey, "projectId" | "alias" | "description" | "enterpriseProjectId" | "isDefault">;

/**
 * Says what a data key is for. It is not secret and not kept: whoever unwraps must say the same again.
 */
export type EncryptionContext = Readonly<Record<string, string>>;

export interface DataKeyOptions {
  readonly context?: EncryptionContext | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A data key in the clear and as it may be kept. */
export interface DataKey {
  readonly plain: Uint8Array;
  readonly wrapped: Uint8Array;
}

/** Days that a deletion may be put off by. */
export const deletionDays = { least: 7, most: 1096 } as const;

/** Bytes that a data key may have. */
export const dataKeyBytes = { least: 1, most: 1024 } as const;

/** Characters that an encryption context may have as JSON; the callers see to that. */
export const longestContext = 8192;

/** No wrapped form is longer, whatever wrapped it. */
export const longestWrappedBytes = 4096;

/** Times that a key may be rotated, so that what is kept of it is bounded. */
export const mostRotations = 100;

/**
 * Keeps master keys and wraps data keys with them (envelope encryption).
 *
 * A change that returned is durable and holds for every later call; one that threw has not happened. Changes happen one after another, so an alias and a
 * quota have exactly one winner. Data keys are not kept: who loses the wrapped form has lost the key, and who loses the master keys has lost all.
 *
 * Every method that names a key throws KMS.0207 when there is none (or its time had come), and all may throw KMS.0104 (what keeps the keys cannot be
 * reached; try again). Who may do what, and which project sees which key, is the callers' business.
 */
export interface KeyService {
  /** Throws  KMS.1104 (alias taken), KMS.1105 (the project has `mostInProject` keys that are no default keys; a default key is not counted) */
  createKey(key: NewMasterKey, limits: { readonly mostInProject: number }): Promise<MasterKey>;
  /** The project's keys, newest first. */
  listKeys(projectId: ProjectId): Promise<readonly MasterKey[]>;
  /** Undefined when there is no such key. */
  getKey(id: KeyId): Promise<MasterKey | undefined>;
  /** Throws  KMS.0210 (pending deletion), KMS.1104 */
  updateKey(id: KeyId, changes: { readonly alias?: string; readonly description?: string }): Promise<MasterKey>;
  /** Throws  KMS.0210 (pending deletion), KMS.1201 (not disabled) */
  enable(id: KeyId): Promise<MasterKey>;
  /** From then on nothing is unwrapped. Throws  KMS.0210 (pending deletion), KMS.1301 (not enabled) */
  disable(id: KeyId): Promise<MasterKey>;
  /** Throws  KMS.1401 (days outside `deletionDays`), KMS.1402 (pending already) */
  scheduleDeletion(id: KeyId, days: number): Promise<MasterKey>;
  /** The key is disabled then. Throws  KMS.1501 (not pending) */
  cancelDeletion(id: KeyId): Promise<MasterKey>;
  /** Makes a new version. Throws  KMS.0209, KMS.0210, kms.tooManyVersions (after `mostRotations`) */
  rotate(id: KeyId): Promise<MasterKey>;
  /** A new random data key of `lengthBytes` (default 32). Throws  KMS.0209 (disabled), KMS.0210 (pending deletion), KMS.1901 (length) */
  createDataKey(id: KeyId, options?: DataKeyOptions & { readonly lengthBytes?: number }): Promise<DataKey>;
  /** Wraps a data key that exists. Throws  KMS.0209, KMS.0210, KMS.2101 (length) */
  encryptDataKey(id: KeyId, plain: Uint8Array, options?: DataKeyOptions): Promise<Uint8Array>;
  /**
   * Opens a wrapped data key; which master key that needs stands in it. With `keyId` it must be that one.
   *
   * Throws  KMS.0207 (its master key is gone), KMS.0209, KMS.0210, KMS.2201 (not what was answered when it was wrapped, or another context or key)
   */
  decryptDataKey(wrapped: Uint8Array, options?: DataKeyOptions & { readonly keyId?: KeyId }): Promise<Uint8Array>;
}
