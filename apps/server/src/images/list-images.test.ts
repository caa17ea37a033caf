import assert from "node:assert/strict";
import { test } from "node:test";
import { openSqlite } from "../adapters/sqlite/open-sqlite.ts";
import { sqlCatalog } from "../adapters/sql/sql-catalog.ts";
import type { Catalog } from "../ports/catalog.ts";
import { anImage } from "../ports/image-catalog.contract.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { ImageId, ProjectId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import { principalOf } from "../testing/transfer-world.ts";
import { eachImage } from "./each-image.ts";
import { listImages } from "./list-images.ts";

const demo = "demo" as ProjectId;

/** Images named by their place, the last one first in lists. */
async function catalogOf(images: readonly Partial<ImageRecord>[]): Promise<Catalog> {
  const catalog = sqlCatalog(await openSqlite(":memory:"));
  for (const [index, image] of images.entries()) {
    await catalog.images.insert(anImage({ id: String(index) as ImageId, projectId: demo, createdAt: index, ...image }));
  }
  return catalog;
}

/** A user who may read images of one enterprise project alone. */
function readerIn(enterpriseProjectId: string): Principal {
  const { rights, ...principal } = principalOf("demo", "reader");
  const statements = rights.statements.map((statement) => ({ ...statement, enterpriseProjectId }));
  return { ...principal, rights: { ...rights, statements } };
}

async function pagesOf(catalog: Catalog, principal: Principal, limit: number): Promise<readonly string[]> {
  const pages: string[] = [];
  for (let after: string | undefined; ;) {
    const page = await listImages({ catalog }, principal, { filter: {}, page: { limit, ...(after !== undefined && { after }) } });
    if (page.length === 0) {
      return pages;
    }
    pages.push(page.map(({ id }) => id).join(""));
    after = page.at(-1)?.id;
  }
}

test("R-305: whoever has rights in one enterprise project lists its images, public ones, and full pages of them", async () => {
  const ours = { enterpriseProjectId: "e-1" };
  const others = { enterpriseProjectId: "e-2" };
  const isPublic = { projectId: "alt" as ProjectId, visibility: "public" } as const;
  const catalog = await catalogOf([ours, others, others, ours, isPublic, others, ours, others]);
  assert.deepEqual(await pagesOf(catalog, readerIn("e-1"), 2), ["64", "30"]);
  assert.deepEqual(await pagesOf(catalog, readerIn("e-1"), 100), ["6430"]);
  assert.deepEqual(await pagesOf(catalog, readerIn("e-3"), 2), ["4"]);
  assert.deepEqual(await pagesOf(catalog, principalOf("demo", "reader"), 3), ["765", "432", "10"]);
});

test("the pages of all images hold what the caller's rights cover", async () => {
  const catalog = await catalogOf([{ enterpriseProjectId: "e-1" }, { enterpriseProjectId: "e-2" }]);
  const pages = await Array.fromAsync(eachImage({ catalog }, readerIn("e-1"), "private"));
  assert.deepEqual(
    pages.flat().map(({ id }) => id),
    ["0"],
  );
});
