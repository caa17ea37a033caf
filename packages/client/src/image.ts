import { numberOf, textOf } from "./http/json-object.ts";
import type { JsonObject } from "./http/json-object.ts";

/** An image, as the service describes it. Instants are ISO 8601, UTC. */
export interface Image {
  readonly id: string;
  readonly name: string;
  /** `queued`, `saving`, `active`, `killed`. */
  readonly status: string;
  /** `private`, `shared`, `public`. */
  readonly visibility: string;
  readonly projectId: string;
  readonly description: string;
  readonly protected: boolean;
  readonly diskFormat: string;
  readonly minDiskGiB: number;
  readonly minRamMiB: number;
  /** Bytes that the image weighs, 0 until it is active. */
  readonly sizeBytes: number;
  readonly osType: string;
  readonly osVersion: string;
  /** Where it came from, e.g. `file,<bucket>:<object>`; empty when nowhere is known. */
  readonly origin: string;
  /** The master key that the image is encrypted with; empty when it is not encrypted. */
  readonly keyId: string;
  readonly tags: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
  /** All attributes that have no place above, under their names on the wire. */
  readonly properties: Readonly<Record<string, string>>;
}

/** Attributes that have a field of their own. */
const ownFields: ReadonlySet<string> = new Set([
  "id",
  "name",
  "status",
  "visibility",
  "owner",
  "__description",
  "protected",
  "disk_format",
  "min_disk",
  "min_ram",
  "__image_size",
  "__os_type",
  "__os_version",
  "__data_origin",
  "__system__cmkid",
  "__system__encrypted",
  "tags",
  "created_at",
  "updated_at",
]);

/** Reads an image of the IMS dialect. What is absent there is empty here. */
export function readImage(wire: JsonObject): Image {
  return {
    id: textOf(wire, "id") ?? "",
    name: textOf(wire, "name") ?? "",
    status: textOf(wire, "status") ?? "",
    visibility: textOf(wire, "visibility") ?? "",
    projectId: textOf(wire, "owner") ?? "",
    description: textOf(wire, "__description") ?? "",
    protected: wire["protected"] === true,
    diskFormat: textOf(wire, "disk_format") ?? "",
    minDiskGiB: numberOf(wire, "min_disk") ?? 0,
    minRamMiB: numberOf(wire, "min_ram") ?? 0,
    sizeBytes: numberOf(wire, "__image_size") ?? 0,
    osType: textOf(wire, "__os_type") ?? "",
    osVersion: textOf(wire, "__os_version") ?? "",
    origin: textOf(wire, "__data_origin") ?? "",
    keyId: textOf(wire, "__system__cmkid") ?? "",
    tags: Array.isArray(wire["tags"]) ? wire["tags"].filter((tag) => typeof tag === "string") : [],
    createdAt: textOf(wire, "created_at") ?? "",
    updatedAt: textOf(wire, "updated_at") ?? "",
    properties: Object.fromEntries(
      Object.entries(wire).flatMap(([name, value]) => (typeof value === "string" && !ownFields.has(name) ? [[name, value]] : [])),
    ),
  };
}
