import { predefinedTagCatalogContract } from "../../ports/predefined-tag-catalog.contract.ts";
import { openSqlite } from "../sqlite/open-sqlite.ts";
import { sqlPredefinedTagCatalog } from "./sql-predefined-tag-catalog.ts";

predefinedTagCatalogContract(async () => sqlPredefinedTagCatalog(await openSqlite(":memory:")));
