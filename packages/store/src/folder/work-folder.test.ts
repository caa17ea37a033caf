import assert from "node:assert/strict";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { WorkFolder } from "./work-folder.ts";

describe("the work folder of a store", () => {
  it("is created with its parents, and held by one at a time", async () => {
    await using folder = await temporaryFolder();
    const root = join(folder.path, "some", "where");
    {
      await using _opened = await WorkFolder.open(root);
      await assert.rejects(WorkFolder.open(root), { code: "store.locked" });
    }
    assert.deepEqual((await readdir(root)).sort(), ["lock", "tmp"]);
    await using _again = await WorkFolder.open(root);
  });

  it("loses what is unfinished when it is opened", async () => {
    await using folder = await temporaryFolder();
    {
      await using _created = await WorkFolder.open(folder.path);
    }
    await writeFile(join(folder.path, "tmp", "unfinished.pack"), "x");
    await using opened = await WorkFolder.open(folder.path);
    assert.deepEqual(await readdir(join(folder.path, "tmp")), []);
    assert.equal(opened.tmpPath("a"), join(folder.path, "tmp", "a"));
  });
});
