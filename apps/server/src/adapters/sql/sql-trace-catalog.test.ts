import { traceCatalogContract } from "../../ports/trace-catalog.contract.ts";
import { openSqlite } from "../sqlite/open-sqlite.ts";
import { sqlTraceCatalog } from "./sql-trace-catalog.ts";
import { sqlTrackerCatalog } from "./sql-tracker-catalog.ts";

traceCatalogContract(async () => {
  const db = await openSqlite(":memory:");
  return { traces: sqlTraceCatalog(db), trackers: sqlTrackerCatalog(db) };
});
