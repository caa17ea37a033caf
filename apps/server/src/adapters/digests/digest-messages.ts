import type { DigestAlgorithm } from "../../ports/content-digests.ts";

/** What a digest thread is told. `session` is one content. Blocks travel without being copied. */
export type DigestRequest =
  | { readonly kind: "start"; readonly session: number; readonly algorithms: readonly DigestAlgorithm[] }
  | { readonly kind: "update"; readonly session: number; readonly block: ArrayBuffer; readonly lengthBytes: number }
  | { readonly kind: "finish" | "drop"; readonly session: number };

/** What a digest thread tells: a block is free again, or the content's digests. */
export type DigestReply =
  | { readonly kind: "free"; readonly session: number; readonly block: ArrayBuffer }
  | { readonly kind: "done"; readonly session: number; readonly digests: readonly (readonly [DigestAlgorithm, string])[] };
