import assert from "node:assert/strict";
import { mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { makeDirectory } from "./durable-files.ts";

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tintype-durable-"));
});

after(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("making a folder", () => {
  it("makes its parents, for this user alone, and takes what is there", async () => {
    const path = join(folder, "a", "b", "c");
    await Promise.all([makeDirectory(path), makeDirectory(path)]);
    await makeDirectory(path);
    assert.equal((await stat(path)).mode & 0o777, 0o700);
    assert.equal((await stat(join(folder, "a"))).mode & 0o777, 0o700);
  });

  it("takes a link to a folder, and refuses a file, what lies below one, and a link to nothing", async () => {
    const [file, link, nowhere] = [join(folder, "file"), join(folder, "link"), join(folder, "nowhere")];
    await writeFile(file, "");
    await symlink(folder, link);
    await symlink(join(folder, "gone"), nowhere);
    await makeDirectory(link);
    await assert.rejects(makeDirectory(file), { code: "EEXIST" });
    await assert.rejects(makeDirectory(join(file, "below", "it")), { code: "ENOTDIR" });
    await assert.rejects(makeDirectory(nowhere), { code: "EEXIST" });
  });

  it("ends where the system makes no folders", { skip: process.platform === "linux" ? false : "needs /proc" }, async () => {
    await assert.rejects(makeDirectory("/proc/tintype/data"), { code: "ENOENT" });
  });
});
