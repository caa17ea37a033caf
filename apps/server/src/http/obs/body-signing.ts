import { ServiceError } from "@tintype/contract/service-error.ts";
import { ChunkSignatures } from "./sigv4/chunk-signatures.ts";
import type { SigningContext } from "./sigv4/signature.ts";

/** How the body of a request is sent, and what of it is signed. */
export type BodySigning =
  | { readonly kind: "plain"; /** Lower-case hex, when the digest was signed. */ readonly sha256?: string | undefined }
  | { readonly kind: "chunked"; readonly signatures?: ChunkSignatures | undefined; readonly takesTrailers: boolean };

/**
 * Reads the word that stands for the body in a signature.
 *
 * Throws  obs.InvalidDigest, obs.NotImplemented
 * Source  Amazon S3 API reference, "Authenticating requests", x-amz-content-sha256
 */
export function bodySigningOf(payloadHash: string, context: SigningContext, signature: string): BodySigning {
  switch (payloadHash) {
    case "UNSIGNED-PAYLOAD":
      return { kind: "plain" };
    case "STREAMING-UNSIGNED-PAYLOAD-TRAILER":
      return { kind: "chunked", takesTrailers: true };
    case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD":
      return { kind: "chunked", signatures: new ChunkSignatures(context, signature), takesTrailers: false };
    case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER":
      return { kind: "chunked", signatures: new ChunkSignatures(context, signature), takesTrailers: true };
    default:
      if (payloadHash.startsWith("STREAMING-")) {
        throw new ServiceError("obs.NotImplemented", { what: `A body of the kind ${payloadHash.slice(0, 60)}` });
      }
      if (!/^[0-9a-f]{64}$/.test(payloadHash)) {
        throw new ServiceError("obs.InvalidDigest", { header: "x-amz-content-sha256" });
      }
      return { kind: "plain", sha256: payloadHash };
  }
}
