import { memberCatalogContract } from "../../ports/member-catalog.contract.ts";
import { openSqlite } from "../sqlite/open-sqlite.ts";
import { sqlCatalog } from "./sql-catalog.ts";

memberCatalogContract(async () => sqlCatalog(await openSqlite(":memory:")));
