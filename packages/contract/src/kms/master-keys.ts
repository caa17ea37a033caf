import { Type } from "typebox";
import type { Static } from "typebox";

const sequence = Type.Optional(
  Type.String({ pattern: "^[0-9A-Za-z-]{36}$", description: "36 characters that name the request; not used" }),
);
const digits = (description: string) =>
  Type.Union([Type.String({ pattern: "^\\d{1,9}$" }), Type.Integer({ minimum: 0, maximum: 999_999_999 })], { description });

/** Id of a key. */
export const KeyId = Type.String({ pattern: "^[0-9a-z]{8}(-[0-9a-z]{4}){3}-[0-9a-z]{12}$", description: "36 characters" });

/** What a key is called where it is only looked at or used. */
export const KeyReference = Type.String({
  pattern: "^([0-9a-z]{8}(-[0-9a-z]{4}){3}-[0-9a-z]{12}|alias/[A-Za-z0-9:/_-]{1,255})$",
  description: "id, or alias/ALIAS",
});

/** A key's state on the wire. */
export const KeyStateCode = Type.Enum(["2", "3", "4"], { description: "2 enabled, 3 disabled, 4 pending deletion" });

/** Body of `create-key`. Fields that are not listed are ignored. */
export const CreateKeyBody = Type.Object({
  key_alias: Type.String({ description: "1 to 255 letters, digits and : / _ -, not ending with /default, unique in the project" }),
  key_description: Type.Optional(Type.String({ description: "up to 255 characters" })),
  key_spec: Type.Optional(Type.String({ description: "AES_256 (default); no other kind is made" })),
  key_usage: Type.Optional(Type.Literal("ENCRYPT_DECRYPT")),
  origin: Type.Optional(Type.Literal("kms", { description: "imported keys (external) are not supported" })),
  enterprise_project_id: Type.Optional(Type.String({ maxLength: 64 })),
  sequence,
});
export type CreateKeyBody = Static<typeof CreateKeyBody>;

/** Answer of `create-key`. */
export const CreateKeyAnswer = Type.Object({ key_info: Type.Object({ key_id: Type.String(), domain_id: Type.String() }) });
export type CreateKeyAnswer = Static<typeof CreateKeyAnswer>;

/** Body of `list-keys`. */
export const ListKeysBody = Type.Object({
  limit: Type.Optional(digits("1 to 1000; 1000 when absent")),
  marker: Type.Optional(digits("next_marker of the page before")),
  key_state: Type.Optional(Type.Union([Type.String({ pattern: "^[1-5]$" }), Type.Integer({ minimum: 1, maximum: 5 })])),
  sequence,
});
export type ListKeysBody = Static<typeof ListKeysBody>;

/** All that is told of a key. Instants are milliseconds since 1970, as text. */
export const KeyDetails = Type.Object({
  key_id: Type.String(),
  domain_id: Type.String(),
  key_alias: Type.String(),
  realm: Type.String({ description: "region" }),
  key_spec: Type.Literal("AES_256"),
  key_usage: Type.Literal("ENCRYPT_DECRYPT"),
  key_description: Type.String(),
  creation_date: Type.String(),
  scheduled_deletion_date: Type.String({ description: "empty unless pending deletion" }),
  key_state: KeyStateCode,
  default_key_flag: Type.Enum(["0", "1"], { description: "1 for a key that belongs to a service" }),
  key_type: Type.Literal("1"),
  expiration_time: Type.Literal(""),
  origin: Type.Literal("kms"),
  key_rotation_enabled: Type.Literal("false", { description: "keys are rotated on request only" }),
  sys_enterprise_project_id: Type.String(),
});
export type KeyDetails = Static<typeof KeyDetails>;

/** Answer of `list-keys`, newest first. */
export const ListKeysAnswer = Type.Object({
  keys: Type.Array(Type.String()),
  key_details: Type.Array(KeyDetails),
  next_marker: Type.String({ description: "empty on the last page" }),
  truncated: Type.Enum(["true", "false"]),
  total: Type.Integer(),
});
export type ListKeysAnswer = Static<typeof ListKeysAnswer>;

/** Body of `describe-key`. */
export const DescribeKeyBody = Type.Object({ key_id: KeyReference, sequence });

/** Answer of `describe-key`. */
export const DescribeKeyAnswer = Type.Object({ key_info: KeyDetails });

/** Body of the calls that name a key and nothing else. */
export const KeyBody = Type.Object({ key_id: KeyId, sequence });

/** Answer of `enable-key` and `disable-key`. */
export const KeyStateAnswer = Type.Object({ key_info: Type.Object({ key_id: Type.String(), key_state: KeyStateCode }) });

/** Body of `schedule-key-deletion`. */
export const ScheduleDeletionBody = Type.Object({ key_id: KeyId, pending_days: digits("7 to 1096"), sequence });

/** Answer of `schedule-key-deletion` and `cancel-key-deletion`. */
export const DeletionAnswer = Type.Object({ key_id: Type.String(), key_state: KeyStateCode });

/** Body of `update-key-alias`. */
export const UpdateAliasBody = Type.Object({ key_id: KeyId, key_alias: Type.String(), sequence });
export const UpdateAliasAnswer = Type.Object({ key_info: Type.Object({ key_id: Type.String(), key_alias: Type.String() }) });

/** Body of `update-key-description`. */
export const UpdateDescriptionBody = Type.Object({ key_id: KeyId, key_description: Type.String(), sequence });
export const UpdateDescriptionAnswer = Type.Object({ key_info: Type.Object({ key_id: Type.String(), key_description: Type.String() }) });

/** Answer of `get-key-rotation-status`, and of our own `rotate-key`. */
export const RotationAnswer = Type.Object({
  key_rotation_enabled: Type.Literal(false, { description: "keys are rotated on request only" }),
  rotation_interval: Type.Integer({ description: "days; 365, as KMS answers for keys that are not rotated by themselves" }),
  last_rotation_time: Type.String({ description: "milliseconds since 1970; empty before the first rotation" }),
  number_of_rotations: Type.Integer(),
});
export type RotationAnswer = Static<typeof RotationAnswer>;
