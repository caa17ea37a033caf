import { limitDefaults } from "./limit-defaults.ts";
import type { ImageOperation } from "@tintype/server/images/image-rules.table.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import type { ImageId, ProjectId } from "@tintype/server/ports/ids.ts";

/** An operation that has everything that rules speak of, so that they can be worded on a page. */
export const sampleOperation: ImageOperation = {
  image: {
    id: "ID" as ImageId,
    projectId: "PROJECT" as ProjectId,
    name: "NAME",
    description: "",
    status: "saving",
    visibility: "private",
    protected: true,
    kind: "system",
    containerFormat: "bare",
    diskFormat: "zvhd2",
    minDiskGiB: 40,
    minRamMiB: 0,
    maxRamMiB: 0,
    disks: [{ blobId: "BLOB" as BlobId, virtualSizeBytes: 0, dataBytes: 0 }],
    osType: "Linux",
    osBit: "64",
    osVersion: "",
    platform: "Other",
    architecture: "x86",
    firmware: "bios",
    origin: undefined,
    sourceFormat: undefined,
    enterpriseProjectId: "0",
    tags: [],
    properties: {},
    createdAt: 0,
    updatedAt: 0,
    activeAt: undefined,
    encryption: { keyId: "KEY" },
    lineage: { fromPublicPlatform: "PLATFORM" },
    isPublished: false,
    memberCount: 0,
    isHidden: false,
    file: undefined,
  },
  projectId: "PROJECT" as ProjectId,
  isAdministrator: false,
  unfinishedCopies: limitDefaults.copies.concurrentPerProject,
  limits: limitDefaults,
};
