import type { BucketsTables } from "./buckets-tables.ts";
import type { IdentityTables } from "./identity-tables.ts";
import type { ImagesTables } from "./images-tables.ts";
import type { JobsTables } from "./jobs-tables.ts";
import type { MembersTables } from "./members-tables.ts";
import type { MetadefsTables } from "./metadefs-tables.ts";
import type { RecycleBinTables } from "./recycle-bin-tables.ts";
import type { RemovalsTables } from "./removals-tables.ts";
import type { TagsTables } from "./tags-tables.ts";
import type { TracesTables } from "./traces-tables.ts";
import type { UploadsTables } from "./uploads-tables.ts";

/** All tables of the catalog. */
export type Tables = IdentityTables &
  BucketsTables &
  ImagesTables &
  JobsTables &
  MembersTables &
  MetadefsTables &
  RecycleBinTables &
  RemovalsTables &
  TagsTables &
  TracesTables &
  UploadsTables;
