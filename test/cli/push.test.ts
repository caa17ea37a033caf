import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { seededBytes } from "../system/seeded-bytes.ts";
import { localToken } from "../system/local-token.ts";
import { runTintype, TintypeProcess } from "../system/tintype-process.ts";
import type { CommandResult } from "../system/tintype-process.ts";

const MIB = 1024 * 1024;
const diskBytes = 128 * MIB;
const launcher = new URL("../../apps/cli/bin/tintype.js", import.meta.url).pathname;

interface PushJson {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly diskFormat: string;
  readonly minDiskGiB: number;
  readonly tags: readonly string[];
  readonly sizeBytes: number;
  readonly sentBytes: number;
  readonly savedBytes: number;
  readonly zeroBytes: number;
  readonly resumedBytes: number;
  readonly digest: { readonly algorithm: string; readonly value: string };
}

let folder: string;
let server: TintypeProcess;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tintype-cli-push-"));
  server = await TintypeProcess.prepare(join(folder, "data"));
  await server.start();
});

after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A sparse disk with so many MiB of data at its beginning, of a seed of its own. */
async function writeDisk(name: string, seed: number, dataMiB: number): Promise<string> {
  const path = join(folder, name);
  await using file = await open(path, "w");
  await file.truncate(diskBytes);
  await file.write(seededBytes(seed, dataMiB * MIB), 0, dataMiB * MIB, 0);
  return path;
}

function pushed(result: CommandResult): PushJson {
  assert.equal(result.code, 0, result.stderr);
  return JSON.parse(result.stdout.trimEnd().split("\n").at(-1) ?? "") as PushJson; // the shape that docs/cli.md promises
}

async function push(file: string, ...flags: readonly string[]): Promise<PushJson> {
  return pushed(await server.run("image", "push", file, "--json", ...flags));
}

/** Asks the server past the command line. */
async function ask(path: string): Promise<Response> {
  const { token } = await localToken(join(folder, "data"));
  return await fetch(`${server.endpoint}${path}`, { headers: { "x-auth-token": token } });
}

/** The file of an image, as the Image API gives it out. */
async function fileOf(id: string): Promise<Buffer> {
  const answer = await ask(`/image/v2/images/${id}/file`);
  assert.equal(answer.status, 200);
  return Buffer.from(await answer.arrayBuffer());
}

async function assertHolds(image: PushJson, path: string): Promise<void> {
  const content = await readFile(path);
  assert.equal(image.status, "active");
  assert.equal(image.digest.value, createHash(image.digest.algorithm).update(content).digest("hex"));
  assert.ok(content.equals(await fileOf(image.id)), "the image is the file");
}

test("a pushed file becomes an image bit for bit; its zeros are not sent, and pushed again it is not sent at all", async () => {
  const path = await writeDisk("debian.img", 1, 24);
  const first = await push(path, "--name", "web", "--min-disk", "7", "--tag", "one", "--tag", "two");
  assert.deepEqual([first.name, first.diskFormat, first.minDiskGiB, first.tags.toSorted()], ["web", "raw", 7, ["one", "two"]]);
  assert.deepEqual([first.sentBytes, first.savedBytes, first.zeroBytes, first.resumedBytes], [24 * MIB, 0, diskBytes - 24 * MIB, 0]);
  await assertHolds(first, path);
  const second = await push(path);
  assert.deepEqual([second.name, second.minDiskGiB], ["debian", 1]);
  assert.deepEqual([second.sentBytes, second.savedBytes], [0, 24 * MIB]);
  assert.notEqual(second.id, first.id);
  await assertHolds(second, path);
});

test("a second version of a disk costs its change: one chunk of 512 KiB for every place", async () => {
  const path = await writeDisk("version.img", 2, 32);
  assert.equal((await push(path)).sentBytes, 32 * MIB);
  await using file = await open(path, "r+");
  for (const offset of [0, 5 * MIB + 17, 100 * MIB]) {
    await file.write("changed", offset);
  }
  const second = await push(path);
  assert.deepEqual([second.sentBytes, second.savedBytes], [1.5 * MIB, 31 * MIB]);
  await assertHolds(second, path);
});

test("the content of a disk is pushed whatever its file is, and shares with the same disk in another container", async () => {
  const raw = await writeDisk("content.img", 3, 16);
  const qcow2 = join(folder, "content.qcow2");
  assert.equal((await runTintype(["disk", "convert", raw, qcow2, "-O", "qcow2", "--compress"])).code, 0);
  await push(raw);
  const image = await push(qcow2, "--as-disk");
  assert.deepEqual([image.diskFormat, image.sentBytes, image.savedBytes], ["raw", 0, 16 * MIB]);
  await assertHolds(image, raw);
  const asFile = await push(qcow2);
  assert.equal(asFile.diskFormat, "qcow2");
  await assertHolds(asFile, qcow2);
});

