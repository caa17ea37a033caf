import { imageFilterContract } from "../../ports/image-filter.contract.ts";
import { openSqlite } from "../sqlite/open-sqlite.ts";
import { sqlCatalog } from "./sql-catalog.ts";

imageFilterContract(async () => sqlCatalog(await openSqlite(":memory:")).images);
