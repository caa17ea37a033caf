import { ServiceError } from "@tintype/contract/service-error.ts";
import { nameBlob } from "../../buckets/name-blob.ts";
import { defaultStore } from "../../images/wanted-stores.ts";
import type { Principal } from "../../ports/principal.ts";
import { takeFile } from "./take-file.ts";
import type { FileForImage, TakeFileDeps } from "./take-file.ts";

/**
 * Keeps a file for an image until its import. The image remembers blob and digests as its disk and file; nobody reads them while it is
 * not active, and what the file is will be decided by the import.
 *
 * Memory  as `takeFile`
 * Throws  as `takeFile`
 */
export async function stageFile(deps: TakeFileDeps, principal: Principal, staged: FileForImage): Promise<void> {
  const store = staged.store ?? defaultStore(deps.stores);
  await takeFile(
    deps,
    principal,
    { ...staged, store },
    {
      status: "uploading",
      keep: async ({ id }, blobId, { file, dataBytes }) =>
        nameBlob(deps, blobId, async ({ images }) => {
          const disks = [{ blobId, virtualSizeBytes: file.lengthBytes, dataBytes }];
          const change = { disks, stores: [store.name], file, updatedAt: deps.clock.now() };
          const kept = await images.changeStatus(id, ["uploading"], "uploading", change);
          if (kept === undefined) {
            throw new ServiceError("image.gone", { id });
          }
        }),
    },
  );
}
