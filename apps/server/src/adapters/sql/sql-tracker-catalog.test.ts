import { trackerCatalogContract } from "../../ports/tracker-catalog.contract.ts";
import { openSqlite } from "../sqlite/open-sqlite.ts";
import { sqlTrackerCatalog } from "./sql-tracker-catalog.ts";

trackerCatalogContract(async () => sqlTrackerCatalog(await openSqlite(":memory:")));
