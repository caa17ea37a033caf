import type { DigestAlgorithm } from "../ports/content-digests.ts";

/** A digest that the sender promised. */
export interface ExpectedDigest {
  readonly algorithm: DigestAlgorithm;
  /** Lower-case hex. */
  readonly hex: string;
  /** Name of the header or trailer that said so, for the error. */
  readonly header: string;
}

/** Content on its way in. */
export interface Payload {
  /** What the sender announced; a body of any other length is refused. */
  readonly lengthBytes: number;
  /** Each piece is good until the next one is asked for. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Algorithms that `expected` will name. */
  readonly algorithms: readonly DigestAlgorithm[];
  /** Asked when the body has ended, since trailers come last. */
  expected(): readonly ExpectedDigest[];
}
