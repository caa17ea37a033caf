import { limitDefaults } from "./limit-defaults.ts";
import type { ImageOperation } from "@tintype/server/images/image-rules.table.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import type { ImageId, ProjectId } from "@tintype/server/ports/ids.ts";
import { plainImage } from "@tintype/server/ports/testing/plain-image.ts";

/** An operation that has everything that rules speak of, so that they can be worded on a page. */
export const sampleOperation: ImageOperation = {
  image: plainImage({
    id: "ID" as ImageId,
    projectId: "PROJECT" as ProjectId,
    name: "NAME",
    status: "saving",
    protected: true,
    disks: [{ blobId: "BLOB" as BlobId, virtualSizeBytes: 0, dataBytes: 0 }],
    osVersion: "",
    encryption: { keyId: "KEY" },
    lineage: { fromPublicPlatform: "PLATFORM" },
  }),
  projectId: "PROJECT" as ProjectId,
  isAdministrator: false,
  exportJobId: "TASK",
  copyJobId: "TASK",
  unfinishedCopies: limitDefaults.copies.concurrentPerProject,
  limits: limitDefaults,
};
