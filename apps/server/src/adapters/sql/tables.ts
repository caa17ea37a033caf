import type { BucketsTables } from "./buckets-tables.ts";
import type { IdentityTables } from "./identity-tables.ts";
import type { ImagesTables } from "./images-tables.ts";
import type { JobsTables } from "./jobs-tables.ts";
import type { RemovalsTables } from "./removals-tables.ts";

/** All tables of the catalog. */
export type Tables = IdentityTables & BucketsTables & ImagesTables & JobsTables & RemovalsTables;
