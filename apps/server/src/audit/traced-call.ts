import type { Principal } from "../ports/principal.ts";

/** What a handler says about its call, where the call itself does not show it: for the audit trail. */
export interface TracedCall {
  readonly resourceId?: string | undefined;
  readonly resourceName?: string | undefined;
  /** The job that was started. */
  readonly jobId?: string | undefined;
  /** Who called, where a call brings no credentials but a password. */
  readonly principal?: Principal | undefined;
}

/** The words for a call: the service, the kind of thing it changes, and the documented name of the operation. */
export interface TraceWords {
  readonly service: string;
  readonly resourceType: string;
  readonly name: string;
}

/** A call that was answered or refused, as the wire shows it. */
export interface AnsweredCall {
  readonly words: TraceWords;
  readonly traced: TracedCall | undefined;
  /** Undefined when nobody was known. */
  readonly principal: Principal | undefined;
  /** Of a signed call. */
  readonly accessKeyId: string | undefined;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  /** Body of the request as JSON, or its text when nobody has parsed it. */
  readonly body: unknown;
  /** Body of the answer; undefined when it had none, or none in JSON. */
  readonly answer: unknown;
  readonly status: number;
  readonly sourceIp: string;
  readonly requestId: string;
}
