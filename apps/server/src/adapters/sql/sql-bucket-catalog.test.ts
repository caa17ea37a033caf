import { bucketCatalogContract } from "../../ports/bucket-catalog.contract.ts";
import { openSqlite } from "../sqlite/open-sqlite.ts";
import { sqlBucketCatalog } from "./sql-bucket-catalog.ts";

bucketCatalogContract(async () => sqlBucketCatalog(await openSqlite(":memory:")));
