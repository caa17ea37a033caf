import type { ExportImageBody } from "@tintype/contract/ims/export-image.ts";
import type { ExportRequest } from "../../transfers/export-image.ts";
import { unsupported } from "./unsupported.ts";

/** Reads where an image shall go, and how. Throws IMG.0105 for what this version does not have. */
export function parseExportBody(body: ExportImageBody): Omit<ExportRequest, "imageId"> {
  if (body.is_quick_export === true) {
    throw unsupported("is_quick_export", { en: "Leave it out, and give file_format.", zh: "请去掉该参数并填写 file_format。" });
  }
  return { file: body.bucket_url ?? "", format: body.file_format };
}
