import { ServiceError } from "@tintype/contract/service-error.ts";
import type { CreateDataImageBody } from "@tintype/contract/ims/create-data-image.ts";
import type { ImportRequest } from "../../transfers/import-files.ts";
import { parseNewImage } from "./parse-new-image.ts";

/**
 * Reads which file shall become the image of a data disk. Whose file system is on it has to be Linux or Windows; an older document wants it
 * told, the newer interface takes Linux when it is not.
 *
 * Throws  IMG.0021 without a file, IMG.0115 for tags told twice
 */
export function parseDataBody(body: CreateDataImageBody): ImportRequest {
  const { image_url: file, min_disk: minDiskGiB } = body;
  if (file === undefined) {
    throw new ServiceError("IMG.0021");
  }
  const image = { ...parseNewImage(body, "data"), file, minDiskGiB, isQuick: false };
  return { action: "ims:dataImages:create", images: [image], isList: false, deletesSources: body.delete_source };
}
