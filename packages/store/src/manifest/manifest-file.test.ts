import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { blobIdOf } from "../../test/filler.ts";
import { refusalOf } from "../../test/refusal-of.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { digestOf } from "../chunk/chunk-codec.ts";
import { ManifestFile } from "./manifest-file.ts";
import { chunksPerSegment, decodeManifestFooter, encodeManifestTail, manifestFooterBytes } from "./manifest-format.ts";
import { encodeRecord, ManifestWriter } from "./manifest-writer.ts";

const id = blobIdOf("manifest");
const chunkSizeBytes = 4096;
const digestFor = (index: number): Buffer => digestOf(Buffer.from(`chunk ${index}`));

/** Writes a manifest with the given chunks, and opens it. */
async function writeAndOpen(path: string, content: { chunks: readonly number[]; lengthBytes: number }): Promise<ManifestFile> {
  await using writer = await ManifestWriter.create(path, id, chunkSizeBytes);
  for (const index of content.chunks) {
    await writer.advanceTo(index);
    writer.set(index, digestFor(index));
  }
  await writer.finish({ lengthBytes: content.lengthBytes, record: encodeRecord({ is: "kept" }) });
  return ManifestFile.open(path, id);
}

describe("a manifest", () => {
  it("lies as docs/store-layout.md says", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "m");
    await using _manifest = await writeAndOpen(path, { chunks: [1], lengthBytes: 2 * chunkSizeBytes + 1 });
    const bytes = await readFile(path);
    assert.equal(bytes.subarray(0, 32).toString("hex"), `${Buffer.from("TINTBLOB").toString("hex")}0100000000100000${id}`);
    const segment = bytes.subarray(32, 32 + 3 * 32);
    assert.deepEqual(segment, Buffer.concat([Buffer.alloc(32), digestFor(1), Buffer.alloc(32)]));
    const root = bytes.subarray(128, 168);
    assert.deepEqual(root, Buffer.concat([digestOf(segment), Buffer.from("2000000000000000", "hex")]));
    assert.equal(bytes.subarray(168, -manifestFooterBytes).toString(), '{"is":"kept"}');
    const footer = bytes.subarray(-manifestFooterBytes);
    assert.equal(footer.subarray(0, 24).toString("hex"), "01200000000000008000000000000000010000000d000000");
    const contentDigest = digestOf(Buffer.concat([Buffer.from("012000000000000000100000", "hex"), digestOf(segment)]));
    assert.deepEqual(footer.subarray(24, 56), contentDigest);
    assert.deepEqual(
      footer.subarray(56, 88),
      digestOf(Buffer.concat([bytes.subarray(0, 32), root, Buffer.from('{"is":"kept"}'), footer.subarray(0, 56)])),
    );
    assert.equal(footer.subarray(88).toString(), "TINTBLOB");
  });

  it("describes terabytes of mostly zeros in little space, and finds the chunks that are not", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "m");
    const chunks = [0, chunksPerSegment - 1, chunksPerSegment, 30_000 * chunksPerSegment + 77];
    const lengthBytes = 2 ** 39;
    await using manifest = await writeAndOpen(path, { chunks, lengthBytes });
    assert.ok((await stat(path)).size < 1024 * 1024 * 2);
    assert.deepEqual(manifest.shape, { lengthBytes, chunkSizeBytes });
    assert.deepEqual(manifest.record, { is: "kept" });
    assert.equal(manifest.segmentCount, 32_768);
    for (const index of chunks) {
      const segment = await manifest.segment(Math.floor(index / chunksPerSegment));
      const at = (index % chunksPerSegment) * 32;
      assert.deepEqual(segment?.subarray(at, at + 32), digestFor(index));
    }
    assert.equal(await manifest.segment(2), undefined);
  });

  it("has no segment when the content is empty", async () => {
    await using folder = await temporaryFolder();
    await using manifest = await writeAndOpen(join(folder.path, "m"), { chunks: [], lengthBytes: 0 });
    assert.equal(manifest.segmentCount, 0);
    assert.equal((await stat(join(folder.path, "m"))).size, 32 + 13 + 96);
  });

  it("is refused when its footer promises more than the file can hold", () => {
    const header = Buffer.alloc(32);
    const tail = encodeManifestTail({
      header,
      root: Buffer.alloc(0),
      record: Buffer.alloc(0),
      shape: { lengthBytes: 0, chunkSizeBytes },
      rootOffset: 32,
    });
    assert.equal(typeof decodeManifestFooter(tail, 32 + 96, chunkSizeBytes), "object");
    const spoiled = (offset: number, value: bigint): string => {
      const footer = Buffer.from(tail);
      footer.writeBigUInt64LE(value, offset);
      return refusalOf(decodeManifestFooter(footer, 32 + 96, chunkSizeBytes));
    };
    assert.match(spoiled(0, 2n ** 63n), /gives 9223372036854776000 bytes of content/);
    assert.match(spoiled(0, 1n), /gives 1 bytes of content, 0 segments/);
    assert.match(spoiled(8, 2n ** 64n - 1n), /does not fit the file/);
    assert.match(spoiled(8, 31n), /does not fit the file/);
    assert.match(spoiled(16, 0xffffffff_00000000n), /record of 4294967295 bytes/);
  });
});
