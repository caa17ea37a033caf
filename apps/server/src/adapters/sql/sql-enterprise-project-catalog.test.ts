import { enterpriseProjectCatalogContract } from "../../ports/enterprise-project-catalog.contract.ts";
import { openSqlite } from "../sqlite/open-sqlite.ts";
import { sqlEnterpriseProjectCatalog } from "./sql-enterprise-project-catalog.ts";

enterpriseProjectCatalogContract(async () => sqlEnterpriseProjectCatalog(await openSqlite(":memory:")));
