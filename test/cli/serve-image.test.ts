import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { access, mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { after, before, test } from "node:test";
import { commands } from "@tintype/disk/nbd/protocol.table.ts";
import { NbdClient } from "@tintype/disk/nbd/testing/nbd-client.ts";
import { runTintype, TintypeProcess } from "../system/tintype-process.ts";

const MIB = 1024 * 1024;
const SIZE = 1024 * MIB;
const launcher = new URL("../../apps/cli/bin/tintype.js", import.meta.url).pathname;

let folder: string;
let server: TintypeProcess;
let raw: string;
let imageId: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tintype-cli-serve-"));
  raw = join(folder, "disk.raw");
  await using file = await open(raw, "w");
  await file.truncate(SIZE);
  for (const offset of [0, 300 * MIB, SIZE - 4 * MIB]) {
    await file.write(randomBytes(4 * MIB), 0, 4 * MIB, offset);
  }
  const qcow2 = join(folder, "disk.qcow2");
  assert.equal((await runTintype(["disk", "convert", raw, qcow2, "-O", "qcow2"])).code, 0);
  server = await TintypeProcess.prepare(join(folder, "data"));
  await server.start();
  const imported = await server.run("image", "import", qcow2, "--name", "lent", "--json");
  assert.equal(imported.code, 0, imported.stderr);
  imageId = (JSON.parse(imported.stdout.trimEnd().split("\n").at(-1) ?? "") as { id: string }).id;
});

after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What the two lines of `--json` say. */
interface Ready {
  readonly imageId: string;
  readonly uri: string;
  readonly sizeBytes: number;
  readonly writable: boolean;
}

interface Summary {
  readonly readBytes: number;
  readonly fetchedBytes: number;
}

/** `tintype image serve` in a process of its own. */
class Serving implements AsyncDisposable {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  stdout = "";
  stderr = "";

  constructor(args: readonly string[]) {
    this.child = spawn(process.execPath, [launcher, "image", "serve", ...args], { env: server.env, stdio: ["ignore", "pipe", "pipe"] });
    this.child.stderr.on("data", (text: Buffer) => (this.stderr += text.toString()));
  }

  async line(): Promise<string> {
    while (!this.stdout.includes("\n")) {
      const [text] = (await once(this.child.stdout, "data")) as [Buffer];
      this.stdout += text.toString();
    }
    const end = this.stdout.indexOf("\n");
    const line = this.stdout.slice(0, end);
    this.stdout = this.stdout.slice(end + 1);
    return line;
  }

  async stop(): Promise<number | null> {
    this.child.kill("SIGINT");
    await once(this.child, "exit");
    return this.child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill("SIGKILL");
      await once(this.child, "exit");
    }
  }
}

function socketOf(uri: string): string {
  return decodeURIComponent(new URL(uri).searchParams.get("socket") ?? "");
}

async function readRange(offset: number, length: number): Promise<Buffer> {
  await using file = await open(raw);
  const bytes = Buffer.alloc(length);
  await file.read(bytes, 0, length, offset);
  return bytes;
}

test("an image is lent until Ctrl-C; only what is read is fetched, and both are told at the end", async () => {
  await using serving = new Serving(["lent", "--json"]);
  const ready = JSON.parse(await serving.line()) as Ready;
  assert.deepEqual([ready.imageId, ready.sizeBytes, ready.writable], [imageId, SIZE, false]);
  using client = await NbdClient.open(socketOf(ready.uri), { structured: false });
  for (const [offset, length] of [
    [0, 4096],
    [302 * MIB + 100, 10_000],
    [100 * MIB, MIB],
  ] as const) {
    const [reply] = await client.ask({ command: commands.read, offset, length }, length);
    assert.ok(reply?.payload.equals(await readRange(offset, length)), `${length} at ${offset}`);
  }
  assert.equal((await client.ask({ command: commands.write, data: Buffer.alloc(512) }))[0]?.errorNumber, 1);
  const ended = serving.line();
  assert.equal(await serving.stop(), 0, serving.stderr);
  const summary = JSON.parse(await ended) as Summary;
  assert.equal(summary.readBytes, 4096 + 12_288 + MIB);
  // Two windows of 128 KiB: the third read is of zeros.
  assert.equal(summary.fetchedBytes, 256 * 1024);
  await assert.rejects(access(dirname(socketOf(ready.uri))), { code: "ENOENT" });
});

test("people get one line that says how to use it, and one at the end", async () => {
  const socket = join(folder, "own socket");
  await using serving = new Serving([imageId, "--nbd", "--socket", socket, "--writable", "--writes-folder", folder]);
  const line = await serving.line();
  assert.match(
    line,
    /^lent is at nbd\+unix:\/\/\/[0-9a-f-]{36}\?socket=\S+own%20socket until Ctrl-C\. To use it: qemu-system-x86_64 -m 2048 -drive 'file=.*,format=raw,if=virtio'$/,
  );
  using client = await NbdClient.open(socket, { structured: false });
  assert.equal((await client.ask({ command: commands.write, offset: MIB, data: Buffer.alloc(512, 7) }))[0]?.errorNumber, 0);
  const [reply] = await client.ask({ command: commands.read, offset: MIB, length: 512 }, 512);
  assert.ok(reply?.payload.equals(Buffer.alloc(512, 7)));
  assert.equal(await serving.stop(), 0);
  assert.match(serving.stderr, /^4\.0 KiB of 1\.0 GiB were read; 128\.0 KiB were fetched from the server\.\n$/);
  await assert.rejects(access(socket), { code: "ENOENT" });
});

test("what does not fit together, or does not exist, is refused before anything listens", async () => {
  const refused = async (...args: readonly string[]): Promise<number | null> => (await server.run("image", "serve", ...args)).code;
  assert.equal(await refused("lent", "--socket", join(folder, "x"), "--port", "0"), 64);
  assert.equal(await refused("lent", "--host", "127.0.0.1"), 64);
  assert.equal(await refused("lent", "--tls-cert", raw), 64);
  assert.equal(await refused("lent", "--writes-folder", folder), 64);
  assert.equal(await refused("lent", "--port", "70000"), 64);
  assert.equal(await refused("nothing of that name"), 3);
  assert.equal(await refused("lent", "--socket", raw), 1);
  assert.equal((await readFile(raw)).length, SIZE);
});

test("a stored image is a source like a file: compared, told about, mapped, converted", async () => {
  const compared = await server.run("disk", "compare", raw, "image:lent");
  assert.equal(compared.code, 0, compared.stderr);
  const info = JSON.parse((await server.run("disk", "info", `image:${imageId}`, "--json")).stdout) as Record<string, unknown>;
  assert.deepEqual([info["format"], info["virtualSizeBytes"], info["allocatedBytes"]], ["raw", SIZE, 12 * MIB]);
  const map = JSON.parse((await server.run("disk", "map", "image:lent", "--json")).stdout) as { kind: string }[];
  assert.deepEqual(
    map.map(({ kind }) => kind),
    ["data", "zero", "data", "zero", "data"],
  );
  const copy = join(folder, "copy.vmdk");
  const converted = await server.run("disk", "convert", "image:lent", copy, "-O", "vmdk", "--progress", "none");
  assert.equal(converted.code, 0, converted.stderr);
  assert.equal((await server.run("disk", "compare", raw, copy)).code, 0);
  assert.equal((await server.run("disk", "info", "image:lent", "-f", "qcow2")).code, 64);
  assert.equal((await server.run("disk", "info", "image:nothing")).code, 3);
});
