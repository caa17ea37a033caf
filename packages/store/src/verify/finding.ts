import type { BlobId } from "../blob-store.ts";

/** What a finding is about. */
export type FindingKind =
  /** The file that says what the store is. */
  | "format"
  /** A manifest. */
  | "manifest"
  /** A pack: it is missing, or does not tell what is in it. */
  | "pack"
  /** A chunk in a pack. */
  | "chunk"
  /** Chunks that a blob needs and that are in no pack. */
  | "blob"
  /** A file that is none of the store's. */
  | "file";

/** Something that is not as it should be. */
export interface Finding {
  /** `damage`: a blob cannot be read, or not once the chunk index is lost. `note`: nothing is lost. */
  readonly severity: "damage" | "note";
  readonly kind: FindingKind;
  /** Sentences for people: what, where, what to do. */
  readonly message: string;
  /** Name of the file in the backend. */
  readonly file?: string | undefined;
  /** Name of the chunk in hex, and where it lies in the file. */
  readonly chunk?: string | undefined;
  readonly offset?: number | undefined;
  /** Blobs that suffer, at most 100 of them by name. */
  readonly blobs: readonly BlobId[];
  readonly blobCount: number;
}

/** How far a verification has come, and at its end what it was in all. */
export interface VerifyTotals {
  readonly blobs: number;
  readonly packs: number;
  /** Chunks and lists that the packs hold, every copy counted. */
  readonly chunks: number;
  /** Bytes of payloads that were read and proven. */
  readonly bytesRead: number;
  /** Findings that are damage, and those that are notes. */
  readonly findings: number;
  readonly notes: number;
}
