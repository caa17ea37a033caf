import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";
import { collectFile } from "../core/testing/collect-file.ts";
import { TestDisk } from "../core/testing/test-disk.ts";
import { CompressionPool } from "../pool/compression-pool.ts";
import { MemorySource } from "../source/memory-source.ts";
import { listMembers } from "./list-members.ts";
import { openOva } from "./open-ova.ts";
import { parseXml } from "./parse-xml.ts";
import { planOva } from "./plan-ova.ts";

const MIB = 1024 * 1024;
const pool = new CompressionPool({ threads: 1 });
after(() => pool[Symbol.asyncDispose]());

const first = new TestDisk(5 * MIB, [{ offset: 70_144, length: 2 * MIB, content: "text" }]);
const second = new TestDisk(3 * MIB + 512, [{ offset: 0, length: 65_536, content: "noise" }]);

for (const target of ["file", "stream"] as const) {
  test(`R-082: an OVA of two disks for a ${target} reads back as the disks, without a warning`, async () => {
    const archive = await collectFile(await planOva([first, second], { target, pool, name: 'A & "B" <机>', fileName: "my-vm" }));
    await using ova = await openOva(new MemorySource(archive));
    assert.deepEqual(ova.warnings, []);
    assert.deepEqual(
      ova.disks.map(({ name, capacityBytes }) => [name, capacityBytes]),
      [
        ["my-vm-disk1.vmdk", first.virtualSizeBytes],
        ["my-vm-disk2.vmdk", second.virtualSizeBytes],
      ],
    );
    for (const [index, disk] of [first, second].entries()) {
      await using opened = await ova.disks[index]?.open();
      const actual = (await opened?.read(0, disk.virtualSizeBytes)) ?? Buffer.alloc(0);
      assert.ok(Buffer.compare(await disk.read(0, disk.virtualSizeBytes), actual) === 0, `disk ${index}`);
    }
  });
}

test("for a file and for a stream the same archive is made, and the stream's length is known before", async () => {
  const forFile = await collectFile(await planOva([first, second], { target: "file", pool }));
  const plan = await planOva([first, second], { target: "stream", pool });
  assert.equal(plan.totalBytes, forFile.length);
  assert.ok(forFile.equals(await collectFile(plan)));
});

test("the OVF comes first, the manifest second, and its hashes are those of all files", async () => {
  const archive = await collectFile(await planOva(first, { target: "file", pool, modifiedAt: 1_000_000_000 }));
  const members = await listMembers(new MemorySource(archive));
  assert.deepEqual(
    members.map(({ name }) => name),
    ["disk.ovf", "disk.mf", "disk-disk1.vmdk"],
  );
  const contents = members.map(({ offset, sizeBytes }) => archive.subarray(offset, offset + sizeBytes));
  const lines = members.map(
    ({ name }, index) =>
      `SHA256(${name})= ${createHash("sha256")
        .update(contents[index] ?? "")
        .digest("hex")}\n`,
  );
  assert.equal(contents[1]?.toString(), [lines[0], lines[2]].join(""));
  const file = parseXml(contents[0]?.toString() ?? "").children[0]?.children[0];
  assert.equal(file?.attributes.get("size"), String(contents[2]?.length));
  assert.equal(archive.toString("latin1", 136, 147), "07346545000");
});

test("progress runs through all disks and ends at the bytes that they hold", async () => {
  const reports: { doneBytes: number; totalBytes: number }[] = [];
  await collectFile(await planOva([first, second], { target: "file", pool }), { onProgress: (progress) => reports.push(progress) });
  const totalBytes = 2 * MIB + 65_536 + 65_536;
  assert.deepEqual(reports.at(-1), { doneBytes: totalBytes, totalBytes });
  assert.ok(reports.every(({ doneBytes }, index) => doneBytes > (reports[index - 1]?.doneBytes ?? 0)));
});

test("a disk that changes after it was measured fails the stream instead of breaking the archive", async () => {
  for (const content of ["noise", "text"] as const) {
    const disk = new TestDisk(MIB, [{ offset: 0, length: 65_536, content: "text" }]);
    const plan = await planOva(disk, { target: "stream", pool });
    // The same length of other bytes is found by the hash, another length by itself.
    const changed = new TestDisk(MIB, [{ offset: 0, length: 65_024, content }]);
    disk.read = (offset, length) => changed.read(offset, length);
    await assert.rejects(collectFile(plan), { code: "disk.io", message: /source changed/ });
  }
});

test("an aborted OVA stops with the signal's reason, while planning and while writing", async () => {
  const disk = new TestDisk(64 * MIB, [{ offset: 0, length: 64 * MIB, content: "text" }]);
  const abort = new AbortController();
  const plan = await planOva(disk, { target: "file", pool });
  await assert.rejects(collectFile(plan, { signal: abort.signal, onProgress: () => abort.abort(new Error("enough")) }), /enough/);
  assert.equal(disk.readsUnderWay, 0);
  await assert.rejects(planOva(disk, { target: "stream", pool, signal: abort.signal }), /enough/);
});

test("names and numbers that an OVA has no place for are refused", async () => {
  for (const options of [
    { fileName: "a/b" },
    { fileName: ".." },
    { fileName: "机" },
    { name: "" },
    { name: "a\nb" },
    { cpus: 0 },
    { memoryMiB: 1.5 },
    { modifiedAt: -1 },
  ]) {
    await assert.rejects(planOva(first, { target: "file", ...options }), { code: "disk.unsupported" }, JSON.stringify(options));
  }
  await assert.rejects(planOva([], { target: "file" }), { code: "disk.unsupported", message: /not 0/ });
  await assert.rejects(
    planOva(
      Array.from({ length: 16 }, () => first),
      { target: "file" },
    ),
    { code: "disk.unsupported", message: /not 16/ },
  );
});
