import { Type } from "typebox";
import type { Static } from "typebox";
import { fileFormats } from "../ims/import-formats.ts";
import { CapabilityReason } from "./image-capabilities.ts";

/** Query of `POST /api/v1/import-checks`. */
export const ImportCheckQuery = Type.Object({
  language: Type.Optional(Type.Enum(["en", "zh"], { description: "of the sentences; en when absent" })),
});

const bytes = (description: string) => Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description }));

/** Body of `POST /api/v1/import-checks`: an import as it will be asked for, and what is known of its file. */
export const ImportCheckRequest = Type.Object(
  {
    file: Type.String({ description: "bucket:object that the file shall be; neither has to be there" }),
    kind: Type.Optional(Type.Enum(["system", "bareMetal", "iso", "data"], { description: "system when absent" })),
    isQuick: Type.Optional(Type.Boolean({ description: "that the file shall be taken as it is" })),
    lengthBytes: bytes("of the file"),
    diskFormat: Type.Optional(Type.Enum([...fileFormats], { description: "of the file, by its content" })),
    virtualSizeBytes: bytes("of the disk in the file"),
    furtherDiskBytes: Type.Optional(
      Type.Array(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), {
        maxItems: 256,
        description: "of an OVA: of its further disks, which become data images",
      }),
    ),
    dataBytes: bytes("of the disk that are not zero"),
    name: Type.Optional(Type.String()),
    description: Type.Optional(Type.String()),
    minDiskGiB: Type.Optional(Type.Integer()),
    minRamMiB: Type.Optional(Type.Integer()),
    maxRamMiB: Type.Optional(Type.Integer()),
    osVersion: Type.Optional(Type.String()),
    osType: Type.Optional(Type.Enum(["Linux", "Windows", "Other"])),
    architecture: Type.Optional(Type.Enum(["x86", "arm"])),
    firmware: Type.Optional(Type.Enum(["bios", "uefi"])),
    license: Type.Optional(Type.Enum(["platform", "byol"], { description: "of a Windows system; with isQuick" })),
    tags: Type.Optional(
      Type.Array(Type.Object({ key: Type.String(), value: Type.Optional(Type.String()) }, { additionalProperties: false })),
    ),
    enterpriseProjectId: Type.Optional(Type.String()),
    encryption: Type.Optional(
      Type.Object(
        { key: Type.Optional(Type.String({ description: "its id, or alias/NAME; the default key when absent" })) },
        { additionalProperties: false, description: "absent for an image that shall not be encrypted" },
      ),
    ),
    deletesSource: Type.Optional(Type.Boolean({ description: "that the file shall be deleted once the image is there" })),
  },
  { additionalProperties: false },
);
export type ImportCheckRequest = Static<typeof ImportCheckRequest>;

/** Answer of it. */
export const ImportCheck = Type.Object(
  {
    allowed: Type.Boolean(),
    reasons: Type.Array(CapabilityReason, {
      description: "empty when it is allowed; else what stands in the way, and first what the import would be refused with",
    }),
  },
  { description: "Whether the import would pass now" },
);
export type ImportCheck = Static<typeof ImportCheck>;
