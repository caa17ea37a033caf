import type { Kysely } from "kysely";
import type { Catalog } from "../../ports/catalog.ts";
import { sqlBlobRemovals } from "./sql-blob-removals.ts";
import { sqlBucketCatalog } from "./sql-bucket-catalog.ts";
import { sqlEnterpriseProjectCatalog } from "./sql-enterprise-project-catalog.ts";
import { sqlIdentityCatalog } from "./sql-identity-catalog.ts";
import { sqlImageCatalog } from "./sql-image-catalog.ts";
import { sqlJobRecords } from "./sql-job-records.ts";
import { sqlMemberCatalog } from "./sql-member-catalog.ts";
import { sqlMetadefCatalog } from "./sql-metadef-catalog.ts";
import { sqlPredefinedTagCatalog } from "./sql-predefined-tag-catalog.ts";
import { sqlPublicImageChanges } from "./sql-public-image-changes.ts";
import { sqlRecycleBin } from "./sql-recycle-bin.ts";
import { sqlTraceCatalog } from "./sql-trace-catalog.ts";
import { sqlTrackerCatalog } from "./sql-tracker-catalog.ts";
import { sqlUploadCatalog } from "./sql-upload-catalog.ts";
import type { Tables } from "./tables.ts";

/** The catalog on an SQL database, through Kysely. Everything is durable at once; an adapter that gains by less does better. */
export function sqlCatalog(db: Kysely<Tables>): Catalog {
  return {
    identity: sqlIdentityCatalog(db),
    buckets: sqlBucketCatalog(db),
    images: sqlImageCatalog(db),
    members: sqlMemberCatalog(db),
    metadefs: sqlMetadefCatalog(db),
    recycleBin: sqlRecycleBin(db),
    publicImageChanges: sqlPublicImageChanges(db),
    jobs: sqlJobRecords(db),
    removals: sqlBlobRemovals(db),
    enterpriseProjects: sqlEnterpriseProjectCatalog(db),
    predefinedTags: sqlPredefinedTagCatalog(db),
    traces: sqlTraceCatalog(db),
    trackers: sqlTrackerCatalog(db),
    uploads: sqlUploadCatalog(db),
    transaction: (work) => db.transaction().execute((transaction) => work(sqlCatalog(transaction))),
    leadingTransaction: (work) => db.transaction().execute((transaction) => work(sqlCatalog(transaction))),
    flush: async () => {},
  };
}
