import type { TraceRecorder } from "../../audit/trace-recorder.ts";
import type { BucketsDeps } from "../../buckets/buckets-deps.ts";
import type { SignedRequest } from "../../identity/verify-signature.ts";
import type { Catalog } from "../../ports/catalog.ts";
import type { Principal } from "../../ports/principal.ts";
import type { ReadBody } from "../incoming-body.ts";

/** What the bucket endpoint works with. */
export interface ObsServices extends BucketsDeps {
  readonly catalog: Pick<Catalog, "buckets" | "removals" | "transaction" | "identity" | "enterpriseProjects">;
  readonly region: string;
  /** True where the store encrypts everything that has no key of its own. */
  readonly sealsEverything: boolean;
  /** Where `<bucket>.<domain>` names a bucket by host; buckets are named by path everywhere else. */
  readonly domain?: string | undefined;
  readonly readBody: ReadBody;
  readonly recorder: Pick<TraceRecorder, "recordCall">;
  /** Tells who sent a request that carries the service's own credentials: a token, or a signature of the kind SDK-HMAC-SHA256. */
  authenticate(request: SignedRequest): Promise<Principal>;
  /** Hears of every answer, for metrics. */
  onAnswered?(answered: { readonly operation: string; readonly status: number; readonly durationMs: number }): void;
}
