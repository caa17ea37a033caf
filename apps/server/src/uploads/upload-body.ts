import type { DigestAlgorithm } from "../ports/content-digests.ts";

/** A digest that the sender of a body promised. */
export interface PromisedDigest {
  readonly algorithm: DigestAlgorithm;
  /** Lower-case hex. */
  readonly hex: string;
  /** What another one is refused with. */
  readonly code: "tus.checksumMismatch" | "identity.payloadMismatch";
}

/** The bytes of one request, on their way in. */
export interface UploadBody {
  /** As announced; undefined when it was not. */
  readonly lengthBytes: number | undefined;
  /** Each piece is good until the next one is asked for. Throws when its sender goes away before the end. */
  readonly pieces: AsyncIterable<Uint8Array>;
  /** Where there are any, nothing of the body counts before all of it came and has them. */
  readonly promised: readonly PromisedDigest[];
  /** Makes it break off. */
  cancel(): void;
}
