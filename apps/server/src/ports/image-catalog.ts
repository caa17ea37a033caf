import type { BlobId } from "@tintype/store/blob-store.ts";
import type { ImageId, ProjectId } from "./ids.ts";

export type ImageStatus = "queued" | "saving" | "active" | "killed";
export type ImageVisibility = "private" | "shared" | "public";
/** What an image is for: a system disk, a data disk, an installer medium, a whole machine with all of its disks. */
export type ImageKind = "system" | "data" | "iso" | "whole";
export type OsType = "Linux" | "Windows" | "Other";
export type Architecture = "x86" | "arm";
export type Firmware = "bios" | "uefi";

/** One disk of an image: its content, kept in the store as the guest's bytes. */
export interface ImageDisk {
  readonly blobId: BlobId;
  readonly virtualSizeBytes: number;
  /** Bytes that are not zero. */
  readonly dataBytes: number;
}

/** How an image is encrypted: its disks have data keys that this master key of the key service wraps. It never changes. */
export interface ImageEncryption {
  readonly keyId: string;
}

/** What an image inherits from where its content came from: it decides what may be done with it for ever. */
export interface ImageLineage {
  /** Installed from an ISO image. */
  readonly fromIso?: true;
  /** Made from a server that was created from a market image. */
  readonly fromMarket?: true;
  /** Platform of the public image that it goes back to, e.g. `Windows`. */
  readonly fromPublicPlatform?: string;
}

/** One image, as every dialect sees it. Units are in the names; instants are milliseconds since 1970, UTC. */
export interface ImageRecord {
  readonly id: ImageId;
  readonly projectId: ProjectId;
  readonly name: string;
  readonly description: string;
  readonly status: ImageStatus;
  readonly visibility: ImageVisibility;
  readonly protected: boolean;
  readonly kind: ImageKind;
  readonly containerFormat: string;
  readonly diskFormat: string;
  readonly minDiskGiB: number;
  readonly minRamMiB: number;
  /** 0 when there is no ceiling. */
  readonly maxRamMiB: number;
  /** Empty until the content is in the store. */
  readonly disks: readonly ImageDisk[];
  readonly osType: OsType;
  readonly osBit: "32" | "64";
  readonly osVersion: string;
  readonly platform: string;
  readonly architecture: Architecture;
  readonly firmware: Firmware;
  /** Where it came from, e.g. `file,<bucket>:<object>` or `image,<image id>`; undefined when it has no such origin. */
  readonly origin: string | undefined;
  /** Format of the file it was imported from, decided by content. */
  readonly sourceFormat: string | undefined;
  readonly enterpriseProjectId: string;
  /** `key=value` or `key`. */
  readonly tags: readonly string[];
  /** Free attributes, names as the clients gave them. */
  readonly properties: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly activeAt: number | undefined;
  /** Undefined when the image is not encrypted. */
  readonly encryption: ImageEncryption | undefined;
  readonly lineage: ImageLineage;
  /** True while it is on sale in the market. */
  readonly isPublished: boolean;
  /** How many projects it is shared with, whatever they answered. Kept together with the rows of the members. */
  readonly memberCount: number;
}

export type ImageChange = Partial<Omit<ImageRecord, "id" | "projectId" | "createdAt" | "status" | "encryption">> & {
  readonly updatedAt: number;
};

export type MemberStatus = "pending" | "accepted" | "rejected";

/** A key, and the values it may have; no values stand for any. */
export interface TagCondition {
  readonly key: string;
  readonly values: readonly string[];
}

/** Which tags an image has. All parts hold together; a part that is absent or empty holds always. */
export interface TagQuery {
  /** Every one of these. */
  readonly all?: readonly TagCondition[];
  /** At least one of these. */
  readonly any?: readonly TagCondition[];
  /** Not every one of these. */
  readonly notAll?: readonly TagCondition[];
  /** None of these. */
  readonly notAny?: readonly TagCondition[];
  /** True for images without any tag; then the other parts do not count. */
  readonly none?: boolean;
}

export interface TimeCondition {
  readonly field: "createdAt" | "updatedAt";
  readonly operator: "gt" | "gte" | "lt" | "lte" | "eq" | "neq";
  /** Milliseconds since 1970, UTC; images are compared by their whole seconds, as they are shown. */
  readonly instant: number;
}

/** Fields that are selected by equality. */
export interface EqualFields extends Pick<
  ImageRecord,
  | "name"
  | "containerFormat"
  | "diskFormat"
  | "minDiskGiB"
  | "minRamMiB"
  | "osType"
  | "osBit"
  | "osVersion"
  | "platform"
  | "architecture"
  | "firmware"
  | "protected"
> {
  readonly id: string;
  readonly projectId: string;
}

/** Which images to list. All conditions hold together; `visibleTo` decides what exists for the caller. */
export interface ImageFilter extends Partial<EqualFields> {
  /** Own images of this project, public ones, and those it accepted from others; undefined sees all. */
  readonly visibleTo?: ProjectId;
  /** With `visibleTo`: instead of the accepted ones, those that others share with it and that it answered so. Own and public ones go. */
  readonly memberStatus?: MemberStatus;
  readonly status?: readonly ImageStatus[];
  readonly kind?: readonly ImageKind[];
  readonly visibility?: readonly ImageVisibility[];
  /** True for images with members, false for those without. */
  readonly hasMembers?: boolean;
  readonly encryptionKeyId?: string;
  /** In one of these enterprise projects. */
  readonly enterpriseProjectIds?: readonly string[];
  readonly nameContains?: string;
  readonly tags?: TagQuery;
  readonly times?: readonly TimeCondition[];
  /** Free attributes with exactly these values. */
  readonly properties?: Readonly<Record<string, string>>;
}

/** The order of a list. Images that are equal in `key` come newest first, then by id, descending. */
export interface ImageSort {
  readonly key: "createdAt" | "name" | "status" | "id" | "containerFormat" | "diskFormat";
  readonly direction: "asc" | "desc";
}

/** One page of a list: at most `limit` images after the image `after` (its id). Newest first unless `sort` says otherwise. */
export interface ImagePage {
  readonly after?: string;
  readonly limit: number;
  readonly sort?: ImageSort;
}

export interface ImageCatalog {
  /** Throws `DuplicateError` when the id is taken. */
  insert(image: ImageRecord): Promise<void>;
  get(id: ImageId): Promise<ImageRecord | undefined>;
  /** Answers undefined when `after` names no image that `visibleTo` may see. */
  list(filter: ImageFilter, page: ImagePage): Promise<readonly ImageRecord[] | undefined>;
  /** Number of images that count against a project's quota: all that it owns. */
  count(projectId: ProjectId): Promise<number>;
  update(id: ImageId, change: ImageChange): Promise<ImageRecord | undefined>;
  /** The one place where an image's status changes: only while it is one of `expected`. Answers undefined otherwise. */
  changeStatus(id: ImageId, expected: readonly ImageStatus[], status: ImageStatus, change: ImageChange): Promise<ImageRecord | undefined>;
  /** Removes the row while its status is one of `expected`; answers what was removed. */
  remove(id: ImageId, expected: readonly ImageStatus[]): Promise<ImageRecord | undefined>;
}
