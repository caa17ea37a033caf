import { ServiceError } from "@tintype/contract/service-error.ts";
import { isDiskError } from "@tintype/disk/core/disk-error.ts";
import { isStoreError } from "@tintype/store/store-error.ts";

/** What a thrown value means for a file on its way in: its reader's own sentence and what to do, or no room for it. */
export function incomingRefused(error: unknown): unknown {
  if (isDiskError(error)) {
    return new ServiceError(
      "image.contentRefused",
      {
        problem: `${error.message.replace(/\.$/, "")} (${error.code})`,
        remedyEn: error.remedy ?? "Check the file with `tintype disk info`, and upload it again.",
        remedyZh: error.remedy ?? "请用 tintype disk info 检查文件后重新上传。",
      },
      { cause: error },
    );
  }
  if (isStoreError(error) && error.code === "store.full") {
    return new ServiceError("image.storeFull", {}, { cause: error });
  }
  return error;
}