test("what cannot be pushed is said before anything is made", async () => {
  const path = await writeDisk("refused.img", 4, 1);
  const count = async (): Promise<number> => (JSON.parse((await server.run("image", "list", "--json")).stdout) as unknown[]).length;
  const images = await count();
  const empty = join(folder, "empty.img");
  await writeFile(empty, "");
  for (const [args, code, message] of [
    [[join(folder, "none.img")], 3, /cannot be opened|no such file/i],
    [[empty], 1, /empty/],
    [[folder], 1, /not a regular file/],
    [
      [path, "--endpoint", server.endpoint, "--username", "nobody", "--password", "x", "--project", "default"],
      4,
      /identity|password|user/i,
    ],
    [[path, "--as-disk", "--disk-format", "qcow2"], 64, /leave --disk-format out/],
    [["image:x"], 64, /no file of this machine/],
  ] as const) {
    const result = await server.run("image", "push", ...args);
    assert.deepEqual([result.code, message.test(result.stderr)], [code, true], result.stderr);
  }
  assert.equal(await count(), images);
});

test("a file that is declared as what it is not leaves no image", async () => {
  const path = await writeDisk("wrong.img", 5, 1);
  const result = await server.run("image", "push", path, "--disk-format", "qcow2", "--name", "wrong");
  assert.equal(result.code, 1);
  assert.match(result.stderr, /declared as qcow2/);
  assert.equal((await server.run("image", "list", "--name", "wrong", "--json")).stdout.trim(), "[]");
});

test("a file that is changed while it is pushed leaves no image, and that is said", async () => {
  const path = await writeDisk("changed.img", 9, 128);
  const child = spawn(process.execPath, [launcher, "image", "push", path, "--name", "changed"], {
    env: server.env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  const ended = once(child, "close");
  await acknowledged(16 * MIB, child);
  await using file = await open(path, "r+");
  await file.write("changed", 0);
  await ended;
  assert.equal(child.exitCode, 1, stderr);
  assert.match(stderr, /Image [0-9a-f-]{36} was begun, and is deleted\.[^]*changed while it was pushed/);
  assert.equal((await server.run("image", "list", "--name", "changed", "--json")).stdout.trim(), "[]");
  assert.deepEqual(await (await ask("/api/v1/uploads")).json(), { uploads: [] });
});

/** Waits until so much of the only upload is acknowledged, or its image is being filled; or until the push ended. */
async function acknowledged(leastBytes: number, push: ChildProcess): Promise<void> {
  while (push.exitCode === null && push.signalCode === null) {
    const { uploads } = (await (await ask("/api/v1/uploads")).json()) as {
      uploads: { offsetBytes: number; metadata: { image: string } }[];
    };
    const [upload] = uploads;
    if (upload !== undefined && upload.offsetBytes >= leastBytes) {
      const image = (await (await ask(`/image/v2/images/${upload.metadata.image}`)).json()) as { status: string };
      if (leastBytes < 96 * MIB || image.status !== "queued") {
        return;
      }
    }
  }
}

test("a push that is killed again and again, and the server with it, ends with the file, as one image", async () => {
  const path = await writeDisk("killed.img", 6, 112);
  const killed: string[] = [];
  // From 96 MiB on the last step is under way, with which the image is filled.
  for (const [leastMiB, who] of [
    [0, "client"],
    [32, "both"],
    [64, "server"],
    [96, "both"],
  ] as const) {
    const child = spawn(process.execPath, [launcher, "image", "push", path, "--name", "killed"], { env: server.env, stdio: "ignore" });
    const ended = once(child, "exit");
    await acknowledged(leastMiB * MIB, child);
    if (who !== "client") {
      await server.stop("SIGKILL");
    }
    child.kill("SIGKILL");
    await ended;
    killed.push(`${leastMiB} ${child.signalCode}`);
    if (who !== "client") {
      await server.start();
    }
  }
  assert.deepEqual(killed.slice(0, 3), ["0 SIGKILL", "32 SIGKILL", "64 SIGKILL"]);
  const image = await push(path, "--name", "killed");
  await assertHolds(image, path);
  const images = JSON.parse((await server.run("image", "list", "--name", "killed", "--json")).stdout) as {
    readonly id: string;
    readonly status: string;
  }[];
  assert.ok(
    images.every(({ status }) => status === "active"),
    JSON.stringify(images),
  );
  const { uploads } = (await (await ask("/api/v1/uploads")).json()) as { uploads: unknown[] };
  assert.deepEqual(uploads, []);
});

test("a server that is killed and comes back does not end a push", async () => {
  const path = await writeDisk("restarted.img", 7, 128);
  const child = spawn(process.execPath, [launcher, "image", "push", path, "--json"], {
    env: server.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (text: Buffer) => (stdout += text.toString()));
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  const ended = once(child, "close");
  await acknowledged(32 * MIB, child);
  assert.equal(child.exitCode, null, "the server is killed in the middle");
  await server.stop("SIGKILL");
  await server.start();
  await ended;
  const image = pushed({ code: child.exitCode, stdout, stderr });
  assert.match(stderr, /Trying again/);
  await assertHolds(image, path);
});

test("Ctrl-C keeps what was sent, says so, and the same command goes on", async () => {
  const path = await writeDisk("stopped.img", 8, 128);
  const child = spawn(process.execPath, [launcher, "image", "push", path], { env: server.env, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  await acknowledged(16 * MIB, child);
  child.kill("SIGINT");
  await once(child, "close");
  assert.equal(child.exitCode, 2, stderr);
  const [, id] = /kept for image ([0-9a-f-]{36})/.exec(stderr) ?? [];
  const image = await push(path);
  assert.equal(image.id, id);
  await assertHolds(image, path);
});
