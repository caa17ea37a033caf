import { recycleBinContract } from "../../ports/recycle-bin.contract.ts";
import { openSqlite } from "../sqlite/open-sqlite.ts";
import { sqlCatalog } from "./sql-catalog.ts";

recycleBinContract(async () => sqlCatalog(await openSqlite(":memory:")));
