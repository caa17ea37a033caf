import type { Kysely } from "kysely";
import type { Catalog } from "../../ports/catalog.ts";
import { sqlBlobRemovals } from "./sql-blob-removals.ts";
import { sqlBucketCatalog } from "./sql-bucket-catalog.ts";
import { sqlIdentityCatalog } from "./sql-identity-catalog.ts";
import { sqlImageCatalog } from "./sql-image-catalog.ts";
import { sqlJobRecords } from "./sql-job-records.ts";
import type { Tables } from "./tables.ts";

/** The catalog on an SQL database, through Kysely. */
export function sqlCatalog(db: Kysely<Tables>): Catalog {
  return {
    identity: sqlIdentityCatalog(db),
    buckets: sqlBucketCatalog(db),
    images: sqlImageCatalog(db),
    jobs: sqlJobRecords(db),
    removals: sqlBlobRemovals(db),
    transaction: (work) => db.transaction().execute((transaction) => work(sqlCatalog(transaction))),
  };
}
