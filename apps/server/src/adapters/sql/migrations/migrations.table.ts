import type { QueryExecutorProvider, SchemaModule } from "kysely";
import { identity } from "./0001-identity.ts";
import { buckets } from "./0002-buckets.ts";
import { images } from "./0003-images.ts";
import { jobs } from "./0004-jobs.ts";
import { removals } from "./0005-removals.ts";
import { imageEncryption } from "./0006-image-encryption.ts";
import { imageLineage } from "./0007-image-lineage.ts";
import { permissions } from "./0008-permissions.ts";
import { imageMembers } from "./0009-image-members.ts";
import { traces } from "./0010-traces.ts";
import { imageLabels } from "./0011-image-labels.ts";
import { tagsAndEnterpriseProjects } from "./0012-tags-and-enterprise-projects.ts";
import { recycleBinAndPublicImages } from "./0014-recycle-bin-and-public-images.ts";
import { metadefs } from "./0015-metadefs.ts";
import { imageFiles } from "./0016-image-files.ts";
import { imageSelections } from "./0017-image-selections.ts";
import { resumableUploads } from "./0018-resumable-uploads.ts";
import { imageStores } from "./0019-image-stores.ts";
import { imageLocations } from "./0020-image-locations.ts";
import { objectEncryption } from "./0023-object-encryption.ts";
import { imageCounts } from "./0024-image-counts.ts";
import { failedRemovals } from "./0025-failed-removals.ts";

/** One step of the schema. It never changes once released; a mistake is mended by the next one. */
export interface Migration {
  readonly name: string;
  /** Written in SQL that both SQLite and PostgreSQL take. `db` is for what has to be copied: the tables of other versions have no types here. */
  up(schema: SchemaModule, db: QueryExecutorProvider): Promise<void>;
}

/** In order; the number of a migration is its place here, starting at 1. */
export const migrations: readonly Migration[] = [
  identity,
  buckets,
  images,
  jobs,
  removals,
  imageEncryption,
  imageLineage,
  permissions,
  imageMembers,
  traces,
  imageLabels,
  tagsAndEnterpriseProjects,
  recycleBinAndPublicImages,
  metadefs,
  imageFiles,
  imageSelections,
  resumableUploads,
  imageStores,
  imageLocations,
  objectEncryption,
  imageCounts,
  failedRemovals,
];
