import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { buildQcow2 } from "@tintype/disk/qcow2/testing/build-qcow2.ts";
import { runTintype } from "../system/tintype-process.ts";
import type { CommandResult } from "../system/tintype-process.ts";

const MIB = 1024 * 1024;
const launcher = new URL("../../apps/cli/bin/tintype.js", import.meta.url).pathname;
const folder = await mkdtemp(join(tmpdir(), "tintype-cli-disk-"));
after(() => rm(folder, { recursive: true }));

const path = (name: string): string => join(folder, name);
const disk = (...args: readonly string[]): Promise<CommandResult> => runTintype(["disk", ...args]);

/** A sparse raw disk of 8 MiB: text at the start, random bytes in the middle. */
async function writeRaw(name: string, middle: Uint8Array = randomBytes(MIB)): Promise<string> {
  await using file = await open(path(name), "w");
  await file.truncate(8 * MIB);
  await file.write("the first sector", 0);
  await file.write(middle, 0, middle.length, 4 * MIB);
  return path(name);
}

function assertOk(result: CommandResult): void {
  assert.equal(result.code, 0, result.stderr);
}

function assertFails(result: CommandResult, code: number, sentence: RegExp): void {
  assert.match(result.stderr, sentence);
  assert.equal(result.stderr.trimEnd().split("\n").length, 1, "one line, no stack");
  assert.equal(result.stdout, "");
  assert.equal(result.code, code);
}

test("info tells format, sizes and warnings of a raw disk, as JSON and with tabs", async () => {
  const file = await writeRaw("info.img");
  const asJson = await disk("info", "--json", file);
  assertOk(asJson);
  const info = JSON.parse(asJson.stdout) as Record<string, unknown>;
  assert.equal(info["format"], "raw");
  assert.equal(info["virtualSizeBytes"], 8 * MIB);
  assert.ok(Number(info["allocatedBytes"]) >= MIB && Number(info["allocatedBytes"]) <= 8 * MIB);
  assert.deepEqual(info["warnings"], []);
  const asText = await disk("info", file);
  assert.match(asText.stdout, /^file\t.*info\.img\nformat\traw\nvirtual size\t8388608\nallocated\t\d+\n/);
  assert.equal(asText.stderr, "");
});

test("info of a qcow2 counts the data that the disk holds, and tells what the container is", async () => {
  const { file } = buildQcow2({ sizeBytes: 4 * 65_536, clusters: new Map([[2, { kind: "data", bytes: Buffer.alloc(65_536, 7) }]]) });
  await writeFile(path("built.qcow2"), file);
  const result = await disk("info", path("built.qcow2"), "--json");
  assertOk(result);
  const info = JSON.parse(result.stdout) as { details: { clusterSizeBytes: number } } & Record<string, unknown>;
  assert.equal(info["format"], "qcow2");
  assert.equal(info["virtualSizeBytes"], 4 * 65_536);
  assert.equal(info["allocatedBytes"], 65_536);
  assert.equal(info["fileSizeBytes"], file.length);
  assert.equal(info.details.clusterSizeBytes, 65_536);
});

test("a disk survives raw → qcow2 → compressed qcow2 → raw, and compare says so", async () => {
  const file = await writeRaw("round.img");
  assertOk(await disk("convert", file, path("round.qcow2"), "-O", "qcow2"));
  assertOk(await disk("convert", path("round.qcow2"), path("round.c.qcow2"), "-O", "qcow2", "-f", "qcow2", "-c"));
  assertOk(await disk("convert", path("round.c.qcow2"), path("round.back.img"), "-O", "raw"));
  assert.ok((await readFile(path("round.back.img"))).equals(await readFile(file)));
  const compared = await disk("compare", file, path("round.c.qcow2"));
  assertOk(compared);
  assert.equal(compared.stdout, "The disks are equal.\n");
});

