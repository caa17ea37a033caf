import type { Clock } from "../ports/clock.ts";
import type { ImageEncryption, ImageRecord } from "../ports/image-catalog.ts";
import type { ImageId, ProjectId } from "../ports/ids.ts";
import { tagText } from "../images/image-tags.ts";
import type { ResolvedOs } from "../images/resolve-os.ts";
import type { NewImage } from "./import-request.ts";

/** What an image begins with, apart from what was asked for. */
export interface ImagePlan {
  readonly id: ImageId;
  readonly projectId: ProjectId;
  readonly request: NewImage;
  readonly minDiskGiB: number;
  readonly os: ResolvedOs;
  readonly encryption: ImageEncryption | undefined;
  readonly origin: string | undefined;
}

/** An image as it begins, before there is content. */
export function plannedImage({ clock }: { readonly clock: Clock }, plan: ImagePlan): ImageRecord {
  const { id, projectId, request, minDiskGiB, os, encryption, origin } = plan;
  const { name, description, kind, minRamMiB, maxRamMiB, architecture, enterpriseProjectId, properties, license } = request;
  const now = clock.now();
  return {
    id,
    projectId,
    name,
    description,
    kind,
    minDiskGiB,
    minRamMiB,
    maxRamMiB,
    architecture,
    enterpriseProjectId,
    properties: { ...properties, ...(license !== undefined && { license_type: license }) },
    encryption,
    origin,
    osType: os.osType,
    osBit: os.osBit,
    osVersion: os.osVersion,
    platform: os.platform,
    status: "queued",
    visibility: "private",
    protected: false,
    containerFormat: "bare",
    diskFormat: kind === "iso" ? "iso" : "zvhd2",
    disks: [],
    stores: [],
    firmware: request.firmware ?? (architecture === "arm" ? "uefi" : "bios"),
    sourceFormat: undefined,
    tags: request.tags.map(tagText),
    createdAt: now,
    updatedAt: now,
    activeAt: undefined,
    lineage: {},
    isPublished: false,
    isHidden: false,
    file: undefined,
    locations: [],
    promised: undefined,
    memberCount: 0,
  };
}
