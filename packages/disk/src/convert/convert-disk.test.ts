import assert from "node:assert/strict";
import { test } from "node:test";
import { TestDisk } from "../core/testing/test-disk.ts";
import { convertDisk } from "./convert-disk.ts";

const disk = new TestDisk(1_048_576, [{ offset: 0, length: 65_536, content: "text" }]);

test("a stream gets a plan that goes forward only, a file one that leaves zeros out", async () => {
  const plans = [
    await convertDisk(disk, { format: "raw", target: "stream" }),
    await convertDisk(disk, { format: "qcow2", target: "stream" }),
    await convertDisk(disk, { format: "qcow2", target: "file" }),
    await convertDisk(disk, { format: "qcow2", target: "file", compression: "zstd" }),
  ];
  assert.deepEqual(
    plans.map(({ format, sequential, totalBytes }) => [format, sequential, totalBytes]),
    [
      ["raw", true, 1_048_576],
      ["qcow2", true, 6 * 65_536],
      ["qcow2", false, undefined],
      ["qcow2", false, undefined],
    ],
  );
});

test("compression is refused where the format or the target cannot have it", async () => {
  await assert.rejects(convertDisk(disk, { format: "raw", target: "file", compression: "zlib" }), { code: "disk.unsupported" });
  await assert.rejects(convertDisk(disk, { format: "qcow2", target: "stream", compression: "zlib" }), { code: "disk.unsupported" });
});

test("choices of the format reach its plan", async () => {
  const plan = await convertDisk(disk, { format: "qcow2", target: "stream", qcow2: { clusterBits: 12, compat: "0.10" } });
  const { value: head } = await plan.pieces()[Symbol.asyncIterator]().next();
  const header = Buffer.from(head?.bytes ?? []);
  assert.deepEqual([header.readUInt32BE(4), header.readUInt32BE(20)], [2, 12]);
});
