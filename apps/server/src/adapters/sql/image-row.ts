import type { Selectable } from "kysely";
import type { ImageRecord } from "../../ports/image-catalog.ts";
import type { ImageId, ProjectId } from "../../ports/ids.ts";
import type { ImagesTables } from "./images-tables.ts";

export type ImageRow = Selectable<ImagesTables["images"]>;

/** Which column keeps which field. */
const columns: Readonly<Record<keyof ImageRecord, keyof ImageRow>> = {
  id: "id",
  projectId: "project_id",
  name: "name",
  description: "description",
  status: "status",
  visibility: "visibility",
  protected: "protected",
  kind: "kind",
  containerFormat: "container_format",
  diskFormat: "disk_format",
  minDiskGiB: "min_disk_gib",
  minRamMiB: "min_ram_mib",
  maxRamMiB: "max_ram_mib",
  disks: "disks",
  stores: "stores",
  osType: "os_type",
  osBit: "os_bit",
  osVersion: "os_version",
  platform: "platform",
  architecture: "architecture",
  firmware: "firmware",
  origin: "origin",
  sourceFormat: "source_format",
  enterpriseProjectId: "enterprise_project_id",
  tags: "tags",
  properties: "properties",
  createdAt: "created_at",
  updatedAt: "updated_at",
  activeAt: "active_at",
  encryption: "encryption",
  lineage: "lineage",
  isPublished: "is_published",
  memberCount: "member_count",
  isHidden: "is_hidden",
  file: "file",
  locations: "locations",
  promised: "promised",
};

/** Stands for an amount that an image does not have. */
export const noAmount = -1;

/** Words the given fields as columns. */
export function toColumns(fields: Partial<ImageRecord>): Partial<ImageRow> {
  // The keys of `fields` are those of ImageRecord.
  const entries = Object.entries(fields).map(([field, value]) => [columns[field as keyof ImageRecord], toColumn(value)]);
  const derived = {
    ...fileBytesColumn(fields),
    ...("disks" in fields && { virtual_bytes: fields.disks?.[0]?.virtualSizeBytes ?? noAmount }),
  };
  return { ...(Object.fromEntries(entries) as Partial<ImageRow>), ...derived };
}

/** A file comes after its promise, and a disk without a file is given as one that is made of it: so each of them alone says how long it is. */
function fileBytesColumn(fields: Partial<ImageRecord>): Partial<ImageRow> {
  const known = (fields.file ?? fields.promised)?.lengthBytes ?? fields.disks?.[0]?.fileBytes;
  return known !== undefined || "file" in fields || "promised" in fields ? { file_bytes: known ?? noAmount } : {};
}

function toColumn(value: ImageRecord[keyof ImageRecord]): string | number | null {
  if (value === undefined) {
    return null;
  }
  if (typeof value === "boolean") {
    return value ? 1 : 0;
  }
  return typeof value === "object" ? JSON.stringify(value) : value;
}

/** ImageRows are written by `toColumns` alone, so the words and the JSON in them are ours. */
export function toRecord(row: ImageRow): ImageRecord {
  return {
    id: row.id as ImageId,
    projectId: row.project_id as ProjectId,
    name: row.name,
    description: row.description,
    status: row.status as ImageRecord["status"],
    visibility: row.visibility as ImageRecord["visibility"],
    protected: row.protected === 1,
    kind: row.kind as ImageRecord["kind"],
    containerFormat: row.container_format,
    diskFormat: row.disk_format,
    minDiskGiB: row.min_disk_gib,
    minRamMiB: row.min_ram_mib,
    maxRamMiB: row.max_ram_mib,
    disks: JSON.parse(row.disks) as ImageRecord["disks"],
    stores: JSON.parse(row.stores) as ImageRecord["stores"],
    osType: row.os_type as ImageRecord["osType"],
    osBit: row.os_bit as ImageRecord["osBit"],
    osVersion: row.os_version,
    platform: row.platform,
    architecture: row.architecture as ImageRecord["architecture"],
    firmware: row.firmware as ImageRecord["firmware"],
    origin: row.origin ?? undefined,
    sourceFormat: row.source_format ?? undefined,
    enterpriseProjectId: row.enterprise_project_id,
    tags: JSON.parse(row.tags) as ImageRecord["tags"],
    properties: JSON.parse(row.properties) as ImageRecord["properties"],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    activeAt: row.active_at ?? undefined,
    encryption: row.encryption === null ? undefined : (JSON.parse(row.encryption) as ImageRecord["encryption"]),
    lineage: JSON.parse(row.lineage) as ImageRecord["lineage"],
    isPublished: row.is_published === 1,
    memberCount: row.member_count,
    isHidden: row.is_hidden === 1,
    file: row.file === null ? undefined : (JSON.parse(row.file) as ImageRecord["file"]),
    locations: JSON.parse(row.locations) as ImageRecord["locations"],
    promised: row.promised === null ? undefined : (JSON.parse(row.promised) as ImageRecord["promised"]),
  };
}
