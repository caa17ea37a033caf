import type { DigestAlgorithm } from "../../ports/content-digests.ts";

/** What a digest thread is told. `session` is one content. Memory is shared: several threads may read one block at a time. */
export type DigestRequest =
  | { readonly kind: "start"; readonly session: number; readonly algorithms: readonly DigestAlgorithm[] }
  | {
      readonly kind: "update";
      readonly session: number;
      readonly block: number;
      readonly memory: SharedArrayBuffer;
      readonly lengthBytes: number;
    }
  | { readonly kind: "finish" | "drop"; readonly session: number };

/** What a digest thread tells: it is done with a block, or the content's digests. */
export type DigestReply =
  | { readonly kind: "free"; readonly session: number; readonly block: number }
  | { readonly kind: "done"; readonly session: number; readonly digests: readonly (readonly [DigestAlgorithm, string])[] };
