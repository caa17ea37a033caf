import { ServiceError } from "@tintype/contract/service-error.ts";
import type { QuickImportBody } from "@tintype/contract/ims/quick-import.ts";
import type { ImageKind } from "../../ports/image-catalog.ts";
import type { ImportRequest } from "../../transfers/import-files.ts";
import { parseNewImage } from "./parse-new-image.ts";

const kinds: Readonly<Record<Exclude<NonNullable<QuickImportBody["type"]>, "IsoImage">, ImageKind>> = {
  ECS: "system",
  FusionCompute: "system",
  BMS: "bareMetal",
  Ironic: "bareMetal",
  DataImage: "data",
};

/**
 * Reads which file shall become an image as it is.
 *
 * Throws  IMG.0021 without a file, IMG.0157 for an ISO image, IMG.0115 for tags told twice
 */
export function parseQuickBody(body: QuickImportBody): ImportRequest {
  const { type = "ECS", image_url: file, min_disk: minDiskGiB, license_type: license } = body;
  if (type === "IsoImage") {
    throw new ServiceError("IMG.0157", {
      type,
      remedyEn: "Register an ISO image without fast import.",
      remedyZh: "请使用普通方式注册 ISO 镜像。",
    });
  }
  if (file === undefined) {
    throw new ServiceError("IMG.0021");
  }
  const kind = kinds[type];
  const image = { ...parseNewImage(body, kind), file, minDiskGiB, isQuick: true, ...(license !== undefined && { license }) };
  const action = kind === "data" ? "ims:dataImages:create" : "ims:serverImages:create";
  return { action, images: [image], isList: false, deletesSources: body.delete_source };
}
