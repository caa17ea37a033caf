import { checkImport } from "@tintype/client/import-checks.ts";
import type { Encryption } from "@tintype/client/images.ts";
import type { Session } from "@tintype/client/session/session.ts";
import { planUpload } from "@tintype/client/transfer/plan-upload.ts";
import type { ImportCheckRequest } from "@tintype/contract/api/import-checks.ts";
import { fileFormats } from "@tintype/contract/ims/import-formats.ts";
import { RefusedError } from "../../errors/command-errors.ts";
import { bucketName } from "./choose-bucket.ts";
import type { ImportFlags } from "./import.ts";
import type { ImportPlan } from "./plan-import.ts";
import { uploadName } from "./upload-name.ts";

/** An import before anything of it is sent. */
export interface ImportToCheck {
  readonly file: string;
  readonly flags: ImportFlags;
  readonly plan: ImportPlan;
  readonly encryption: Encryption | undefined;
}

/**
 * Asks the service whether it would take an import, so that nothing is sent in vain. It decides again when the file is there.
 *
 * Throws  RefusedError, with all that stands in the way; ApiError, ConnectionError
 */
export async function requireImportable(session: Session, asked: ImportToCheck, signal: AbortSignal): Promise<void> {
  const { allowed, reasons } = await checkImport(session, await requestOf(session, asked), { signal });
  if (!allowed) {
    throw new RefusedError(reasons);
  }
}

async function requestOf(session: Session, { file, flags, plan, encryption }: ImportToCheck): Promise<ImportCheckRequest> {
  const { osVersion, description, deleteSource } = flags;
  const { name, minDiskGiB, isDisc, diskBytes } = plan;
  const diskFormat = fileFormats.find((format) => format === plan.diskFormat);
  const [virtualSizeBytes, ...furtherDiskBytes] = diskBytes;
  const upload = await planUpload(file, { bucket: await bucketName(session, flags.bucket), name: uploadName(file, plan) });
  return {
    file: `${upload.object.bucket}:${upload.object.key}`,
    kind: isDisc ? "iso" : "system",
    lengthBytes: upload.lengthBytes,
    ...(diskFormat !== undefined && { diskFormat }),
    virtualSizeBytes,
    furtherDiskBytes,
    name,
    minDiskGiB,
    ...(osVersion !== undefined && { osVersion }),
    ...(description !== undefined && { description }),
    ...(encryption !== undefined && { encryption: encryption === "defaultKey" ? {} : { key: encryption.keyId } }),
    ...(deleteSource !== undefined && { deletesSource: deleteSource }),
  };
}
