import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { chunkCodecs, digestOf } from "../chunk/chunk-codec.ts";
import { refusalOf } from "../../test/refusal-of.ts";
import { decodePackFooter, decodePackIndex, encodePackHeader, encodePackTail, packFooterBytes, packHeaderBytes } from "./pack-format.ts";

const name = "00112233445566778899aabbccddeeff";
const entries = [
  { digest: digestOf(Buffer.from("one")), offset: 32, storedLength: 100, rawLength: 4096, codec: chunkCodecs.zstd },
  { digest: digestOf(Buffer.from("two")), offset: 132, storedLength: 50, rawLength: 50, codec: chunkCodecs.stored },
];

function parts(): { name: string; header: Buffer; index: Buffer; footer: Buffer } {
  const tail = encodePackTail(name, entries, 182);
  return { name, header: encodePackHeader(name), index: tail.subarray(0, -packFooterBytes), footer: tail.subarray(-packFooterBytes) };
}

describe("the pack format", () => {
  it("lies as docs/store-layout.md says", () => {
    const { header, index, footer } = parts();
    assert.equal(header.toString("hex"), `${Buffer.from("TINTPACK").toString("hex")}0100000000000000${name}`);
    const second = `${Buffer.from(entries[1]?.digest ?? "").toString("hex")}84000000320000003200000000000000`;
    assert.equal(index.subarray(48).toString("hex"), second);
    assert.equal(footer.subarray(0, 8).toString("hex"), "b600000002000000");
    assert.equal(footer.subarray(40).toString(), "TINTPACK");
  });

  it("reads back what it wrote", () => {
    const { footer } = parts();
    assert.deepEqual(decodePackFooter(footer, 182 + 96 + 48), { indexOffset: 182, count: 2 });
    assert.deepEqual(decodePackIndex(parts()), entries);
    assert.deepEqual(decodePackIndex({ ...parts(), name }), entries);
  });

  it("refuses a footer whose numbers do not fit the file", () => {
    const { footer } = parts();
    for (const fileBytes of [0, packHeaderBytes, 182 + 96 + 47, 182 + 96 + 49]) {
      assert.match(refusalOf(decodePackFooter(footer, fileBytes)), /does not fit the file/);
    }
    const huge = Buffer.from(footer);
    huge.writeUInt32LE(0xffffffff, 4);
    assert.match(refusalOf(decodePackFooter(huge, 182 + 96 + 48)), /does not fit/);
    assert.match(refusalOf(decodePackFooter(Buffer.alloc(48), 1000)), /does not end with a pack footer/);
    assert.match(refusalOf(decodePackFooter(footer.subarray(1), 1000)), /does not end with a pack footer/);
  });

  it("refuses a pack under another name, and an index or footer that was changed", () => {
    assert.match(refusalOf(decodePackIndex({ ...parts(), name: "f".repeat(32) })), /header is not that of pack f+/);
    const changed = parts();
    changed.index[40] = 7;
    assert.match(refusalOf(decodePackIndex(changed)), /does not match the checksum/);
  });

  it("refuses entries that point into the index or have an unknown codec, whatever the checksum says", () => {
    for (const wrong of [{ offset: 83 }, { rawLength: 99 }, { codec: 9 as 0 }]) {
      const tail = encodePackTail(name, [{ ...entries[0]!, storedLength: 100, ...wrong }], 182);
      const index = tail.subarray(0, -packFooterBytes);
      const decoded = decodePackIndex({ name, header: encodePackHeader(name), index, footer: tail.subarray(-packFooterBytes) });
      assert.match(refusalOf(decoded), /index entry 0 gives codec/);
    }
  });
});
