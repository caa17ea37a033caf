import type { ObjectName } from "../buckets.ts";
import type { UploadFileOptions } from "./upload-file.ts";
import { UploadSource } from "./upload-source.ts";

/** The object that `uploadFile` makes of a file, and how long it is. */
export interface PlannedUpload {
  readonly object: ObjectName;
  readonly lengthBytes: number;
}

/**
 * Tells what `uploadFile` would do, and sends nothing.
 *
 * Throws  FileError when there is nothing to send
 */
export async function planUpload(path: string, { bucket, name }: Pick<UploadFileOptions, "bucket" | "name">): Promise<PlannedUpload> {
  await using source = await UploadSource.open(path);
  return { object: { bucket, key: await source.key(name) }, lengthBytes: source.lengthBytes };
}
