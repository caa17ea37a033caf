import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Capability } from "@tintype/contract/api/image-capabilities.ts";
import { TintypeProcess } from "../system/tintype-process.ts";

let folder: string;
let server: TintypeProcess;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tintype-cli-explain-"));
  await writeFile(join(folder, "disk.raw"), Buffer.alloc(1024 * 1024, "content "));
  server = await TintypeProcess.prepare(join(folder, "data"));
  await server.start();
  const { code, stderr } = await server.run("image", "import", join(folder, "disk.raw"), "--name", "web", "--key", "ims/default");
  assert.equal(code, 0, stderr);
});

after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function explain(...words: readonly string[]) {
  return await server.run("image", "explain", ...words);
}

test("an operation that is possible ends with 0, one that is not with 1 and every reason", async () => {
  const possible = await explain("web", "export");
  assert.deepEqual([possible.code, possible.stdout], [0, "export\tyes\t\t\n"]);
  const refused = await explain("web", "share");
  assert.equal(refused.code, 1, refused.stderr);
  const [operation, allowed, code, reason] = refused.stdout.trimEnd().split("\t");
  assert.deepEqual([operation, allowed, code], ["share", "no", "IMG.0098"]);
  assert.match(reason ?? "", /encrypted/);
  assert.equal(refused.stderr, "");
});

test("without an operation all of them are told, which is no failure", async () => {
  const { code, stdout } = await explain("web", "--json");
  assert.equal(code, 0);
  const capabilities = JSON.parse(stdout) as readonly Capability[]; // the shape that docs/cli.md promises
  assert.ok(capabilities.some(({ operation, allowed }) => operation === "delete" && allowed));
  const quick = capabilities.find(({ operation }) => operation === "quickExport");
  assert.deepEqual([quick?.allowed, quick?.reasons.map(({ code: refusal }) => refusal)], [false, ["IMG.0071"]]);
});

test("the reasons come in Chinese on request", async () => {
  const { stdout } = await explain("web", "share", "--language", "zh");
  assert.match(stdout, /加密镜像/);
});

test("an operation and an image that there are not are told apart from a refusal", async () => {
  const operation = await explain("web", "juggle");
  assert.equal(operation.code, 64);
  assert.match(operation.stderr, /quickExport/);
  assert.equal((await explain("nobody", "export")).code, 3);
});
