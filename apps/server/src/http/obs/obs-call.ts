import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import type { Payload } from "../../buckets/payload.ts";
import type { ObjectAddress } from "../../buckets/require-bucket.ts";
import type { Principal } from "../../ports/principal.ts";
import type { ObsAnswer } from "./obs-answer.ts";
import type { ObsRequest } from "./obs-request.ts";
import type { ObsServices } from "./obs-services.ts";

/** A request whose sender is known and may do what it asks. */
export interface ObsCall {
  readonly services: ObsServices;
  readonly request: ObsRequest;
  readonly principal: Principal;
  /** What the request is about; the key is empty when it is about a bucket. */
  readonly address: ObjectAddress;
  /** The body, checked against everything that was promised about it. Throws as `requestPayload` */
  payload(): Payload;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

/** One thing that can be asked of the endpoint, and how it is recognised. */
export interface Operation {
  /** As the S3 API calls it. */
  readonly name: string;
  readonly method: string;
  readonly about: "service" | "bucket" | "object";
  /** Query parameter that asks for it. */
  readonly parameter?: string;
  /** Header that asks for it, besides the parameter. */
  readonly header?: string;
  /** That it may say how the object shall be encrypted. */
  readonly takesEncryption?: true;
  /** What the audit trail calls it, where it leaves a trace. */
  readonly trace?: string;
  /** The right that it needs. */
  readonly action: Action;
  answer(call: ObsCall): Promise<ObsAnswer>;
}
