/** What this package writes, judged by qemu-img. Needs the package qemu-utils. */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { createWriteStream } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { convertDisk } from "@tintype/disk/convert/convert-disk.ts";
import type { ConvertOptions } from "@tintype/disk/convert/convert-disk.ts";
import { TestDisk } from "@tintype/disk/core/testing/test-disk.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { CompressionPool } from "@tintype/disk/pool/compression-pool.ts";
import { toStream } from "@tintype/disk/sink/to-stream.ts";
import { writeToFile } from "@tintype/disk/sink/write-to-file.ts";
import { missing, readBy7zip } from "./vhd-judges.ts";

const run = promisify(execFile);
const root = await mkdtemp(join(tmpdir(), "tintype-write-"));
const pool = new CompressionPool();
after(async () => {
  await pool[Symbol.asyncDispose]();
  await rm(root, { recursive: true });
});

const KIB = 1024;
const MIB = 1024 * KIB;
const TIB = 1024 * 1024 * MIB;

const disks: Readonly<Record<string, TestDisk>> = {
  tiny: new TestDisk(512, [{ offset: 0, length: 512, content: "text" }]),
  empty: new TestDisk(10 * MIB, []),
  "of odd size": new TestDisk(3 * MIB + 1536, [{ offset: 70 * KIB, length: 2 * MIB, content: "noise" }]),
  "with an unaligned tail": new TestDisk(5 * MIB + 512, [{ offset: 5 * MIB - 1024, length: 1536, content: "text" }]),
  full: new TestDisk(6 * MIB, [
    { offset: 0, length: 3 * MIB, content: "noise" },
    { offset: 3 * MIB, length: 3 * MIB, content: "text" },
  ]),
  "of zeros that count as data": new TestDisk(6 * MIB, [{ offset: 0, length: 6 * MIB, content: "zeros" }]),
  sparse: new TestDisk(
    4096 * MIB,
    Array.from({ length: 60 }, (_, index) => ({
      offset: index * 68 * MIB + 4096,
      length: 4096 + index * 2048,
      content: index % 5 === 0 ? ("noise" as const) : ("text" as const),
    })),
  ),
  "of more than 2 TiB": new TestDisk(2 * TIB + 3 * MIB, [
    { offset: 512, length: 100 * KIB, content: "text" },
    { offset: TIB, length: MIB, content: "noise" },
    { offset: 2 * TIB + 2 * MIB, length: MIB, content: "text" },
  ]),
};

const writings: readonly Omit<ConvertOptions, "format">[] = [
  { target: "file" },
  { target: "stream" },
  { target: "file", compression: "zlib" },
  { target: "file", compression: "zstd" },
  { target: "file", qcow2: { compat: "0.10" } },
  { target: "stream", qcow2: { compat: "0.10" } },
  { target: "file", compression: "zlib", qcow2: { compat: "0.10" } },
];

/** Writes the raw file to compare with, without any code of the package. */
async function writeOracle(disk: TestDisk, path: string): Promise<void> {
  await using file = await open(path, "wx");
  await file.truncate(disk.virtualSizeBytes);
  for (const { offset, length } of disk.runs) {
    await file.write(await disk.read(offset, length), 0, length, offset);
  }
}

async function convertTo(disk: VirtualDisk, path: string, options: ConvertOptions): Promise<void> {
  const plan = await convertDisk(disk, { ...options, pool });
  if (options.target === "stream") {
    await pipeline(toStream(plan), createWriteStream(path));
  } else {
    await writeToFile(plan, path);
  }
}

for (const [name, disk] of Object.entries(disks)) {
  const tables512 = disk.virtualSizeBytes / (512 * 64) / (4 * MIB);
  for (const clusterBits of tables512 > 1 ? [16, 21] : [9, 16, 21]) {
    test(`a disk ${name}, with clusters of 2^${clusterBits} bytes, is sound and identical for qemu-img however it is written`, async () => {
      const folder = await mkdtemp(join(root, "case-"));
      const oracle = join(folder, "oracle.raw");
      await writeOracle(disk, oracle);
      for (const writing of writings) {
        const path = join(folder, "written.qcow2");
        await convertTo(disk, path, { ...writing, format: "qcow2", qcow2: { ...writing.qcow2, clusterBits } });
        const info = JSON.parse((await run("qemu-img", ["info", "-f", "qcow2", "--output=json", path])).stdout) as Info;
        assert.equal(info["virtual-size"], disk.virtualSizeBytes);
        assert.equal(info["cluster-size"], 2 ** clusterBits);
        assert.equal(info["format-specific"].data.compat, writing.qcow2?.compat ?? "1.1");
        assert.equal(info["format-specific"].data["compression-type"], writing.compression === "zstd" ? "zstd" : "zlib");
        // Both end with an error, and so reject, when anything is wrong.
        await run("qemu-img", ["check", "-f", "qcow2", path]);
        await run("qemu-img", ["compare", "-f", "raw", "-F", "qcow2", oracle, path]);
        await rm(path);
      }
      await rm(folder, { recursive: true });
    });
  }
}

/** What is used of `qemu-img info --output=json`. */
interface Info {
  readonly "virtual-size": number;
  readonly "cluster-size": number;
  readonly "format-specific": { readonly data: { readonly compat: string; readonly "compression-type": string } };
}

