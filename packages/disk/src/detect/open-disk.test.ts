import assert from "node:assert/strict";
import { test } from "node:test";
import type { ByteSource } from "../core/byte-source.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { buildQcow2 } from "../qcow2/testing/build-qcow2.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openDisk } from "./open-disk.ts";
import type { OpenDiskOptions } from "./open-disk.ts";
import { probes } from "./probes.table.ts";
import { buildForeignFile, foreignFormats } from "./testing/build-foreign-files.ts";

const open = (file: Uint8Array, options?: OpenDiskOptions): Promise<VirtualDisk> => openDisk(new MemorySource(file), options);
const qcow2 = buildQcow2({ sizeBytes: 1024 * 1024, clusters: new Map([[3, { kind: "data", bytes: Buffer.alloc(65_536, 4) }]]) }).file;
const raw = Buffer.alloc(2048, 0xee);

test("qcow2 and raw open by content, declared or not", async () => {
  for (const options of [{}, { declaredFormat: "qcow2" } as const]) {
    const disk = await open(qcow2, options);
    assert.equal(disk.format, "qcow2");
    assert.deepEqual(Buffer.from(await disk.read(3 * 65_536, 3)), Buffer.alloc(3, 4));
  }
  for (const options of [{}, { declaredFormat: "raw" } as const]) {
    assert.equal((await open(raw, options)).format, "raw");
  }
});

test("qcow2 declared raw is refused with both names: the guest could have written that header", async () => {
  await assert.rejects(open(qcow2, { declaredFormat: "raw" }), {
    code: "disk.mislabelled",
    message: /declared as raw, and its content is a qcow2 image/,
    remedy: /Declare it as qcow2/,
  });
});

test("raw declared qcow2 is refused with both names", async () => {
  await assert.rejects(open(raw, { declaredFormat: "qcow2" }), {
    code: "disk.mislabelled",
    message: /declared as qcow2, and its content is a raw disk/,
  });
});

for (const format of foreignFormats) {
  const handling = probes.find((probe) => probe.format === format)?.handling ?? "open";
  if (handling !== "open") {
    test(`${format} is refused by name, with what to do`, async () => {
      const remedy = { convert: /^Convert it/, unpack: /^Unpack it/, encrypted: /^Decrypt it/ }[handling];
      const code = handling === "encrypted" ? "disk.unsafe" : "disk.unsupported";
      for (const options of [{}, { declaredFormat: format }]) {
        await assert.rejects(open(buildForeignFile(format), options), { code, remedy });
      }
      await assert.rejects(open(buildForeignFile(format), { declaredFormat: "raw" }), {
        code: handling === "encrypted" ? "disk.unsafe" : "disk.mislabelled",
        remedy,
      });
    });
  } else {
    test(`${format} declared raw is refused, and so is one that the caller does not take`, async () => {
      await assert.rejects(open(buildForeignFile(format), { declaredFormat: "raw" }), { code: "disk.mislabelled" });
      await assert.rejects(open(buildForeignFile(format), { accept: ["raw", "qcow2"] }), {
        code: "disk.unsupported",
        message: /not taken here/,
      });
    });
  }
}

test("files and parents that the format has no use for are refused", async () => {
  const related = [{ name: "other.raw", source: new MemorySource(Buffer.alloc(512)) }];
  await assert.rejects(open(qcow2, { related }), { code: "disk.unsupported", message: /one file, and 1 more/ });
  await assert.rejects(open(raw, { parent: await openDisk(new MemorySource(raw)) }), { code: "disk.unsupported", message: /no parent/ });
});

test("a ceiling for the size holds for every format", async () => {
  await assert.rejects(open(qcow2, { maxVirtualSizeBytes: 512 }), { code: "disk.limit" });
  await assert.rejects(open(raw, { maxVirtualSizeBytes: 512 }), { code: "disk.limit" });
});

test("an empty file is refused as such, whatever it was declared", async () => {
  await assert.rejects(open(Buffer.alloc(0), { declaredFormat: "qcow2" }), { code: "disk.truncated", message: /empty/ });
});

test("the source is closed with the disk, and when opening is refused", async () => {
  const source = new ClosableSource(raw);
  const disk = await openDisk(source);
  assert.equal(source.isClosed, false);
  await disk[Symbol.asyncDispose]();
  assert.equal(source.isClosed, true);

  const refused = new ClosableSource(qcow2);
  await assert.rejects(openDisk(refused, { declaredFormat: "raw" }));
  assert.equal(refused.isClosed, true);
});

/** A source that tells whether it was closed. */
class ClosableSource implements ByteSource {
  readonly lengthBytes: number;
  readonly #bytes: Uint8Array;
  isClosed = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.lengthBytes = bytes.length;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    return this.#bytes.subarray(offset, offset + length);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isClosed = true;
  }
}
