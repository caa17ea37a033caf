import { Type } from "typebox";
import type { Static } from "typebox";

/** Query of `GET /v1/cloudimages/os_version`. */
export const OsVersionsQuery = Type.Object(
  {
    tag: Type.Optional(
      Type.Union([Type.String(), Type.Array(Type.String())], { description: "bms, uefi, arm, x86 or kvm; repeatable, all of them hold" }),
    ),
  },
  { additionalProperties: true },
);
export type OsVersionsQuery = Static<typeof OsVersionsQuery>;

/** Answer of `GET /v1/cloudimages/os_version`: a list, not an object. */
export const OsVersionsAnswer = Type.Array(
  Type.Object({
    platform: Type.String(),
    version_list: Type.Array(
      Type.Object({
        platform: Type.String(),
        os_version_key: Type.String({ description: "the same text as os_version" }),
        os_version: Type.String({ description: "what __os_version takes" }),
        os_bit: Type.Integer({ description: "32 or 64" }),
        os_type: Type.Enum(["Linux", "Windows"]),
      }),
    ),
  }),
  { description: "Operating systems by platform" },
);
export type OsVersionsAnswer = Static<typeof OsVersionsAnswer>;
