import type { SchemaModule } from "kysely";
import { identity } from "./0001-identity.ts";
import { buckets } from "./0002-buckets.ts";
import { images } from "./0003-images.ts";
import { jobs } from "./0004-jobs.ts";
import { removals } from "./0005-removals.ts";
import { imageEncryption } from "./0006-image-encryption.ts";
import { imageLineage } from "./0007-image-lineage.ts";

/** One step of the schema. It never changes once released; a mistake is mended by the next one. */
export interface Migration {
  readonly name: string;
  /** Written in SQL that both SQLite and PostgreSQL take. */
  up(schema: SchemaModule): Promise<void>;
}

/** In order; the number of a migration is its place here, starting at 1. */
export const migrations: readonly Migration[] = [identity, buckets, images, jobs, removals, imageEncryption, imageLineage];
