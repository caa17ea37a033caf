import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { StoreFolder } from "./store-folder.ts";

const format = { chunkSizeBytes: 8192 };

describe("the folder of a store", () => {
  it("is created with its parents, and keeps the chunk size that it was created with", async () => {
    await using folder = await temporaryFolder();
    const root = join(folder.path, "some", "where");
    {
      await using created = await StoreFolder.open(root, format);
      assert.deepEqual(created.format, format);
    }
    assert.deepEqual((await readdir(root)).sort(), ["FORMAT", "lock", "manifests", "packs", "tmp"]);
    await using opened = await StoreFolder.open(root, { chunkSizeBytes: 4096 });
    assert.deepEqual(opened.format, format);
  });

  it("is accepted half created: locked, with tmp, without FORMAT", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "lock"), "");
    await mkdir(join(folder.path, "tmp"));
    await writeFile(join(folder.path, "tmp", "FORMAT"), "{");
    await using opened = await StoreFolder.open(folder.path, format);
    assert.deepEqual(opened.format, format);
  });

  it("is refused, and left untouched, when it holds something else", async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, "tmp"));
    await writeFile(join(folder.path, "tmp", "precious"), "");
    await writeFile(join(folder.path, "letters.txt"), "");
    await assert.rejects(StoreFolder.open(folder.path, format), {
      code: "store.badFormat",
      message: /holds "letters.txt": it is no blob store/,
    });
    assert.deepEqual((await readdir(folder.path, { recursive: true })).sort(), ["letters.txt", "tmp", "tmp/precious"]);
  });

  it("is refused when FORMAT is of another kind or version", async () => {
    await using folder = await temporaryFolder();
    const cases: [string, RegExp][] = [
      ["", /does not describe a blob store/],
      ["[]", /does not describe a blob store/],
      ['{"format":"other","version":1}', /does not describe a blob store/],
      ['{"format":"tintype-store","version":2,"chunkSizeBytes":4096}', /is of version 2, this release knows version 1/],
      ['{"format":"tintype-store","version":1,"chunkSizeBytes":5000}', /no valid chunkSizeBytes/],
      ['{"format":"tintype-store","version":1}', /no valid chunkSizeBytes/],
    ];
    for (const [text, message] of cases) {
      await writeFile(join(folder.path, "FORMAT"), text);
      await assert.rejects(StoreFolder.open(folder.path, format), { code: "store.badFormat", message });
    }
    assert.deepEqual(await readdir(folder.path), ["FORMAT"]);
  });

  it("writes FORMAT as documented", async () => {
    await using folder = await temporaryFolder();
    await using _opened = await StoreFolder.open(folder.path, format);
    assert.equal(await readFile(join(folder.path, "FORMAT"), "utf8"), '{"format":"tintype-store","version":1,"chunkSizeBytes":8192}\n');
  });

  it("empties tmp when it is opened", async () => {
    await using folder = await temporaryFolder();
    {
      await using _created = await StoreFolder.open(folder.path, format);
    }
    await writeFile(join(folder.path, "tmp", "unfinished.pack"), "x");
    await using _opened = await StoreFolder.open(folder.path, format);
    assert.deepEqual(await readdir(join(folder.path, "tmp")), []);
  });
});
