import { metadefCatalogContract } from "../../ports/metadef-catalog.contract.ts";
import { openSqlite } from "../sqlite/open-sqlite.ts";
import { sqlMetadefCatalog } from "./sql-metadef-catalog.ts";

metadefCatalogContract(async () => sqlMetadefCatalog(await openSqlite(":memory:")));
