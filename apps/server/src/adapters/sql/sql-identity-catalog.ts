import type { Kysely } from "kysely";
import type { IdentityCatalog } from "../../ports/identity-catalog.ts";
import { sqlIdentityCredentials } from "./sql-identity-credentials.ts";
import { sqlIdentityDirectory } from "./sql-identity-directory.ts";
import { sqlIdentityRights } from "./sql-identity-rights.ts";
import type { Tables } from "./tables.ts";

/** Who there is and who may do what, in an SQL database. */
export function sqlIdentityCatalog(db: Kysely<Tables>): IdentityCatalog {
  return { ...sqlIdentityDirectory(db), ...sqlIdentityRights(db), ...sqlIdentityCredentials(db) };
}
