import { chunkSizeHeader, chunkStream, offsetStream, tusVersion, uploadsPath } from "@tintype/contract/tus/tus-protocol.ts";
import type { CallOptions } from "../buckets.ts";
import { ApiError } from "../errors/api-error.ts";
import { SetupError } from "../errors/setup-error.ts";
import { jsonObject, jsonObjects, textOf } from "../http/json-object.ts";
import type { Session, StreamedBody } from "../session/session.ts";

/** An upload, as it is listed. */
export interface ListedUpload {
  readonly id: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Where an upload stands. */
export interface UploadState {
  readonly id: string;
  readonly offsetBytes: number;
  /** Length of the chunks that can be asked about; undefined where the service keeps none. */
  readonly chunkBytes: number | undefined;
}

const pageLimit = 100;
/** Questions of a project wait for each other. */
const wantedTimeoutMs = 600_000;
const tus = { "tus-resumable": tusVersion };

/**
 * Resumable uploads, with what our own API adds to them.
 *
 * Throws  ConnectionError, ApiError
 * Source  tus resumable upload protocol 1.0.0
 */
export class Uploads {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * Lists the project's uploads, newest first.
   *
   * Memory  one page of at most 100 uploads
   */
  async *list(state: "unfinished" | "complete", options: CallOptions = {}): AsyncGenerator<ListedUpload, void, undefined> {
    for (let cursor: string | undefined; ;) {
      const page = jsonObject(
        await this.#session.json({ method: "GET", path: uploadsPath, query: { state, limit: pageLimit, cursor }, ...options }),
      );
      for (const upload of jsonObjects(page["uploads"])) {
        const metadata = Object.entries(jsonObject(upload["metadata"])).filter(
          (pair): pair is [string, string] => typeof pair[1] === "string",
        );
        yield { id: textOf(upload, "id") ?? "", metadata: Object.fromEntries(metadata) };
      }
      const next = textOf(page, "nextCursor");
      if (next === undefined || next === cursor) {
        return;
      }
      cursor = next;
    }
  }

  /** Begins an upload; `metadata` says where the file goes. Answers its id. */
  async create(
    { lengthBytes, metadata }: { readonly lengthBytes: number; readonly metadata: Readonly<Record<string, string>> },
    options: CallOptions = {},
  ): Promise<string> {
    const pairs = Object.entries(metadata).map(([name, value]) => `${name} ${Buffer.from(value).toString("base64")}`);
    const headers = { ...tus, "upload-length": String(lengthBytes), "upload-metadata": pairs.join(",") };
    const response = await this.#session.send({ to: "api", method: "POST", path: uploadsPath, headers, ...options });
    await response.body?.cancel();
    const id = /\/([0-9a-f]+)$/.exec(response.headers.get("location") ?? "")?.[1];
    if (id === undefined) {
      throw new SetupError("The service began an upload without naming it. Check that the address is that of a Tintype service.");
    }
    return id;
  }

  /** Undefined when the upload is gone, or its time is over. Who asks tries again, and tells of it. */
  async state(id: string, options: CallOptions = {}): Promise<UploadState | undefined> {
    try {
      const { headers } = await this.#session.send({
        to: "api",
        method: "HEAD",
        path: pathOf(id),
        headers: tus,
        retry: "once",
        ...options,
      });
      const [offset, chunk] = [headers.get("upload-offset"), headers.get(chunkSizeHeader)];
      if (offset === null) {
        throw new SetupError("The service does not tell where an upload stands. Check that the address is that of a Tintype service.");
      }
      return { id, offsetBytes: Number(offset), chunkBytes: chunk === null ? undefined : Number(chunk) };
    } catch (error) {
      if (isGone(error)) {
        return undefined;
      }
      throw error;
    }
  }

  /** Asks which of some chunks are to be sent. It changes nothing, so it may be asked again. */
  async wanted(
    id: string,
    offer: { readonly offset: number; readonly digests: readonly string[] },
    options: CallOptions = {},
  ): Promise<readonly number[]> {
    const { offset, digests } = offer;
    const call = { method: "POST", path: `${pathOf(id)}/wanted`, timeoutMs: wantedTimeoutMs } as const;
    const answer = jsonObject(await this.#session.json({ ...call, body: { offset, digests }, ...options }));
    const { wanted } = answer;
    if (!Array.isArray(wanted)) {
      throw new SetupError("What was answered about wanted chunks is no list. Check that the address is that of a Tintype service.");
    }
    return wanted.filter((index) => typeof index === "number");
  }

  /** Sends more of a file, as bytes or as records. Answers where the upload stands then. */
  async send(
    id: string,
    part: { readonly offset: number; readonly body: StreamedBody; readonly as: "bytes" | "records" },
    options: CallOptions = {},
  ): Promise<number> {
    const { offset, body, as } = part;
    const headers = { ...tus, "upload-offset": String(offset), "content-type": as === "records" ? chunkStream : offsetStream };
    const response = await this.#session.send({ to: "api", method: "PATCH", path: pathOf(id), headers, body, ...options });
    await response.body?.cancel();
    return Number(response.headers.get("upload-offset") ?? Number.NaN);
  }

  /** Ends an upload; harmless when it is gone. What a complete one has become stays. */
  async delete(id: string, options: CallOptions = {}): Promise<void> {
    try {
      const response = await this.#session.send({ to: "api", method: "DELETE", path: pathOf(id), headers: tus, ...options });
      await response.body?.cancel();
    } catch (error) {
      if (!isGone(error)) {
        throw error;
      }
    }
  }
}

const isGone = (error: unknown): boolean => error instanceof ApiError && (error.status === 404 || error.status === 410);
const pathOf = (id: string): string => `${uploadsPath}/${encodeURIComponent(id)}`;
