import type { ExportImageBody } from "@tintype/contract/ims/export-image.ts";
import type { ExportRequest } from "../../transfers/export-image.ts";

/** Reads where an image shall go, and how. */
export function parseExportBody(body: ExportImageBody): Omit<ExportRequest, "imageId"> {
  return { file: body.bucket_url ?? "", isQuick: body.is_quick_export ?? false, format: body.file_format };
}
