import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { it } from "node:test";
import { filesUnder, temporaryFolder } from "../../test/temporary-folder.ts";
import { FolderLock } from "./folder-lock.ts";

const moduleUrl = new URL("./folder-lock.ts", import.meta.url).href;

/** Another process that takes the lock and keeps it. */
async function holdElsewhere(folder: string): Promise<{ pid: number | undefined; kill: () => Promise<unknown> }> {
  const program = `
    const { FolderLock } = await import(process.argv[1]);
    globalThis.held = await FolderLock.acquire(process.argv[2]);
    console.log("held");
    setInterval(() => {}, 1000);`;
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", program, moduleUrl, folder];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  const kill = async (): Promise<unknown> => {
    child.kill("SIGKILL");
    return once(child, "exit");
  };
  return { pid: child.pid, kill };
}

it("refuses a folder that another process holds, names that process, and takes over once it is dead", async () => {
  await using folder = await temporaryFolder();
  const holder = await holdElsewhere(folder.path);
  try {
    await assert.rejects(FolderLock.acquire(folder.path), (error: Error) => {
      assert.equal(error.message, `${folder.path} is in use by process ${holder.pid}. Stop it first, or choose another folder.`);
      assert.equal("code" in error && error.code, "store.locked");
      return true;
    });
  } finally {
    await holder.kill();
  }
  const lock = await FolderLock.acquire(folder.path);
  await lock[Symbol.asyncDispose]();
});

it("refuses a second holder in the same process, and lets the next one in after release", async () => {
  await using folder = await temporaryFolder();
  {
    await using _first = await FolderLock.acquire(folder.path);
    await assert.rejects(FolderLock.acquire(folder.path), { code: "store.locked" });
    // A refused attempt must not weaken the lock.
    await assert.rejects(FolderLock.acquire(folder.path), { code: "store.locked" });
  }
  await using _second = await FolderLock.acquire(folder.path);
});

it("leaves no file but the lock itself", async () => {
  await using folder = await temporaryFolder();
  {
    await using _lock = await FolderLock.acquire(folder.path);
    assert.deepEqual(await filesUnder(folder.path), ["lock", "lock.pid"]);
  }
  assert.deepEqual(await filesUnder(folder.path), ["lock"]);
});
