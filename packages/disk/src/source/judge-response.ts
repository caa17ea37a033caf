import { DiskError } from "../core/disk-error.ts";
import { parseContentRange } from "./parse-content-range.ts";
import { TransientError } from "./retrying.ts";

/** What an object was when it was opened: every later answer must be of the same. */
export interface ObjectVersion {
  readonly lengthBytes: number;
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/** Answers that may be different the next time. */
const transientStatuses: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Reads from the answer to `Range: bytes=0-0` what the object is.
 *
 * Throws  disk.unsupported (no ranges, no length, a content encoding), disk.io (no such object, not allowed, the server fails)
 */
export function versionOf(response: Response, name: string): ObjectVersion {
  const etag = response.headers.get("etag");
  const lastModified = response.headers.get("last-modified");
  // Not one byte can be asked for of an empty object.
  if (response.status === 416 && !/\*\/[1-9]/.test(contentRangeOf(response))) {
    return { lengthBytes: 0, etag, lastModified };
  }
  if (response.status === 200) {
    throw new DiskError("disk.unsupported", `${name}: the server does not answer ranges, so that a disk cannot be read from it in place.`, {
      remedy: "Download the file first, or serve it from a server that answers range requests.",
    });
  }
  refuseStatus(response, name);
  refuseEncoding(response, name);
  const range = parseContentRange(response.headers.get("content-range"));
  if (range?.totalBytes === undefined || range.first !== 0 || range.last !== 0) {
    throw new DiskError("disk.unsupported", `${name}: the server does not say how long the file is (${contentRangeOf(response)}).`, {
      remedy: "Download the file first, or serve it from another server.",
    });
  }
  return { lengthBytes: range.totalBytes, etag, lastModified };
}

/**
 * Checks that an answer holds exactly the bytes asked for, of the object that was opened.
 *
 * Throws  disk.io (the object changed, other bytes came, the server fails)
 */
export function checkRangeResponse(
  response: Response,
  expected: { readonly name: string; readonly first: number; readonly last: number; readonly version: ObjectVersion },
): void {
  const { name, first, last, version } = expected;
  // With If-Range, the whole object instead of the range means that it is another one now.
  if ([200, 412, 416].includes(response.status)) {
    throw objectChanged(name);
  }
  refuseStatus(response, name);
  refuseEncoding(response, name);
  const range = parseContentRange(response.headers.get("content-range"));
  const { headers } = response;
  const isSame =
    headers.get("etag") === version.etag &&
    headers.get("last-modified") === version.lastModified &&
    (range?.totalBytes ?? version.lengthBytes) === version.lengthBytes;
  if (range !== undefined && !isSame) {
    throw objectChanged(name);
  }
  if (range?.first !== first || range.last !== last) {
    throw new DiskError("disk.io", `${name}: bytes ${first}-${last} were asked for, and the server sent ${contentRangeOf(response)}.`, {
      remedy: "Download the file first: this server's ranges cannot be trusted.",
    });
  }
}

function objectChanged(name: string): DiskError {
  return new DiskError("disk.io", `${name} is not the file any more that was opened: it was replaced or removed meanwhile.`, {
    remedy: "Start again when nothing writes to it any more.",
  });
}

function refuseStatus({ status, statusText }: Response, name: string): void {
  if (status === 206) {
    return;
  }
  const message = `${name}: the server answers ${status} ${statusText}`.trimEnd() + ".";
  if (transientStatuses.has(status)) {
    throw new TransientError("disk.io", message, { remedy: "Try again later." });
  }
  throw new DiskError("disk.io", message, { remedy: remedies[status] ?? "Check the address." });
}

const notAllowed = "Check the address, the credentials, and that they may read it; a signed request also needs the right region and time.";
const missing = "Check the address; nothing lies there, or this user may not see it.";
const elsewhere = "Give the endpoint and the region that the bucket lies in.";
const remedies: Readonly<Record<number, string>> = {
  301: elsewhere,
  307: elsewhere,
  401: notAllowed,
  403: notAllowed,
  404: missing,
  410: missing,
};

function refuseEncoding({ headers }: Response, name: string): void {
  const encoding = headers.get("content-encoding") ?? "identity";
  if (encoding !== "identity") {
    throw new DiskError(
      "disk.unsupported",
      `${name}: the server sends the file encoded (${encoding}), so that ranges of it mean nothing.`,
      {
        remedy: "Download the file first, or switch off the encoding for it on the server.",
      },
    );
  }
}

function contentRangeOf({ headers }: Response): string {
  return headers.get("content-range") ?? "no Content-Range";
}
