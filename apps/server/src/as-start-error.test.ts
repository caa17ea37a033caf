import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { StoreError } from "@tintype/store/store-error.ts";
import { asStartError, withRemedy } from "./as-start-error.ts";
import { StartError } from "./start-error.ts";

const worded = (error: unknown) => asStartError(error, { catalog: "data/catalog.sqlite" });
const thrown = async (work: () => unknown): Promise<unknown> => {
  try {
    await work();
  } catch (error) {
    return error;
  }
  return assert.fail("nothing was thrown");
};

test("a catalog that finds no room or is none is named, with what to do", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "tintype-start-error-"));
  t.after(async () => rm(folder, { recursive: true, force: true }));
  using database = new DatabaseSync(join(folder, "full"));
  database.exec("pragma max_page_count=1");
  const full = await thrown(() => database.exec("create table t (x)"));
  assert.match(
    String(worded(full)),
    /^StartError: The catalog data\/catalog\.sqlite cannot be used \(.*full\)\. .*free some space there\.$/,
  );
  await writeFile(join(folder, "none"), "something else".repeat(100));
  using none = new DatabaseSync(join(folder, "none"));
  assert.match(
    String(worded(await thrown(() => none.exec("create table t (x)")))),
    /data\/catalog\.sqlite .* newest copy .*docs\/store-operations/,
  );
});

test("a file or folder that fails is named, with what to do", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "tintype-start-error-"));
  t.after(async () => rm(folder, { recursive: true, force: true }));
  const occupied = await thrown(async () => mkdir(folder));
  assert.match(String(worded(occupied)), new RegExp(`^StartError: .*'${folder}'\\)\\. Something else than a folder is in the way`));
  assert.match(String(worded(await thrown(async () => readFile(folder)))), /EISDIR.*A folder is where a file belongs/);
});

test("where closing fails as well, why the start failed is told", () => {
  const reason = new StartError("The port is taken.");
  assert.equal(worded(new SuppressedError(new Error("closing"), new SuppressedError(new Error("closing more"), reason))), reason);
});

test("what says enough by itself, and mistakes of the program, stay as they are", () => {
  for (const error of [new StartError("x"), new StoreError("store.full", "x"), new TypeError("x"), "text", undefined]) {
    assert.equal(worded(error), error);
  }
  assert.equal(withRemedy("It failed.", new Error("x")), "It failed.");
});
