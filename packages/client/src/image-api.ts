import type { CallOptions } from "./buckets.ts";
import { ApiError } from "./errors/api-error.ts";
import { SetupError } from "./errors/setup-error.ts";
import { jsonObject, numberOf, textOf } from "./http/json-object.ts";
import type { JsonObject } from "./http/json-object.ts";
import type { Session } from "./session/session.ts";

/** An image that waits for its file. */
export interface NewImage {
  readonly name: string;
  readonly diskFormat: string;
  readonly containerFormat: string;
  readonly minDiskGiB: number;
  readonly tags: readonly string[];
}

/** An image of the Image API. */
export interface FileImage {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly diskFormat: string;
  readonly containerFormat: string;
  readonly minDiskGiB: number;
  readonly tags: readonly string[];
  /** Length of the file; undefined while there is none. */
  readonly sizeBytes: number | undefined;
  /** Digest of the file, hex, and its algorithm; undefined while there is no file. */
  readonly digest: { readonly algorithm: string; readonly value: string } | undefined;
}

/**
 * Images as files, through the OpenStack Image API.
 *
 * Throws  ConnectionError, ApiError
 */
export class ImageApi {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async create(image: NewImage, options: CallOptions = {}): Promise<FileImage> {
    const { name, diskFormat, containerFormat, minDiskGiB, tags } = image;
    const body = { name, disk_format: diskFormat, container_format: containerFormat, min_disk: minDiskGiB, tags };
    return readFileImage(jsonObject(await this.#session.json({ to: "image", method: "POST", path: "/v2/images", body, ...options })));
  }

  /** Undefined when there is no such image for the caller. */
  async get(id: string, options: CallOptions = {}): Promise<FileImage | undefined> {
    try {
      return readFileImage(jsonObject(await this.#session.json({ to: "image", method: "GET", path: pathOf(id), ...options })));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) {
        return undefined;
      }
      throw error;
    }
  }

  async delete(id: string, options: CallOptions = {}): Promise<void> {
    await this.#session.json({ to: "image", method: "DELETE", path: pathOf(id), ...options });
  }
}

const pathOf = (id: string): string => `/v2/images/${encodeURIComponent(id)}`;

function readFileImage(wire: JsonObject): FileImage {
  const id = textOf(wire, "id");
  if (id === undefined) {
    throw new SetupError("What was answered as an image is none. Check that the address is that of an image service.");
  }
  const [algorithm, value] = [textOf(wire, "os_hash_algo"), textOf(wire, "os_hash_value")];
  return {
    id,
    name: textOf(wire, "name") ?? "",
    status: textOf(wire, "status") ?? "",
    diskFormat: textOf(wire, "disk_format") ?? "",
    containerFormat: textOf(wire, "container_format") ?? "",
    minDiskGiB: numberOf(wire, "min_disk") ?? 0,
    tags: Array.isArray(wire["tags"]) ? wire["tags"].filter((tag) => typeof tag === "string") : [],
    sizeBytes: numberOf(wire, "size"),
    digest: algorithm === undefined || value === undefined ? undefined : { algorithm, value },
  };
}
