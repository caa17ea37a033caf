import type { ByteSource } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import { systemTimers } from "../core/system-timers.ts";
import { openHttpSource } from "./open-http-source.ts";
import type { HttpSourceOptions } from "./open-http-source.ts";
import { encodeStrictly, signS3Get } from "./sign-s3-get.ts";
import type { S3Credentials } from "./sign-s3-get.ts";

export interface S3SourceOptions extends S3Credentials, Omit<HttpSourceOptions, "sign" | "headers"> {
  /** Address of the service, such as `https://obs.eu-west-101.example.com`. */
  readonly endpoint: string;
  readonly region: string;
  /** Where the bucket's name goes: in front of the host, or into the path. Default: path, which every service but a few of the largest takes. */
  readonly addressing?: "path" | "virtual" | undefined;
}

/**
 * Opens an object of an S3 service, `s3://bucket/key`, for random reading. Every request is signed; redirects are not followed.
 *
 * Memory  as `openHttpSource`
 * Throws  disk.unsupported (not such an address, a key that no address can carry), and as `openHttpSource`
 */
export async function openS3Source(address: string, options: S3SourceOptions): Promise<ByteSource> {
  const { accessKey, secretKey, sessionToken, region, timers = systemTimers } = options;
  return openHttpSource(objectUrl(address, options), {
    ...options,
    sign: ({ url, headers }) => signS3Get({ url, headers, region, now: timers.now() }, { accessKey, secretKey, sessionToken }),
  });
}

function objectUrl(address: string, { endpoint, addressing = "path" }: S3SourceOptions): URL {
  const [, bucket, key] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/s.exec(address) ?? [];
  if (bucket === undefined || key === undefined || !key.isWellFormed()) {
    throw new DiskError("disk.unsupported", `${address} does not name an object.`, {
      remedy: "Give an address like s3://bucket/disk.qcow2.",
    });
  }
  const segments = key.split("/");
  if (segments.includes(".") || segments.includes("..")) {
    throw new DiskError("disk.unsupported", `${address}: web addresses cannot carry "." or ".." between slashes.`, {
      remedy: "Copy the object to another key.",
    });
  }
  const url = URL.parse(endpoint);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:") || url.search !== "") {
    throw new DiskError("disk.unsupported", `${endpoint} is not the address of an S3 service.`, {
      remedy: "Give an address like https://s3.example.com.",
    });
  }
  const path = segments.map(encodeStrictly).join("/");
  const base = url.pathname.replace(/\/$/, "");
  if (addressing === "virtual") {
    url.host = `${bucket}.${url.host}`;
    url.pathname = `${base}/${path}`;
  } else {
    url.pathname = `${base}/${bucket}/${path}`;
  }
  return url;
}
