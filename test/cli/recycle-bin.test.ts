import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { TintypeProcess } from "../system/tintype-process.ts";

let folder: string;
let server: TintypeProcess;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tintype-cli-bin-"));
  await writeFile(join(folder, "disk.raw"), Buffer.alloc(1024 * 1024, "content "));
  server = await TintypeProcess.prepare(join(folder, "data"), { TINTYPE_LIMITS_RECYCLE_BIN_DAYS: "7" });
  await server.start();
});

after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function run(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await server.run("image", ...words);
  assert.equal(code, 0, `${words.join(" ")}: ${stderr}`);
  return stdout;
}

test("a deleted image is shown, restored and let go by its name", async () => {
  await run("import", join(folder, "disk.raw"), "--name", "web");
  const id = (await run("delete", "web", "--yes")).trim();
  const [shown] = JSON.parse(await run("deleted", "--json")) as { id: string; name: string }[]; // the shape that docs/cli.md promises
  assert.deepEqual([shown?.id, shown?.name], [id, "web"]);
  assert.equal(await run("restore", "web"), `${id}\n`);
  assert.match(await run("show", "web"), /active/);
  await run("delete", id, "--yes");
  assert.deepEqual(JSON.parse(await run("purge", id, "--json")), { id });
  assert.equal(await run("deleted"), "");
  assert.equal((await server.run("image", "restore", id)).code, 3);
});

test("an operator makes an image public and private again", async () => {
  await run("import", join(folder, "disk.raw"), "--name", "golden");
  await run("publish", "golden");
  assert.match(await run("show", "golden"), /visibility\tpublic/);
  const again = await server.run("image", "publish", "golden");
  assert.equal(again.code, 1);
  assert.match(again.stderr, /public already/);
  await run("withdraw", "golden");
  assert.match(await run("show", "golden"), /visibility\tprivate/);
});
