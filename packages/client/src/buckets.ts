import { ApiError } from "./errors/api-error.ts";
import { SetupError } from "./errors/setup-error.ts";
import { xmlElements, xmlText } from "./http/read-xml.ts";
import type { Session, StreamedBody } from "./session/session.ts";

/** An object's name in its bucket. */
export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

/** What a bucket tells of an object. */
export interface ObjectFacts {
  readonly lengthBytes: number;
  /** Without quotes. MD5 of the content, or `<MD5 of the parts' MD5s>-<parts>`. */
  readonly etag: string;
}

/** A part that has arrived. */
export interface UploadedPart {
  readonly partNumber: number;
  readonly lengthBytes: number;
  readonly etag: string;
}

/** An unfinished multipart upload. */
export interface MultipartUpload extends ObjectName {
  readonly uploadId: string;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Parts are sealed at the end of an upload, which may take the service longer than an ordinary call. */
const COMPLETE_TIMEOUT_MS = 10 * 60_000;

/**
 * The bucket endpoint, in the S3 dialect.
 *
 * Memory  one answer; contents of objects stream
 * Throws  ConnectionError, ApiError
 */
export class Buckets {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Makes sure that a bucket of one's own is there. */
  async ensure(bucket: string, options: CallOptions = {}): Promise<void> {
    try {
      await this.#session.text({ to: "buckets", method: "PUT", path: bucketPath(bucket), retry: "patient", ...options });
    } catch (error) {
      if (!(error instanceof ApiError && error.code === "BucketAlreadyOwnedByYou")) {
        throw error;
      }
    }
  }

  /** Answers an object's facts, or undefined when there is no such object. */
  async head(object: ObjectName, options: CallOptions = {}): Promise<ObjectFacts | undefined> {
    try {
      return factsOf(await this.#session.send({ to: "buckets", method: "HEAD", path: objectPath(object), ...options }));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) {
        return undefined;
      }
      throw error;
    }
  }

  /** Opens an object's content from `fromByte` on; `etag` makes sure that it is still the same object. */
  async get(object: ObjectName, range: { readonly fromByte: number; readonly etag: string }, options: CallOptions = {}): Promise<Response> {
    const headers = { "if-match": `"${range.etag}"`, ...(range.fromByte === 0 ? {} : { range: `bytes=${range.fromByte}-` }) };
    return this.#session.send({ to: "buckets", method: "GET", path: objectPath(object), headers, retry: "once", ...options });
  }

  /** Removes an object; harmless when there is none. */
  async delete(object: ObjectName, options: CallOptions = {}): Promise<void> {
    await this.#session.text({ to: "buckets", method: "DELETE", path: objectPath(object), ...options });
  }

