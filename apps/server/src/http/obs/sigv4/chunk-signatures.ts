import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { emptySha256, isSameSignature, sha256Hex, sign } from "./signature.ts";
import type { SigningContext } from "./signature.ts";

/**
 * Verifies the signatures of a chunked body: each chunk is signed together with the signature before it, beginning with the
 * request's own.
 *
 * Source  Amazon S3 API reference, "Signature calculations: transferring payload in multiple chunks", with and without trailers
 */
export class ChunkSignatures {
  readonly #context: SigningContext;
  #previous: string;
  #hash: Hash = createHash("sha256");

  constructor(context: SigningContext, requestSignature: string) {
    this.#context = context;
    this.#previous = requestSignature;
  }

  /** Takes bytes of the chunk. SHA-256 in this thread: 0.6 ms for each MiB. */
  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  /** Ends the chunk; tells whether its signature is right. */
  endChunk(signature: string): boolean {
    const expected = sign(this.#context, "AWS4-HMAC-SHA256-PAYLOAD", this.#previous, emptySha256, this.#hash.digest("hex"));
    this.#hash = createHash("sha256");
    this.#previous = expected;
    return isSameSignature(expected, signature);
  }

  /** Tells whether the signature of the trailer is right. `lines` are `name:value`. */
  endTrailer(lines: readonly string[], signature: string): boolean {
    const trailer = lines.map((line) => `${line}\n`).join("");
    return isSameSignature(sign(this.#context, "AWS4-HMAC-SHA256-TRAILER", this.#previous, sha256Hex(trailer)), signature);
  }
}
