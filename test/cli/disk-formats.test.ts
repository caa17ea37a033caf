import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { buffer } from "node:stream/consumers";
import { seededBytes } from "../system/seeded-bytes.ts";
import { runTintype } from "../system/tintype-process.ts";
import type { CommandResult } from "../system/tintype-process.ts";

const launcher = new URL("../../apps/cli/bin/tintype.js", import.meta.url).pathname;
let folder: string;
let raw: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tintype-cli-formats-"));
  raw = path("disk.raw");
  await writeFile(raw, Buffer.concat([seededBytes(1, 300_000), Buffer.alloc(3_000_000), seededBytes(2, 100_672)]));
});

after(async () => {
  await rm(folder, { recursive: true, force: true });
});

const path = (name: string): string => join(folder, name);
const disk = (...args: readonly string[]): Promise<CommandResult> => runTintype(["disk", ...args, "--progress", "none"]);
const plain = (...args: readonly string[]): Promise<CommandResult> => runTintype(["disk", ...args]);

async function assertEqual(file: string, ...more: readonly string[]): Promise<void> {
  const result = await plain("compare", raw, file, ...more);
  assert.equal(result.code, 0, result.stdout + result.stderr);
}

test("R-083, R-252: a disk goes through every format and kind of file, and each is sound", async () => {
  const targets = [
    ["vmdk", "--subformat", "streamOptimized"],
    ["vhd", "--subformat", "fixed"],
    ["vhdx"],
    ["zvhd2", "--compression", "zlib"],
    ["ova"],
  ];
  for (const [format = "", ...options] of targets) {
    const file = path(`copy.${format}`);
    const converted = await disk("convert", raw, file, "-O", format, ...options);
    assert.equal(converted.code, 0, converted.stderr);
    await assertEqual(file);
    const checked = await disk("check", file, "--read", "--json");
    assert.equal(checked.code, 0, checked.stderr);
    assert.deepEqual((JSON.parse(checked.stdout) as { faults: unknown[] }).faults, []);
  }
});

test("a damaged image is exit code 1 with the offset, and one that cannot be read 2 or more", async () => {
  const file = path("damaged.qcow2");
  assert.equal((await disk("convert", raw, file, "-O", "qcow2")).code, 0);
  const bytes = await readFile(file);
  bytes.writeBigUInt64BE(0xffff_0000n, Number(bytes.readBigUInt64BE(40)));
  await writeFile(file, bytes);
  const { code, stdout } = await disk("check", file);
  assert.equal(code, 1);
  assert.match(stdout, /^error: .*\n(.*\n)*.*damaged\.qcow2 \(qcow2\): \d+ errors/);
  assert.ok(((await disk("check", path("nothing.qcow2"))).code ?? 0) >= 2);
});

test("an empty disk is made in the size asked for, and a file that is there stays", async () => {
  const file = path("empty.vhd");
  const made = await plain("create", file, "-O", "vhd", "--size", "3G", "--json");
  assert.equal(made.code, 0, made.stderr);
  assert.equal((JSON.parse(made.stdout) as { virtualSizeBytes: number }).virtualSizeBytes, 3 * 1024 ** 3);
  const before = await stat(file);
  assert.notEqual((await plain("create", file, "-O", "vhd", "--size", "1G")).code, 0);
  assert.equal((await stat(file)).size, before.size);
  assert.equal((await plain("create", path("x"), "-O", "raw", "--size", "much")).code, 64);
});

test("a conversion to - is the file on standard output; what cannot stream is refused", async () => {
  const child = spawn(process.execPath, [launcher, "disk", "convert", raw, "-", "-O", "qcow2"], { stdio: ["ignore", "pipe", "ignore"] });
  const [bytes] = await Promise.all([buffer(child.stdout), once(child, "close")]);
  assert.equal(child.exitCode, 0);
  await writeFile(path("streamed.qcow2"), bytes);
  await assertEqual(path("streamed.qcow2"));
  const refused = await disk("convert", raw, "-", "-O", "qcow2", "-c");
  assert.match(refused.stderr, /cannot be streamed/);
  assert.equal(refused.stdout, "");
});

test("an image behind http is read by ranges", async () => {
  const file = path("remote.vmdk");
  assert.equal((await disk("convert", raw, file, "-O", "vmdk")).code, 0);
  const { size } = await stat(file);
  const server = createServer((request, response) => {
    const [, from = "0", to = ""] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    const [start, end] = [Number(from), to === "" ? size - 1 : Math.min(Number(to), size - 1)];
    response.writeHead(206, { etag: '"one"', "content-length": end - start + 1, "content-range": `bytes ${start}-${end}/${size}` });
    createReadStream(file, { start, end }).pipe(response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  // A listening TCP server has an address object.
  const { port } = server.address() as AddressInfo;
  try {
    await assertEqual(`http://127.0.0.1:${port}/remote.vmdk`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
  assert.equal((await plain("map", "-", "--json")).code, 64);
});

test("a parent that the image has no use for is refused, not ignored", async () => {
  const refused = await plain("info", path("copy.vhdx"), "--parent", raw);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /parent/);
});

test("a part of a disk, grown, is the same bytes with zeros behind them", async () => {
  const [whole, cut] = [await readFile(raw), path("part.raw")];
  const file = path("part.vhdx");
  const made = await disk("convert", raw, file, "-O", "vhdx", "--offset", "293K", "--length", "64K", "--size", "1M", "--json");
  assert.equal(made.code, 0, made.stderr);
  assert.equal((JSON.parse(made.stdout) as { virtualSizeBytes: number }).virtualSizeBytes, 1024 ** 2);
  assert.equal((await disk("convert", file, cut, "-O", "raw")).code, 0);
  const expected = Buffer.alloc(1024 ** 2);
  whole.copy(expected, 0, 293 * 1024, 357 * 1024);
  assert.ok(expected.equals(await readFile(cut)));
  assert.equal((await disk("convert", raw, cut, "-O", "raw", "--offset", "3000320")).code, 0);
  assert.ok(whole.subarray(3_000_320).equals((await readFile(cut)).subarray(0, whole.length - 3_000_320)));
});

test("a disk shrinks as far as its last data, and not a sector more", async () => {
  const [long, cut] = [path("long.raw"), path("cut.qcow2")];
  await writeFile(long, Buffer.concat([seededBytes(3, 4096), Buffer.alloc(1024 ** 2 - 4096)]));
  assert.equal((await disk("convert", long, cut, "-O", "qcow2", "--size", "4096")).code, 0);
  const back = path("cut.raw");
  assert.equal((await disk("convert", cut, back, "-O", "raw")).code, 0);
  assert.ok((await readFile(back)).equals((await readFile(long)).subarray(0, 4096)));
  const refused = await disk("convert", long, path("too-short.qcow2"), "-O", "qcow2", "--size", "3584");
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /cannot be cut to 3584 bytes: it has data from 35\d\d on/);
  await assert.rejects(stat(path("too-short.qcow2")), { code: "ENOENT" });
});

test("a part or a size that no disk has is wrong usage", async () => {
  for (const flags of [
    ["--offset", "100"],
    ["--length", "1000"],
    ["--size", "1"],
    ["--offset", "1T"],
    ["--length", "1T"],
    ["--size", "0"],
  ]) {
    const refused = await disk("convert", raw, path("none.raw"), "-O", "raw", ...flags);
    assert.equal(refused.code, 64, refused.stderr);
  }
});
