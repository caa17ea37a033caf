import type { DomainId, ProjectId } from "./ids.ts";

/** Where the files of a tracker go. */
export interface TracePlace {
  readonly bucket: string;
  /** First part of every file's name; may be empty. */
  readonly filePrefix: string;
  readonly compression: "gzip" | "none";
  /** Whether the path ends with the service's name, so that files are sorted by it. */
  readonly isSortedByService: boolean;
}

/** Traces on their way into files: what a tracker does again, in the same way, after a crash. */
export interface TraceBatch {
  /** The last trace of it. The first one is the one behind `savedTo`. */
  readonly upTo: number;
  readonly place: TracePlace;
  /** When it was begun: part of the files' names. */
  readonly begunAt: number;
}

/** What saves a project's traces. A project has one at most. */
export interface TrackerRecord {
  /** UUID. */
  readonly id: string;
  readonly projectId: ProjectId;
  readonly domainId: DomainId;
  readonly createdAt: number;
  readonly isEnabled: boolean;
  /** Undefined while nothing is saved. */
  readonly place: TracePlace | undefined;
  /** True when the tracker made its bucket. */
  readonly madeBucket: boolean;
  /** Why saving does not work, as it turned out the last time. */
  readonly problem: "noBucket" | undefined;
  /** Number of the last trace that lies in a file. */
  readonly savedTo: number;
  readonly batch: TraceBatch | undefined;
}

/** What an owner may change. */
export type TrackerChange = Partial<Pick<TrackerRecord, "isEnabled" | "place" | "madeBucket" | "problem">>;

/** Where trackers are kept. */
export interface TrackerCatalog {
  /** Throws DuplicateError when the project has one. */
  insert(tracker: TrackerRecord): Promise<void>;
  get(projectId: ProjectId): Promise<TrackerRecord | undefined>;
  /** A field that is there and undefined is emptied. */
  update(projectId: ProjectId, change: TrackerChange): Promise<TrackerRecord | undefined>;
  /** Answers whether there was one. */
  remove(projectId: ProjectId): Promise<boolean>;
  /** Trackers that are enabled and have a place, by project. */
  saving(): Promise<readonly TrackerRecord[]>;
  /** Begins a batch, unless the tracker has moved on from `savedTo` or has begun one. Answers whether it did. */
  beginBatch(tracker: Pick<TrackerRecord, "id" | "savedTo">, batch: TraceBatch): Promise<boolean>;
  /** Ends the batch that ends at `upTo`: its traces lie in files (`isSaved`), or it is given up. Answers whether it was there. */
  endBatch(id: string, upTo: number, isSaved: boolean): Promise<boolean>;
}
