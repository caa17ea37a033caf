import { SetupError } from "./errors/setup-error.ts";
import { jsonObject, jsonObjects, numberOf, textOf } from "./http/json-object.ts";
import type { CallOptions, ObjectName } from "./buckets.ts";
import { readImage } from "./image.ts";
import type { Image } from "./image.ts";
import type { Session } from "./session/session.ts";

/** Conditions that hold together. */
export interface ImageFilter {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly status?: string | undefined;
  readonly visibility?: string | undefined;
}

/** An image to be made from an object of a bucket. */
export interface ImageFromObject {
  readonly name: string;
  readonly object: ObjectName;
  readonly minDiskGiB: number;
  readonly osVersion?: string | undefined;
  readonly description?: string | undefined;
  readonly encryption?: Encryption | undefined;
  /** True for an installer disc (ISO), which is registered as it is. */
  readonly isDisc?: boolean | undefined;
  /** True to have the service delete the object once the image is there. */
  readonly deletesObject?: boolean | undefined;
}

/** That an image shall be encrypted, and with which key of the project: by its id, or with the default key that the service makes on demand. */
export type Encryption = { readonly keyId: string } | "defaultKey";

/** What a copy of an image shall be. */
export interface ImageCopy {
  /** `copy_` and the original's name when absent. */
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** Without it the copy is not encrypted, whatever the original is. */
  readonly encryption?: Encryption | undefined;
}

/** How many images the project has, and may have. */
export interface ImageQuota {
  readonly used: number;
  readonly limit: number;
}

const PAGE_LIMIT = 500;

/**
 * Images, through the IMS dialect.
 *
 * Throws  ConnectionError, ApiError
 */
export class Images {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * Lists images in the service's order, a page at a time as they are asked for.
   *
   * Memory  one page of at most 500 images
   */
  async *list(filter: ImageFilter = {}, options: CallOptions = {}): AsyncGenerator<Image> {
    const { visibility, ...rest } = filter;
    for (let marker: string | undefined; ;) {
      const query = { ...rest, visibility, marker, limit: PAGE_LIMIT };
      const page = jsonObjects(
        jsonObject(await this.#session.json({ method: "GET", path: "/v2/cloudimages", query, ...options }))["images"],
      );
      const images = page.map(readImage);
      yield* images;
      const last = images.at(-1)?.id;
      if (images.length < PAGE_LIMIT || last === undefined || last === marker) {
        return;
      }
      marker = last;
    }
  }

  /** Answers the image of that id, or undefined when there is none for this caller. */
  async get(id: string, options: CallOptions = {}): Promise<Image | undefined> {
    for await (const image of this.list({ id }, options)) {
      return image;
    }
    return undefined;
  }

  async quota(options: CallOptions = {}): Promise<ImageQuota | undefined> {
    const answer = jsonObject(await this.#session.json({ method: "GET", path: "/v1/cloudimages/quota", ...options }));
    const quota = jsonObjects(jsonObject(answer["quotas"])["resources"]).find((resource) => textOf(resource, "type") === "image");
    const [used, limit] = quota === undefined ? [] : [numberOf(quota, "used"), numberOf(quota, "quota")];
    return used === undefined || limit === undefined ? undefined : { used, limit };
  }

  /** Begins to make an image; answers the job's id. */
  async create(image: ImageFromObject, options: CallOptions = {}): Promise<string> {
    const body = {
      name: image.name,
      image_url: `${image.object.bucket}:${image.object.key}`,
      min_disk: image.minDiskGiB,
      ...(image.osVersion === undefined ? {} : { os_version: image.osVersion }),
      ...(image.description === undefined ? {} : { description: image.description }),
      ...(image.isDisc === true && { type: "IsoImage" }),
      ...(image.deletesObject === true && { delete_source: true }),
      ...encryptionFields(image.encryption),
    };
    return jobIdOf(await this.#session.json({ method: "POST", path: "/v2/cloudimages/action", body, ...options }));
  }

  /** Begins to copy an image within the region; answers the job's id. The job's result names the copy. */
  async copy(id: string, copy: ImageCopy, options: CallOptions = {}): Promise<string> {
    const { name, description, encryption } = copy;
    const body = {
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
      ...encryptionFields(encryption),
    };
    return jobIdOf(await this.#session.json({ method: "POST", path: `/v1/cloudimages/${encodeURIComponent(id)}/copy`, body, ...options }));
  }

  /** Begins to write an image into an object, as ZVHD2 the fast way; answers the job's id. */
  async export(id: string, target: { readonly object: ObjectName; readonly format: string }, options: CallOptions = {}): Promise<string> {
    const how = target.format === "zvhd2" ? { is_quick_export: true } : { file_format: target.format };
    const body = { bucket_url: `${target.object.bucket}:${target.object.key}`, ...how };
    return jobIdOf(await this.#session.json({ method: "POST", path: `/v1/cloudimages/${encodeURIComponent(id)}/file`, body, ...options }));
  }

  async delete(id: string, options: CallOptions = {}): Promise<void> {
    await this.#session.json({ method: "DELETE", path: `/v2/images/${encodeURIComponent(id)}`, ...options });
  }
}

function encryptionFields(encryption: Encryption | undefined): Readonly<Record<string, string>> {
  if (encryption === undefined) {
    return {};
  }
  return encryption === "defaultKey" ? { __system__encrypted: "1" } : { cmk_id: encryption.keyId };
}

function jobIdOf(answer: unknown): string {
  const id = textOf(jsonObject(answer), "job_id");
  if (id === undefined) {
    throw new SetupError("The service began a job without naming it. Check that the address is that of an image service.");
  }
  return id;
}
