import { imageCatalogContract } from "../../ports/image-catalog.contract.ts";
import { openSqlite } from "../sqlite/open-sqlite.ts";
import { sqlImageCatalog } from "./sql-image-catalog.ts";

imageCatalogContract(async () => sqlImageCatalog(await openSqlite(":memory:")));
