import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { localSession, readLocalCredentials } from "../system/local-session.ts";
import { TintypeProcess } from "../system/tintype-process.ts";
import { startStallingProxy } from "./stalling-proxy.ts";

const MIB = 1024 * 1024;
const launcher = new URL("../../apps/cli/bin/tintype.js", import.meta.url).pathname;

let folder: string;
/** One image a project, of a file of at most 1 GiB, and files of 1 GiB in all. */
let server: TintypeProcess;
let disk: string;
let large: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tintype-cli-import-checks-"));
  disk = join(folder, "disk.raw");
  await writeFile(disk, randomBytes(20 * MIB));
  large = join(folder, "large.raw");
  await using file = await open(large, "w");
  await file.truncate(1536 * MIB);
  const limits = {
    TINTYPE_LIMITS_IMAGES_PER_PROJECT: "1",
    TINTYPE_LIMITS_IMPORTS_MAX_FILE_GIB: "1",
    TINTYPE_LIMITS_IMAGE_API_STORED_GIB: "1",
  };
  server = await TintypeProcess.prepare(join(folder, "data"), limits);
  await server.start();
});

after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Imports what is refused before anything is sent. */
async function refusedImport(...words: readonly string[]) {
  const refused = await server.run("image", "import", "--bucket", "never-made", "--show-curl", ...words);
  const requests = refused.stderr.split("\n").filter((line) => line.startsWith("curl "));
  assert.match(requests.at(-1) ?? "", /^curl -X POST .*\/api\/v1\/import-checks'/, "nothing is asked for after the check");
  assert.ok(requests.slice(0, -1).every((line) => !/never-made|uploads/.test(line)));
  const session = await localSession(join(folder, "data"));
  await assert.rejects(session.text({ to: "buckets", method: "GET", path: "/never-made" }), { status: 404 });
  const lines = refused.stderr.trimEnd().split("\n");
  return { code: refused.code, error: lines.at(-1) ?? "" };
}

test("a file that is too large for the server is refused before anything is sent, in its words", async () => {
  const { code, error } = await refusedImport(large);
  assert.equal(code, 1);
  assert.match(
    error,
    /^Error: The file never-made:uploads\/.*\/large\.raw has 1610612736 bytes; a normal import takes at most 1 GiB\. .*\[IMG\.0059\]$/,
  );
});

test("a push into a project that has no room for the file is refused before anything is sent, and leaves no image", async () => {
  const refused = await server.run("image", "push", large, "--show-curl");
  assert.equal(refused.code, 5, refused.stderr);
  assert.match(refused.stderr, /\nError: .*\[image\.quotaFull, /);
  assert.doesNotMatch(refused.stderr, /curl -X PATCH/);
  assert.equal((await server.run("image", "list", "--json")).stdout.trim(), "[]");
});

test("values that the server refuses are refused before anything is sent, all of them at once", async () => {
  const { code, error } = await refusedImport(disk, "--name", "not/allowed", "--description", "<b>", "--min-disk", "1025");
  assert.equal(code, 1);
  assert.match(error, /\[IMG\.0003\] .*\[IMG\.0054\] .*\[IMG\.0055\]$/);
});

test("a project that is full refuses before anything is sent, with exit code 5", async () => {
  const first = await server.run("image", "import", disk, "--name", "first");
  assert.equal(first.code, 0, first.stderr);
  const { code, error } = await refusedImport(disk, "--name", "second");
  assert.equal(code, 5);
  assert.match(error, /^Error: The project has 1 private images, and its quota is 1\. .*\[IMG\.0015\]$/);
  assert.equal((await server.run("image", "delete", "first", "--yes")).code, 0);
});

test("an import that is refused after the upload all the same keeps it, and the next one sends nothing again", async () => {
  const { obsEndpoint } = await readLocalCredentials(join(folder, "data"));
  await using proxy = await startStallingProxy(new URL(obsEndpoint), { way: "up", afterBytes: 8 * MIB });
  const env = { ...server.env, TINTYPE_OBS_ENDPOINT: proxy.url };
  const late = spawn(process.execPath, [launcher, "image", "import", disk, "--name", "late"], { env, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  late.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  await proxy.stalled;
  const small = join(folder, "small.raw");
  await writeFile(small, randomBytes(MIB));
  assert.equal((await server.run("image", "import", small, "--name", "early")).code, 0);
  proxy.goOn();
  await once(late, "close");
  assert.equal(late.exitCode, 5, stderr);
  assert.match(stderr, /The upload is kept as .*\nError: .*\[IMG\.0015, /);
  assert.equal((await server.run("image", "delete", "early", "--yes")).code, 0);
  const next = await server.run("image", "import", disk, "--name", "late", "--json", "--progress", "json");
  assert.equal(next.code, 0, next.stderr);
  const upload = next.stderr.split("\n").findLast((line) => line.includes('"upload"'));
  const { reusedBytes, totalBytes } = JSON.parse(upload ?? "") as { reusedBytes: number; totalBytes: number };
  assert.equal(reusedBytes, totalBytes);
});