for (const name of ["of odd size", "sparse", "of more than 2 TiB"]) {
  test(`a disk ${name} as raw is identical for qemu-img, and no larger than what it writes itself`, async () => {
    const disk = disks[name] ?? assert.fail();
    const folder = await mkdtemp(join(root, "case-"));
    const [oracle, ours, theirs] = [join(folder, "oracle.raw"), join(folder, "ours.raw"), join(folder, "theirs.raw")];
    await writeOracle(disk, oracle);
    await convertTo(disk, ours, { format: "raw", target: "file" });
    await run("qemu-img", ["convert", "-f", "raw", "-O", "raw", oracle, theirs]);
    await run("qemu-img", ["compare", "-f", "raw", "-F", "raw", oracle, ours]);
    assert.ok((await stat(ours)).blocks <= (await stat(theirs)).blocks * 1.02);
    await rm(folder, { recursive: true });
  });
}

const small = Object.entries(disks).filter(([, { virtualSizeBytes }]) => virtualSizeBytes < 32 * MIB);

test(
  "R-242: 7-Zip reads a qcow2 of ours as it is, plain and compressed with zlib, of both versions",
  { skip: missing("7zz") },
  async () => {
    const folder = await mkdtemp(join(root, "7zip-"));
    for (const [name, disk] of small) {
      for (const writing of writings.filter(({ compression }) => compression !== "zstd")) {
        const path = join(folder, "written.qcow2");
        await convertTo(disk, path, { ...writing, format: "qcow2" });
        const bytes = await readBy7zip(path, "qcow");
        assert.ok(bytes.equals(await disk.read(0, disk.virtualSizeBytes)), `${name}, ${JSON.stringify(writing)}`);
        await rm(path);
      }
    }
    await rm(folder, { recursive: true });
  },
);

test("R-242: e2image reads a qcow2 of ours in version 2, the one it knows", { skip: missing("e2image") }, async () => {
  const folder = await mkdtemp(join(root, "e2image-"));
  const [path, out] = [join(folder, "written.qcow2"), join(folder, "out.raw")];
  // It copies whole clusters.
  for (const [name, disk] of small.filter(([, { virtualSizeBytes }]) => virtualSizeBytes % (64 * KIB) === 0)) {
    await convertTo(disk, path, { format: "qcow2", target: "file", qcow2: { compat: "0.10" } });
    await run("e2image", ["-r", path, out]);
    const bytes = await readFile(out);
    assert.equal(bytes.length, disk.virtualSizeBytes);
    // It gives its file the length by a zero in the last place, also with what qemu-img writes.
    assert.ok(bytes.subarray(0, -1).equals(await disk.read(0, bytes.length - 1)), name);
    await rm(path);
    await rm(out);
  }
  await rm(folder, { recursive: true });
});

/** Writes a disk that never ends within the time of a test, in a process of its own; says so on stdout when it has begun. */
function endlessWriter(path: string): readonly string[] {
  const packagePath = (file: string): string => JSON.stringify(import.meta.resolve(`@tintype/disk/${file}`));
  const code = `
    import { convertDisk } from ${packagePath("convert/convert-disk.ts")};
    import { TestDisk } from ${packagePath("core/testing/test-disk.ts")};
    import { writeToFile } from ${packagePath("sink/write-to-file.ts")};
    const disk = new TestDisk(${TIB}, [{ offset: 0, length: ${TIB}, content: "noise" }]);
    const plan = await convertDisk(disk, { format: "qcow2", target: "file" });
    const onProgress = ({ doneBytes }) => doneBytes > 50_000_000 || console.log("writing");
    try {
      await writeToFile(plan, ${JSON.stringify(path)}, { onProgress });
    } catch (error) {
      console.log(JSON.stringify({ code: error.code, message: error.message, remedy: error.remedy }));
    }`;
  return ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", code];
}

test("a writer that is killed leaves no file of that name, only one that is marked as partial", async () => {
  const folder = await mkdtemp(join(root, "case-"));
  const child = spawn(process.execPath, endlessWriter(join(folder, "disk.qcow2")), { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
  const left = await readdir(folder);
  assert.ok(
    left.every((file) => /^\.tintype-\d+-\d+\.partial$/.test(file)),
    left.join(),
  );
  await rm(folder, { recursive: true });
});

test("a file that grows over the user's limit fails with a clear error and leaves nothing", async () => {
  const folder = await mkdtemp(join(root, "case-"));
  const limited = ["-c", 'ulimit -f 20000; exec "$0" "$@"', process.execPath, ...endlessWriter(join(folder, "disk.qcow2"))];
  assertNoRoom(await run("bash", limited), "EFBIG");
  assert.deepEqual(await readdir(folder), []);
});

test("a full disk fails with a clear error and leaves nothing", async (t) => {
  const folder = await mkdtemp(join(root, "case-"));
  const mounted = await run("mount", ["-t", "tmpfs", "-o", "size=20m", "tmpfs", folder]).then(
    () => "",
    (error: unknown) => String(error),
  );
  if (mounted !== "") {
    t.skip(`a small file system cannot be mounted here: ${mounted}`);
    return;
  }
  try {
    assertNoRoom(await run(process.execPath, [...endlessWriter(join(folder, "disk.qcow2"))]), "ENOSPC");
    assert.deepEqual(await readdir(folder), []);
  } finally {
    await run("umount", [folder]);
  }
});

function assertNoRoom({ stdout }: { readonly stdout: string }, systemCode: string): void {
  // The last line is the error.
  const error = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Record<string, string>;
  assert.equal(error["code"], "disk.io");
  assert.match(error["message"] ?? "", new RegExp(`disk.qcow2 cannot be written in .*${systemCode}`));
  assert.ok((error["remedy"] ?? "").length > 0);
}