test("convert replaces what is there only with a whole file, and says nothing on stdout", async () => {
  const file = await writeRaw("replace.img");
  await writeFile(path("replace.qcow2"), "old");
  const result = await disk("convert", file, path("replace.qcow2"), "-O", "qcow2");
  assertOk(result);
  assert.equal(result.stdout, "");
  const asJson = await disk("convert", file, path("replace.qcow2"), "-O", "qcow2", "--json", "--progress", "none");
  assert.equal(asJson.stderr, "");
  const { fileSizeBytes, ...rest } = JSON.parse(asJson.stdout) as Record<string, unknown>;
  assert.deepEqual(rest, { file: path("replace.qcow2"), format: "qcow2", virtualSizeBytes: 8 * MIB });
  assert.equal(fileSizeBytes, (await readFile(path("replace.qcow2"))).length);
});

test("disks that differ are exit code 1 with the first offset, also as JSON", async () => {
  const middle = randomBytes(MIB);
  const a = await writeRaw("a.img", middle);
  middle[777] = (middle[777] ?? 0) ^ 1;
  const b = await writeRaw("b.img", middle);
  const text = await disk("compare", a, b);
  assert.equal(text.code, 1);
  assert.equal(text.stdout, `The disks differ, first at offset ${4 * MIB + 777}.\n`);
  const asJson = await disk("compare", "--json", a, b);
  assert.equal(asJson.code, 1);
  assert.deepEqual(JSON.parse(asJson.stdout), { equal: false, offset: 4 * MIB + 777, sizeDifferenceBytes: 0 });
});

test("a longer disk that goes on with zeros is equal, with a note", async () => {
  const a = await writeRaw("short.img", Buffer.from("x"));
  await writeFile(path("long.img"), Buffer.concat([await readFile(a), Buffer.alloc(MIB)]));
  const result = await disk("compare", a, path("long.img"));
  assertOk(result);
  assert.equal(result.stderr, `Note: the second disk is ${MIB} bytes longer.\n`);
});

test("a comparison that fails is never taken for a difference", async () => {
  const file = await writeRaw("there.img");
  assertFails(await disk("compare", file, path("missing.img")), 3, /^Error: .*missing\.img cannot be opened/);
  await writeFile(path("empty.img"), "");
  assertFails(await disk("compare", file, path("empty.img")), 2, /^Error: .*empty\.img: .*empty/);
  assert.equal((await disk("compare", file)).code, 64);
});

test("map covers the disk in order, with offsets that scripts can add up", async () => {
  const { file } = buildQcow2({ sizeBytes: 4 * 65_536, clusters: new Map([[2, { kind: "data", bytes: Buffer.alloc(65_536, 7) }]]) });
  await writeFile(path("map.qcow2"), file);
  const result = await disk("map", path("map.qcow2"));
  assertOk(result);
  assert.equal(result.stdout, "0\t131072\thole\n131072\t65536\tdata\n196608\t65536\thole\n");
  const asJson = await disk("map", "--json", path("map.qcow2"));
  assert.deepEqual(JSON.parse(asJson.stdout), [
    { offset: 0, length: 131_072, kind: "hole" },
    { offset: 131_072, length: 65_536, kind: "data" },
    { offset: 196_608, length: 65_536, kind: "hole" },
  ]);
});

test("a mislabelled, an unsupported and a truncated file are refused in one line, and nothing is left", async () => {
  const file = await writeRaw("label.img");
  assertFails(
    await disk("convert", file, path("refused.qcow2"), "-O", "qcow2", "-f", "qcow2"),
    1,
    /label\.img: The file was declared as qcow2/,
  );
  await writeFile(
    path("disk.vmdk"),
    Buffer.concat([Buffer.from('# Disk DescriptorFile\nversion=1\ncreateType="monolithicSparse"\n'), Buffer.alloc(4096)]),
  );
  assertFails(await disk("convert", path("disk.vmdk"), path("refused.qcow2"), "-O", "qcow2"), 1, /VMDK/);
  const { file: qcow2 } = buildQcow2({ sizeBytes: 4 * 65_536, clusters: new Map([[2, { kind: "data", bytes: Buffer.alloc(65_536, 7) }]]) });
  await writeFile(path("cut.qcow2"), qcow2.subarray(0, 65_536 + 100));
  assertFails(await disk("convert", path("cut.qcow2"), path("refused.qcow2"), "-O", "raw", "--progress", "none"), 1, /cut\.qcow2/);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.includes("refused") || name.includes("partial")),
    [],
  );
});

