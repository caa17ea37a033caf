import { identityCatalogContract } from "../../ports/identity-catalog.contract.ts";
import { openSqlite } from "../sqlite/open-sqlite.ts";
import { sqlIdentityCatalog } from "./sql-identity-catalog.ts";

identityCatalogContract(async () => sqlIdentityCatalog(await openSqlite(":memory:")));
