import { ServiceError } from "@tintype/contract/service-error.ts";
import { deletionDays } from "../../ports/key-service.ts";
import type { KeyRecord } from "./key-record.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** Lets a key be used. Throws  KMS.0209, KMS.0210 */
export function requireEnabled(record: KeyRecord): KeyRecord {
  if (record.state === "disabled") {
    throw new ServiceError("KMS.0209", { id: record.id });
  }
  return requireStaying(record);
}

/** Throws  KMS.0210 for a key that is about to be deleted */
export function requireStaying(record: KeyRecord): KeyRecord {
  if (record.state === "pendingDeletion") {
    throw new ServiceError("KMS.0210", { id: record.id });
  }
  return record;
}

/** Throws  KMS.0210, KMS.1201 */
export function enabled(record: KeyRecord): KeyRecord {
  if (requireStaying(record).state !== "disabled") {
    throw new ServiceError("KMS.1201", { id: record.id });
  }
  return { ...record, state: "enabled" };
}

/** Throws  KMS.0210, KMS.1301 */
export function disabled(record: KeyRecord): KeyRecord {
  if (requireStaying(record).state !== "enabled") {
    throw new ServiceError("KMS.1301", { id: record.id });
  }
  return { ...record, state: "disabled" };
}

/** Throws  KMS.1401, KMS.1402 */
export function pendingDeletion(record: KeyRecord, days: number, now: number): KeyRecord {
  const { least, most } = deletionDays;
  if (!Number.isInteger(days) || days < least || days > most) {
    throw new ServiceError("KMS.1401", { least, most, value: days });
  }
  if (record.state === "pendingDeletion") {
    throw new ServiceError("KMS.1402", { id: record.id });
  }
  return { ...record, state: "pendingDeletion", deleteAt: now + days * dayMs };
}

/** Throws  KMS.1501 */
export function deletionCancelled(record: KeyRecord): KeyRecord {
  if (record.state !== "pendingDeletion") {
    throw new ServiceError("KMS.1501", { id: record.id });
  }
  const { deleteAt: _, ...rest } = record;
  return { ...rest, state: "disabled" };
}

/** Tells whether the time of a key has come. */
export function isGone({ state, deleteAt }: KeyRecord, now: number): boolean {
  return state === "pendingDeletion" && deleteAt !== undefined && deleteAt <= now;
}
