import type { ImageRecord } from "../image-catalog.ts";
import type { ImageId, ProjectId } from "../ids.ts";

/** An ordinary image for tests: an active private system image of Linux without content, with what a test says of it. */
export function plainImage(fields: Partial<ImageRecord> = {}): ImageRecord {
  return {
    id: "i" as ImageId,
    projectId: "p" as ProjectId,
    name: "image",
    description: "",
    status: "active",
    visibility: "private",
    protected: false,
    kind: "system",
    containerFormat: "bare",
    diskFormat: "zvhd2",
    minDiskGiB: 40,
    minRamMiB: 0,
    maxRamMiB: 0,
    disks: [],
    osType: "Linux",
    osBit: "64",
    osVersion: "Other_Linux (64_bit)",
    platform: "Other",
    architecture: "x86",
    firmware: "bios",
    origin: undefined,
    sourceFormat: undefined,
    enterpriseProjectId: "0",
    tags: [],
    properties: {},
    createdAt: 1,
    updatedAt: 1,
    activeAt: 1,
    encryption: undefined,
    lineage: {},
    isPublished: false,
    isHidden: false,
    file: undefined,
    memberCount: 0,
    ...fields,
  };
}
