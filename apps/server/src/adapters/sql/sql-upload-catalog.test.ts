import { uploadCatalogContract } from "../../ports/upload-catalog.contract.ts";
import { openSqlite } from "../sqlite/open-sqlite.ts";
import { sqlCatalog } from "./sql-catalog.ts";

uploadCatalogContract(async () => sqlCatalog(await openSqlite(":memory:")).uploads);
