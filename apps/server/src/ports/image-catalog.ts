import type { DiskFormat } from "@tintype/disk/core/disk-format.ts";
import type { Json } from "@tintype/jobs/job-record.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import type { ImageId, ProjectId } from "./ids.ts";

/**
 * Where an image stands: waiting for content; content on its way, also to where it waits for its import; being imported; usable; put out
 * of use for a while; failed for ever. One that is `active elsewhere` has its content at its locations, and not here: it is fetched when it is
 * read first. The word comes right behind `active` in the order of lists.
 */
export const imageStatuses = ["queued", "saving", "uploading", "importing", "active", "active elsewhere", "deactivated", "killed"] as const;
export type ImageStatus = (typeof imageStatuses)[number];
/** Community images can be used by everyone who knows them, and are listed only where they are asked for. */
export type ImageVisibility = "private" | "shared" | "community" | "public";
/**
 * What an image is for: a system disk of a server, one of a bare-metal machine, a data disk, an installer medium, a whole machine with all
 * of its disks.
 */
export type ImageKind = "system" | "bareMetal" | "data" | "iso" | "whole";
export type OsType = "Linux" | "Windows" | "Other";
export type Architecture = "x86" | "arm";
export type Firmware = "bios" | "uefi";

/** One disk of an image. */
export interface ImageDisk {
  readonly blobId: BlobId;
  /** Format of the file that the blob holds, decided by content once and for ever; absent where the blob is the disk's content itself. */
  readonly format?: DiskFormat;
  readonly virtualSizeBytes: number;
  /** Bytes that are not zero. */
  readonly dataBytes: number;
  /** Length of the file that the image is given as, where it has none that was uploaded; absent where that is not known. */
  readonly fileBytes?: number;
}

/** The file that an image was uploaded as, and comes back as, bit for bit. Its bytes are those of the first disk's blob. */
export interface ImageFile {
  readonly lengthBytes: number;
  /** Hex. */
  readonly md5: string;
  readonly digest: { readonly algorithm: "sha256" | "sha512"; /** Hex. */ readonly value: string };
}

/** A place, outside of this service, that its owner named for an image's content. */
export interface ImageLocation {
  readonly url: string;
  /** What its owner noted about it. */
  readonly metadata: { readonly [name: string]: Json };
}

/** Digests, in small hexadecimal letters, by their algorithms. */
export type PromisedDigests = Partial<Readonly<Record<"md5" | "sha1" | "sha256" | "sha512", string>>>;

/** What was said of an image's content before it was here. It is believed of no byte: the content must keep it when it comes. */
export interface ContentPromise {
  /** Absent when the place did not say. */
  readonly lengthBytes?: number;
  readonly digests: PromisedDigests;
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
  /** Goes back to an image that is charged for. */
  readonly isCharged?: true;
  /** Platform of the public image that it goes back to, e.g. `Windows`. */
  readonly fromPublicPlatform?: string;
  /** For an image of a whole machine: which service keeps the backup that it was made from, and whether that was shared by another project. */
  readonly backup?: { readonly service: "CBR" | "CSBS"; readonly isShared?: true };
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
  /** Names of the stores that hold its content; empty where it has none. Kept by whoever stores, copies or removes the content. */
  readonly stores: readonly string[];
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
  /** True when lists leave it out unless hidden ones are asked for. */
  readonly isHidden: boolean;
  /** Undefined for images that were not uploaded as a file to be kept: then they are the contents of their disks. */
  readonly file: ImageFile | undefined;
  /** Where its content lies as long as it is active elsewhere, the first choice first; from then on, where it came from. */
  readonly locations: readonly ImageLocation[];
  /** Undefined for an image that never was active elsewhere. */
  readonly promised: ContentPromise | undefined;
}

export type ImageChange = Partial<Omit<ImageRecord, "id" | "createdAt" | "status" | "encryption">> & {
  readonly updatedAt: number;
};

export type MemberStatus = "pending" | "accepted" | "rejected";

/** A key, and the values it may have; no values stand for any. */
export interface TagCondition {
  readonly key: string;
  readonly values: readonly string[];
}

/**
 * Which tags an image has. All parts hold together; a part that is absent or empty holds always. An image has a key once; where it came
 * twice, the last one counts.
 */
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

/** Amounts that are selected by their bounds, both included; an image that has no such amount is outside of all bounds. */
export interface AmountCondition {
  /** `fileBytes` is the length of the file that the image was uploaded as, or that is promised, `virtualBytes` the size of its first disk. */
  readonly field: "fileBytes" | "virtualBytes" | "minDiskGiB" | "minRamMiB";
  readonly least?: number;
  readonly most?: number;
}

