import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { TintypeProcess } from "../system/tintype-process.ts";
import type { CommandResult } from "../system/tintype-process.ts";

interface ImageJson {
  readonly id: string;
  readonly name: string;
  readonly keyId: string;
  readonly origin: string;
}

let folder: string;
let server: TintypeProcess;
const content = randomBytes(3 * 1024 * 1024);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tintype-cli-copies-"));
  await writeFile(join(folder, "disk.raw"), content);
  server = await TintypeProcess.prepare(join(folder, "data"));
  await server.start();
});

after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function image(...words: readonly string[]): Promise<ImageJson> {
  const result = await server.run("image", ...words, "--json");
  assert.equal(result.code, 0, result.stderr);
  return JSON.parse(result.stdout) as ImageJson; // the shape that docs/cli.md promises
}

async function refused(...words: readonly string[]): Promise<CommandResult> {
  const result = await server.run("image", ...words);
  assert.notEqual(result.code, 0);
  return result;
}

async function keyId(alias: string): Promise<string> {
  const listed = await server.run("key", "list", "--json");
  const keys = JSON.parse(listed.stdout) as readonly { readonly id: string; readonly alias: string }[];
  return keys.find((key) => key.alias === alias)?.id ?? "";
}

/** The content of an image, by an export. */
async function contentOf({ id }: ImageJson): Promise<Buffer> {
  const [qcow2, raw] = [join(folder, `${id}.qcow2`), join(folder, `${id}.raw`)];
  const exported = await server.run("image", "export", id, "-O", "qcow2", "-o", qcow2);
  assert.equal(exported.code, 0, exported.stderr);
  const converted = await server.run("disk", "convert", qcow2, raw, "-O", "raw");
  assert.equal(converted.code, 0, converted.stderr);
  return await readFile(raw);
}

test("an image is imported with a key, copied to another one and decrypted, and is the same all along", async () => {
  const disk = join(folder, "disk.raw");
  const first = await image("import", disk, "--name", "secret", "--key", "ims/default", "--progress", "none");
  assert.equal(first.keyId, await keyId("ims/default"));
  assert.equal((await server.run("key", "create", "mine")).code, 0);
  const second = await image("copy", "secret", "--key", "mine", "--description", "d");
  assert.equal(second.keyId, await keyId("mine"));
  assert.equal(second.name, "copy_secret");
  assert.equal(second.origin, `image,${first.id}`);
  const plain = await image("copy", second.id, "--decrypt", "--name", "open");
  assert.equal(plain.keyId, "");
  for (const copy of [first, second, plain]) {
    assert.ok((await contentOf(copy)).equals(content));
  }
});

test("what would decrypt, or not decrypt, by an oversight is wrong usage", async () => {
  const disk = join(folder, "disk.raw");
  await image("import", disk, "--name", "locked", "--key", "ims/default", "--progress", "none");
  await image("import", disk, "--name", "free", "--progress", "none");
  const without = await refused("copy", "locked");
  assert.equal(without.code, 64);
  assert.match(without.stderr, /is encrypted: give --key .* or --decrypt/);
  assert.match((await refused("copy", "free", "--decrypt")).stderr, /is not encrypted: leave --decrypt out/);
  assert.match((await refused("copy", "locked", "--decrypt", "--key", "x")).stderr, /give one of them/);
  const unknown = await refused("copy", "free", "--key", "nobody");
  assert.equal(unknown.code, 3);
  assert.match(unknown.stderr, /There is no key "nobody"/);
  assert.match((await refused("copy", "locked", "--key", "ims/default")).stderr, /IMG\.0096/);
});

test("a copy that is not encrypted needs no flag", async () => {
  const copy = await image("copy", "free", "--name", "free too");
  assert.equal(copy.keyId, "");
  assert.ok((await contentOf(copy)).equals(content));
});
