import { ServiceError } from "@tintype/contract/service-error.ts";

/** A file in a bucket. */
export interface FileLocation {
  readonly bucket: string;
  readonly key: string;
}

const longestKeyBytes = 1024;

/**
 * Reads `bucket:object`, as IMS names files.
 *
 * Throws  IMG.0175 (spaces), IMG.0068 and IMG.0073 (no bucket, no object), IMG.0109 (no bucket can have that name),
 *         IMG.0074 and IMG.0075 (object name too long, or with control characters)
 */
export function parseFileLocation(address: string): FileLocation {
  const colon = address.indexOf(":");
  const [bucket, key] = colon < 0 ? [address, ""] : [address.slice(0, colon), address.slice(colon + 1)];
  const keyBytes = Buffer.byteLength(key);
  // Control characters first: a tab or a line break is both one and a space, and the name of what it is helps more.
  if (/\p{Cc}/u.test(address)) {
    throw new ServiceError("IMG.0075", { problemEn: "control characters", problemZh: "控制字符" });
  }
  if (/\s/.test(address)) {
    throw new ServiceError("IMG.0175", { address });
  }
  if (bucket === "") {
    throw new ServiceError("IMG.0068", { address });
  }
  if (key === "") {
    throw new ServiceError("IMG.0073", { address });
  }
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw new ServiceError("IMG.0109", { bucket });
  }
  if (keyBytes > longestKeyBytes) {
    throw new ServiceError("IMG.0074", { length: keyBytes, limit: longestKeyBytes });
  }
  return { bucket, key };
}

/** As `parseFileLocation` reads it. */
export function locationText({ bucket, key }: FileLocation): string {
  return `${bucket}:${key}`;
}
