import { tagQueryContract } from "../../ports/tag-query.contract.ts";
import { openSqlite } from "../sqlite/open-sqlite.ts";
import { sqlImageCatalog } from "./sql-image-catalog.ts";

tagQueryContract(async () => sqlImageCatalog(await openSqlite(":memory:")));