/** Digests of the file that an image was uploaded as, hexadecimal in small letters; other words select nothing. */
export interface FileCondition {
  readonly md5?: string;
  readonly algorithm?: string;
  readonly digest?: string;
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
  | "description"
  | "origin"
> {
  readonly id: string;
  readonly projectId: string;
}

/** Which images to list. All conditions hold together; `visibleTo` decides what exists for the caller. */
export interface ImageFilter extends Partial<EqualFields> {
  /** Own images of this project, public ones, and those it accepted from others; undefined sees all. */
  readonly visibleTo?: ProjectId;
  /** With `visibleTo`: which of those that others share with it exist for it, by what it answered. Accepted ones when it is absent. */
  readonly sharedAs?: MemberStatus | "any";
  /** Whose community images are selected: with `visibleTo`, those of others too; without it, those of this project alone. */
  readonly community?: "all" | { readonly onlyOf: ProjectId };
  /** With `visibleTo`: instead of the accepted ones, those that others share with it and that it answered so. Own and public ones go. */
  readonly memberStatus?: MemberStatus | "any";
  readonly status?: readonly ImageStatus[];
  readonly kind?: readonly ImageKind[];
  readonly visibility?: readonly ImageVisibility[];
  /** True for images with members, false for those without; members of an image count while its visibility is `shared`. */
  readonly hasMembers?: boolean;
  readonly encryptionKeyId?: string;
  readonly isEncrypted?: boolean;
  /** In one of these enterprise projects. */
  readonly enterpriseProjectIds?: readonly string[];
  /** Capital and small ASCII letters are the same. */
  readonly nameContains?: string;
  readonly tags?: TagQuery;
  readonly times?: readonly TimeCondition[];
  /** Fields that have one of these values. */
  readonly oneOf?: Partial<Record<"id" | "name" | "containerFormat" | "diskFormat", readonly string[]>>;
  readonly isHidden?: boolean;
  readonly amounts?: readonly AmountCondition[];
  readonly file?: FileCondition;
  /** Free attributes with exactly these values. */
  readonly properties?: Readonly<Record<string, string>>;
}

/** The order of a list. Images that are equal in `key` come newest first, then by id, descending. Without a file comes before the empty file. */
export interface ImageSort {
  readonly key: "createdAt" | "updatedAt" | "name" | "status" | "id" | "containerFormat" | "diskFormat" | "fileBytes";
  readonly direction: "asc" | "desc";
}

/** One page of a list: at most `limit` images after the image `after` (its id). Newest first unless `sort` says otherwise. */
export interface ImagePage {
  readonly after?: string;
  /** So many images are passed over first, behind `after`; none when it is absent. */
  readonly offset?: number;
  readonly limit: number;
  readonly sort?: ImageSort;
  /** What orders images that are equal in `sort`, before the rules of every list do. */
  readonly thenBy?: readonly ImageSort[];
}

/** What the images of a project take, in bytes of their files, or of the data of their disks where there is no file. */
export interface ContentUsage {
  /** Of those whose content can be used. */
  readonly storedBytes: number;
  /** Of files that wait for their import. */
  readonly stagedBytes: number;
  /** Number of images that a file is on its way to. */
  readonly incoming: number;
}

/** How many images lie in exactly these stores. */
export interface ImagesInStores {
  readonly stores: readonly string[];
  readonly images: number;
}

export interface ImageCatalog {
  /** Answers how many images its project owns with it, as `count` does. Throws `DuplicateError` when the id is taken. */
  insert(image: ImageRecord): Promise<number>;
  get(id: ImageId): Promise<ImageRecord | undefined>;
  /** Answers undefined when `after` names no image that `visibleTo` may see. */
  list(filter: ImageFilter, page: ImagePage): Promise<readonly ImageRecord[] | undefined>;
  /** Number of images that count against a project's quota: all that it owns. */
  count(projectId: ProjectId): Promise<number>;
  /** What a project's images take. Reads a row for each of them. */
  usage(projectId: ProjectId): Promise<ContentUsage>;
  /** How many images lie in which stores, those that lie in none left out. Looks at every row. */
  countByStores(): Promise<readonly ImagesInStores[]>;
  /** Number of images that a filter selects. */
  countMatching(filter: ImageFilter): Promise<number>;
  /** The tags of the images that a filter selects, each once, as the images keep them, in the order of their code units. */
  tags(filter: ImageFilter): Promise<readonly string[]>;
  update(id: ImageId, change: ImageChange): Promise<ImageRecord | undefined>;
  /** The one place where an image's status changes: only while it is one of `expected`. Answers undefined otherwise. */
  changeStatus(id: ImageId, expected: readonly ImageStatus[], status: ImageStatus, change: ImageChange): Promise<ImageRecord | undefined>;
  /** Tells whether an image has, or ever had, this id. */
  wasUsed(id: string): Promise<boolean>;
  /** Removes the row while its status is one of `expected`; answers what was removed. Its id stays known. */
  remove(id: ImageId, expected: readonly ImageStatus[]): Promise<ImageRecord | undefined>;
}