test("wrong usage is exit code 64 and says what there is", async () => {
  assertFails(await runTintype(["disk", "convert", "a", "b"]), 64, /^Error: Expected input for flag .*(O|output-format)/);
  assertFails(await runTintype(["disk", "convert", "a", "b", "-O", "floppy"]), 64, /raw.*qcow2/);
  assertFails(await runTintype(["disk", "info", "x", "--jsn"]), 64, /did you mean --json/);
  assertFails(await runTintype(["disk", "create", "x", "--out-format", "raw"]), 64, /no flag --out-format, did you mean --output-format\?/);
  assertFails(await runTintype(["disk", "inof"]), 64, /`inof`, did you mean `info`/);
  const file = await writeRaw("usage.img");
  assertFails(await disk("convert", file, path("usage.raw"), "-O", "raw", "-c"), 64, /raw cannot be compressed with zlib: there is none/);
});

test("help is on stdout, and tells the exit codes", async () => {
  const root = await runTintype(["--help"]);
  assertOk(root);
  assert.match(root.stdout, /Exit codes: 0 done, 1 failed, 2 cancelled, 3 not found, 4 not allowed, 5 over quota, 6 .*, 64 wrong usage/);
  const compare = await disk("compare", "--help");
  assert.match(compare.stdout, /Exit codes: 0 equal, 1 different, 2 and more/);
  assert.deepEqual(await runTintype(["help", "disk", "compare"]), compare);
  assert.deepEqual(await runTintype(["help"]), root);
});

test("output that finds no room is told in one line", { skip: process.platform === "linux" ? false : "needs /dev/full" }, async () => {
  await using full = await open("/dev/full", "w");
  for (const words of [["--help"], ["config", "show"]]) {
    const child = spawn(process.execPath, [launcher, ...words], { stdio: ["ignore", full.fd, "pipe"] });
    const [stderr] = await Promise.all([child.stderr?.toArray(), once(child, "exit")]);
    assert.equal(Buffer.concat(stderr ?? []).toString(), "Error: The output cannot be written: ENOSPC: no space left on device, write.\n");
    assert.equal(child.exitCode, 1);
  }
});

test("--debug and TINTYPE_DEBUG show where an error comes from", async () => {
  const flag = await disk("info", path("nowhere.img"), "--debug");
  const variable = await runTintype(["disk", "info", path("nowhere.img")], { ...process.env, TINTYPE_DEBUG: "1" });
  for (const { code, stderr } of [flag, variable]) {
    assert.equal(code, 3);
    assert.match(stderr, /^Error: .*nowhere\.img[^\n]*\n[^]*caused by: /);
  }
});

test("an interrupted conversion ends with exit code 2 and leaves nothing", async () => {
  const file = path("interrupted.img");
  const block = randomBytes(8 * MIB);
  {
    await using handle = await open(file, "w");
    for (let index = 0; index < 16; index += 1) {
      await handle.write(block);
    }
  }
  const args = [launcher, "disk", "convert", file, path("interrupted.qcow2"), "-O", "qcow2", "-c", "--progress", "json"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  await once(child.stderr, "data");
  child.kill("SIGINT");
  await once(child, "close");
  assert.equal(child.exitCode, 2);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.startsWith("interrupted.q") || name.includes("partial")),
    [],
  );
});

test("a reader that closes the pipe early is no failure", async () => {
  const clusters = new Map(Array.from({ length: 4000 }, (_, index) => [index * 2, { kind: "data", bytes: Buffer.alloc(512, 1) }] as const));
  const { file } = buildQcow2({ sizeBytes: 8000 * 512, clusterBits: 9, clusters });
  await writeFile(path("many.qcow2"), file);
  const child = spawn(process.execPath, [launcher, "disk", "map", path("many.qcow2")], { stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  child.stdout.destroy();
  await once(child, "close");
  assert.equal(stderr, "");
  assert.equal(child.exitCode, 0);
});
