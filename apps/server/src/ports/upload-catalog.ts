import type { ObjectPart } from "./bucket-catalog.ts";
import type { ProjectId } from "./ids.ts";

/** What the bytes of a resumable upload become. */
export type UploadTarget =
  | { readonly kind: "object"; readonly bucket: string; readonly key: string; readonly contentType: string }
  | { readonly kind: "image"; readonly imageId: string };

/** A file that comes in pieces, over as many requests as it takes. Instants are milliseconds since 1970, UTC. */
export interface ResumableUpload {
  /** 32 hex digits. */
  readonly id: string;
  readonly projectId: ProjectId;
  readonly target: UploadTarget;
  /** Undefined until the client knows it. */
  readonly lengthBytes: number | undefined;
  /** So many bytes from the beginning are durable. */
  readonly offsetBytes: number;
  /** What the client wrote about the file, as it wrote it. */
  readonly metadata: string;
  readonly createdAt: number;
  /** Moves on with every piece. */
  readonly expiresAt: number;
  /** True when the file is where it was to go; the upload has no parts of its own any more. */
  readonly isComplete: boolean;
}

/** A stretch of a file that is durable, and where it begins. */
export interface UploadedPart extends ObjectPart {
  readonly offsetBytes: number;
}

/** Place in a list of uploads: behind this one. */
export type UploadPlace = Pick<ResumableUpload, "createdAt" | "id">;

/** Resumable uploads, and the parts of those that are not complete. Calls that change something are made in a transaction. */
export interface UploadCatalog {
  insert(upload: ResumableUpload): Promise<void>;
  get(id: string): Promise<ResumableUpload | undefined>;
  /** Number of uploads of a project that are not complete. */
  countUnfinished(projectId: ProjectId): Promise<number>;
  /** Uploads of a project that are not over by `now`, either complete or not: newest first, those behind `after`, at most `limit`. */
  list(
    projectId: ProjectId,
    page: { readonly isComplete: boolean; readonly now: number; readonly after?: UploadPlace | undefined; readonly limit: number },
  ): Promise<readonly ResumableUpload[]>;
  /** Says how long the file is. Answers undefined when that is known already, or the upload is gone or past it. */
  setLength(id: string, lengthBytes: number): Promise<ResumableUpload | undefined>;
  /** Adds a part. Answers undefined when the upload does not stand where the part begins, is complete, or is gone. */
  append(id: string, part: UploadedPart, expiresAt: number): Promise<ResumableUpload | undefined>;
  /** Ascending, without gaps. */
  parts(id: string): Promise<readonly UploadedPart[]>;
  /**
   * Puts one part in the place of those that begin within it. Answers these; undefined, with nothing done, when they do not cover just
   * the same bytes.
   */
  replaceParts(id: string, merged: UploadedPart): Promise<readonly UploadedPart[] | undefined>;
  /**
   * Marks an upload that stands at `offsetBytes` complete, of that length, and forgets its parts. Answers these; undefined, with nothing
   * done, when it stands elsewhere, is complete, or is gone.
   */
  complete(
    id: string,
    end: { readonly offsetBytes: number; readonly lengthBytes: number; readonly expiresAt: number },
  ): Promise<readonly UploadedPart[] | undefined>;
  /** Uploads whose time is over, complete ones too; the first due first. */
  expired(now: number, limit: number): Promise<readonly ResumableUpload[]>;
  /** Removes an upload; answers the parts that it had, or undefined when it is gone. */
  remove(id: string): Promise<readonly UploadedPart[] | undefined>;
}
