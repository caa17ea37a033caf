import type { KeyDetails, RotationAnswer } from "@tintype/contract/kms/master-keys.ts";
import type { KeyState, MasterKey } from "../../ports/key-service.ts";

/** States as KMS numbers them; 1 (pending activation) and 5 (pending import) no key is ever in. */
export const stateCodes = { enabled: "2", disabled: "3", pendingDeletion: "4" } as const satisfies Record<KeyState, string>;

/** A key as KMS tells it. */
export function toKeyDetails(key: MasterKey, place: { readonly domainId: string; readonly region: string }): KeyDetails {
  return {
    key_id: key.id,
    domain_id: place.domainId,
    key_alias: key.alias,
    realm: place.region,
    key_spec: "AES_256",
    key_usage: "ENCRYPT_DECRYPT",
    key_description: key.description,
    creation_date: String(key.createdAt),
    scheduled_deletion_date: key.deleteAt === undefined ? "" : String(key.deleteAt),
    key_state: stateCodes[key.state],
    default_key_flag: key.isDefault ? "1" : "0",
    key_type: "1",
    expiration_time: "",
    origin: "kms",
    key_rotation_enabled: "false",
    sys_enterprise_project_id: key.enterpriseProjectId,
  };
}

/** Days that KMS names where nothing is rotated by itself. */
const rotationIntervalDays = 365;

/** How often a key was rotated. */
export function toRotation({ version, rotatedAt }: MasterKey): RotationAnswer {
  return {
    key_rotation_enabled: false,
    rotation_interval: rotationIntervalDays,
    last_rotation_time: rotatedAt === undefined ? "" : String(rotatedAt),
    number_of_rotations: version - 1,
  };
}
