import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { filesUnder, temporaryFolder } from "../../../test/temporary-folder.ts";
import { backendContract } from "../backend.contract.ts";
import { LocalBackend } from "./local-backend.ts";

const openIn = (root: string): Promise<LocalBackend> => LocalBackend.open(root, { stagingDir: join(root, "tmp") });

backendContract("a local folder", async () => {
  const folder = await temporaryFolder();
  return { open: () => openIn(folder.path), [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
});

describe("a local backend", () => {
  it("keeps files under their own names, for this user alone, and leaves nothing staged", async () => {
    await using folder = await temporaryFolder();
    await using backend = await openIn(folder.path);
    await backend.put("packs/3f/one.pack", { bytes: Buffer.from("content") });
    assert.deepEqual(await filesUnder(folder.path), ["packs/3f/one.pack"]);
    assert.equal(await readFile(join(folder.path, "packs/3f/one.pack"), "utf8"), "content");
    const { mode } = await stat(join(folder.path, "packs/3f/one.pack"));
    assert.equal(process.platform === "win32" ? 0o600 : mode & 0o777, 0o600);
  });

  it("creates nothing before the first file is put", async () => {
    await using folder = await temporaryFolder();
    await using backend = await openIn(folder.path);
    assert.deepEqual(await Array.fromAsync(backend.list("packs/")), []);
    assert.equal(await backend.sizeOf("packs/one"), undefined);
    assert.deepEqual(await readdir(folder.path), []);
  });

  it("does not list what is staged", async () => {
    await using folder = await temporaryFolder();
    await using backend = await openIn(folder.path);
    await mkdir(join(folder.path, "tmp"));
    await writeFile(join(folder.path, "tmp", "unfinished"), "x");
    await backend.put("a", { bytes: Buffer.from("x") });
    assert.deepEqual(await Array.fromAsync(backend.list("")), [{ name: "a", sizeBytes: 1 }]);
  });

  it("reads the new file when one was removed and put again while it was kept open", async () => {
    await using folder = await temporaryFolder();
    await using backend = await openIn(folder.path);
    const target = Buffer.alloc(3);
    for (const content of ["one", "two"]) {
      await backend.put("a", { bytes: Buffer.from(content) });
      await backend.read("a", 0, [target]);
      assert.equal(target.toString(), content);
      await backend.remove("a");
    }
  });

  it("says that its folder is gone or another one, and of no file that it is missing, until the folder is back", async () => {
    await using folder = await temporaryFolder();
    const [root, elsewhere] = [join(folder.path, "store"), join(folder.path, "elsewhere")];
    await mkdir(root);
    await using backend = await openIn(root);
    await backend.put("a", { bytes: Buffer.from("x") });
    await rename(root, elsewhere);
    for (const reason of [/is gone/, /is another one/]) {
      const refused = { code: "store.io", message: reason };
      await assert.rejects(backend.read("a", 0, [Buffer.alloc(1)]), refused);
      await assert.rejects(backend.sizeOf("a"), refused);
      await assert.rejects(Array.fromAsync(backend.list("")), refused);
      await assert.rejects(backend.remove("a"), refused);
      await mkdir(root, { recursive: true });
    }
    await rm(root, { recursive: true });
    await rename(elsewhere, root);
    assert.equal(await backend.sizeOf("a"), 1);
    await assert.rejects(backend.read("b", 0, [Buffer.alloc(1)]), { code: "store.missing" });
  });

  it("takes folders for no files", async () => {
    await using folder = await temporaryFolder();
    await using backend = await openIn(folder.path);
    await backend.put("packs/one", { bytes: Buffer.from("x") });
    assert.equal(await backend.sizeOf("packs"), undefined);
    await assert.rejects(backend.put("packs", { bytes: Buffer.from("x") }), { code: "store.exists" });
    await assert.rejects(backend.put("packs/one/two", { bytes: Buffer.from("x") }), { code: "store.io" });
    assert.deepEqual(await filesUnder(folder.path), ["packs/one"]);
  });
});