  /** The newest unfinished upload of exactly this key. */
  async findUpload({ bucket, key }: ObjectName, options: CallOptions = {}): Promise<MultipartUpload | undefined> {
    const xml = await this.#session.text({
      to: "buckets",
      method: "GET",
      path: bucketPath(bucket),
      query: { uploads: "", prefix: key },
      ...options,
    });
    const uploads = xmlElements(xml, "Upload").map((upload) => ({
      key: xmlText(upload, "Key"),
      uploadId: xmlText(upload, "UploadId") ?? "",
      initiated: xmlText(upload, "Initiated") ?? "",
    }));
    const newest = uploads
      .filter((upload) => upload.key === key && upload.uploadId !== "")
      .sort((a, b) => b.initiated.localeCompare(a.initiated))[0];
    return newest === undefined ? undefined : { bucket, key, uploadId: newest.uploadId };
  }

  async startUpload(object: ObjectName, options: CallOptions = {}): Promise<MultipartUpload> {
    const xml = await this.#session.text({ to: "buckets", method: "POST", path: objectPath(object), query: { uploads: "" }, ...options });
    const uploadId = xmlText(xml, "UploadId");
    if (uploadId === undefined) {
      throw new SetupError("The bucket endpoint began an upload without naming it. Check that its address is that of an S3 service.");
    }
    return { ...object, uploadId };
  }

  /** Lists the parts that have arrived, ascending. */
  async parts(upload: MultipartUpload, options: CallOptions = {}): Promise<readonly UploadedPart[]> {
    const parts: UploadedPart[] = [];
    for (let marker = 0; ;) {
      const xml = await this.#session.text({
        to: "buckets",
        method: "GET",
        path: objectPath(upload),
        query: { uploadId: upload.uploadId, "max-parts": 1000, ...(marker === 0 ? {} : { "part-number-marker": marker }) },
        ...options,
      });
      const page = xmlElements(xml, "Part").map(readPart);
      parts.push(...page);
      const last = page.at(-1)?.partNumber ?? 0;
      if (xmlText(xml, "IsTruncated") !== "true" || last <= marker) {
        return parts;
      }
      marker = last;
    }
  }

  /** Sends one part, without trying again; answers its ETag. */
  async putPart(upload: MultipartUpload, partNumber: number, body: StreamedBody, options: CallOptions = {}): Promise<string> {
    const response = await this.#session.send({
      to: "buckets",
      method: "PUT",
      path: objectPath(upload),
      query: { partNumber, uploadId: upload.uploadId },
      body,
      retry: "once",
      ...options,
    });
    await response.body?.cancel();
    return etagOf(response);
  }

  /** Joins the parts to an object; answers its ETag. */
  async completeUpload(upload: MultipartUpload, parts: readonly UploadedPart[], options: CallOptions = {}): Promise<string> {
    const list = parts.map(({ partNumber, etag }) => `<Part><PartNumber>${partNumber}</PartNumber><ETag>"${etag}"</ETag></Part>`).join("");
    const xml = await this.#session.text({
      to: "buckets",
      method: "POST",
      path: objectPath(upload),
      query: { uploadId: upload.uploadId },
      headers: { "content-type": "application/xml" },
      body: `<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`,
      timeoutMs: COMPLETE_TIMEOUT_MS,
      ...options,
    });
    // The answer may begin before the outcome is known, so a failure can come with status 200.
    const [failure] = xmlElements(xml, "Error");
    if (failure !== undefined) {
      const refusal = {
        code: xmlText(failure, "Code") ?? "InternalError",
        message: xmlText(failure, "Message") ?? "",
        requestId: xmlText(failure, "RequestId"),
      };
      throw new ApiError(refusal, 500, `POST ${objectPath(upload)}`);
    }
    return unquote(xmlText(xml, "ETag") ?? "");
  }

  async abortUpload(upload: MultipartUpload, options: CallOptions = {}): Promise<void> {
    await this.#session.text({
      to: "buckets",
      method: "DELETE",
      path: objectPath(upload),
      query: { uploadId: upload.uploadId },
      ...options,
    });
  }
}

function bucketPath(bucket: string): string {
  return `/${encodeSegment(bucket)}`;
}

function objectPath({ bucket, key }: ObjectName): string {
  return `${bucketPath(bucket)}/${key.split("/").map(encodeSegment).join("/")}`;
}

/** RFC 3986: what `encodeURIComponent` leaves alone and signatures do not. */
function encodeSegment(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function readPart(xml: string): UploadedPart {
  return {
    partNumber: Number(xmlText(xml, "PartNumber")),
    lengthBytes: Number(xmlText(xml, "Size")),
    etag: unquote(xmlText(xml, "ETag") ?? ""),
  };
}

function factsOf(response: Response): ObjectFacts {
  const length = response.headers.get("content-length");
  if (length === null) {
    throw new SetupError("The bucket endpoint does not say how long an object is. Check that its address is that of an S3 service.");
  }
  return { lengthBytes: Number(length), etag: etagOf(response) };
}

function etagOf(response: Response): string {
  return unquote(response.headers.get("etag") ?? "");
}

function unquote(etag: string): string {
  return etag.replace(/^"|"$/g, "");
}
