import type { ProjectId } from "./ids.ts";

/** Who did something; undefined where nobody was known. */
export interface TraceUser {
  readonly id: string;
  readonly name: string;
  readonly domainId: string;
  readonly domainName: string;
  /** When the call was signed. */
  readonly accessKeyId?: string;
  /** When the caller acts for another account. */
  readonly agency?: string;
}

/**
 * One thing that was done or tried: who, what, to what, from where, with what result. It never changes.
 *
 * Units  instants in milliseconds since 1970, UTC
 */
export interface TraceRecord {
  /** UUID. */
  readonly id: string;
  /** Undefined for calls of nobody known, or outside any project: those are for the operator. */
  readonly projectId: ProjectId | undefined;
  readonly at: number;
  /** Who acted: a caller, or the service on its behalf. */
  readonly kind: "call" | "service";
  readonly rating: TraceRating;
  /** `IMS` */
  readonly service: string;
  /** `image` */
  readonly resourceType: string;
  /** `deleteImage` */
  readonly name: string;
  /** Empty when there is none. */
  readonly resourceId: string;
  /** Empty when it is not known. */
  readonly resourceName: string;
  readonly user: TraceUser | undefined;
  /** The job that the call started, or that failed. */
  readonly jobId: string | undefined;
  /** Empty for what the service did by itself. */
  readonly sourceIp: string;
  /** HTTP status of the answer. */
  readonly status: number | undefined;
  /** As the answer named it; empty when there was no refusal. */
  readonly errorCode: string;
  /** Body of the request: JSON without secrets, at most 4 KiB. */
  readonly request: string;
  /** Body of the answer, likewise. */
  readonly response: string;
  /** A sentence about it, if there is one. */
  readonly message: string;
  readonly requestId: string;
  /** `v2.1` */
  readonly apiVersion: string;
  /** Method and path. */
  readonly location: string;
}

/** How bad the result was: done, refused, failed. */
export type TraceRating = "normal" | "warning" | "incident";

/** Which traces to list. All conditions hold together. */
export interface TraceFilter {
  readonly projectId: ProjectId;
  /** Also those of no project. */
  readonly withUnassigned: boolean;
  /** From this instant on. */
  readonly from: number;
  /** Up to this instant, itself included. */
  readonly to: number;
  readonly id?: string | undefined;
  readonly service?: string | undefined;
  readonly resourceType?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly resourceName?: string | undefined;
  readonly name?: string | undefined;
  readonly rating?: TraceRating | undefined;
  readonly userName?: string | undefined;
}

/** At most `limit` traces, behind the one named `after`. */
export interface TracePage {
  readonly after?: string | undefined;
  readonly limit: number;
}

/** A trace with its place in the order in which traces became durable. */
export interface NumberedTrace {
  readonly number: number;
  readonly trace: TraceRecord;
}

/**
 * Where traces are kept. Every trace has a number; numbers become visible in ascending order, so that whoever has seen one has seen
 * all below it.
 */
export interface TraceCatalog {
  /** Durable when it returns. A trace whose id is there already is left as it was. */
  append(traces: readonly TraceRecord[]): Promise<void>;
  /** Newest first. Undefined when `after` is not among what the filter lets see, its conditions on the trace itself aside. */
  list(filter: TraceFilter, page: TracePage): Promise<readonly TraceRecord[] | undefined>;
  /** The call that started a job. */
  callOfJob(jobId: string): Promise<TraceRecord | undefined>;
  /** The highest number that was given; 0 when there was none. */
  lastNumber(): Promise<number>;
  /** A project's traces in ascending order: with numbers above `after` and up to `upTo`. */
  numbered(projectId: ProjectId, range: { after: number; upTo: number; limit: number }): Promise<readonly NumberedTrace[]>;
  /**
   * Removes traces that were made before an instant: `before` in general, `unsavedBefore` where an enabled tracker with a bucket has not
   * saved them yet. Answers how many went of each kind.
   */
  prune(instants: { before: number; unsavedBefore: number }): Promise<{ readonly removed: number; readonly unsaved: number }>;
}
