/**
 * An upload in parts that becomes visible as a whole: an object of an S3 service, say. Parts are counted from 1; every part but the last has
 * `partSizeBytes`.
 */
export interface MultipartTarget {
  readonly partSizeBytes: number;
  /** How many parts there may be. Default 10,000, as S3 has it. */
  readonly maxParts?: number | undefined;
  /** Sends one part, in any order, several at a time. `bytes` change when the promise is settled. Each part is sent once: retries are the target's. */
  putPart(number: number, bytes: Uint8Array): Promise<void>;
  /** Joins the parts 1 to `partCount`, all of which were sent. */
  complete(partCount: number): Promise<void>;
  /** Drops all that was sent. */
  abort(): Promise<void>;
}
