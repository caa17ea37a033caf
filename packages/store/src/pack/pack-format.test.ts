import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { chunkCodecs, digestOf } from "../chunk/chunk-codec.ts";
import { refusalOf } from "../../test/refusal-of.ts";
import { decodePackFooter, decodePackIndex, encodePackHeader, encodePackTail, packFooterBytes, packHeaderBytes } from "./pack-format.ts";
import type { PackEntry } from "./pack-format.ts";

const name = "00112233445566778899aabbccddeeff";
const one: PackEntry = {
  name: digestOf(Buffer.from("one")),
  offset: 32,
  storedLength: 100,
  rawLength: 4096,
  codec: chunkCodecs.zstd,
  sealed: false,
  crc: 0xdeadbeef,
};
const two: PackEntry = {
  name: digestOf(Buffer.from("two")),
  offset: 132,
  storedLength: 78,
  rawLength: 50,
  codec: chunkCodecs.stored,
  sealed: true,
  crc: 7,
};

interface Parts {
  readonly name: string;
  readonly header: Buffer;
  readonly index: Buffer;
  readonly footer: Buffer;
}

function partsOf(entries: readonly PackEntry[], indexOffset: number): Parts {
  const tail = encodePackTail(name, entries, indexOffset);
  return { name, header: encodePackHeader(name), index: tail.subarray(0, -packFooterBytes), footer: tail.subarray(-packFooterBytes) };
}

const parts = (): Parts => partsOf([one, two], 210);

describe("the pack format", () => {
  it("lies as docs/store-layout.md says", () => {
    const { header, index, footer } = parts();
    assert.equal(header.toString("hex"), `${Buffer.from("TINTPACK").toString("hex")}0200000000000000${name}`);
    const first = `${Buffer.from(one.name).toString("hex")}200000006400000000100000efbeadde0100000000000000`;
    assert.equal(index.subarray(0, 56).toString("hex"), first);
    const second = `${Buffer.from(two.name).toString("hex")}840000004e00000032000000070000000001000000000000`;
    assert.equal(index.subarray(56).toString("hex"), second);
    assert.equal(footer.subarray(0, 8).toString("hex"), "d200000002000000");
    assert.equal(footer.subarray(40).toString(), "TINTPACK");
  });

  it("reads back what it wrote", () => {
    const { footer } = parts();
    assert.deepEqual(decodePackFooter(footer, 210 + 112 + 48), { indexOffset: 210, count: 2 });
    assert.deepEqual(decodePackIndex(parts()), [one, two]);
  });

  it("refuses a footer whose numbers do not fit the file", () => {
    const { footer } = parts();
    for (const fileBytes of [0, packHeaderBytes, 210 + 112 + 47, 210 + 112 + 49]) {
      assert.match(refusalOf(decodePackFooter(footer, fileBytes)), /does not fit the file/);
    }
    const huge = Buffer.from(footer);
    huge.writeUInt32LE(0xffffffff, 4);
    assert.match(refusalOf(decodePackFooter(huge, 210 + 112 + 48)), /does not fit/);
    assert.match(refusalOf(decodePackFooter(Buffer.alloc(48), 1000)), /does not end with a pack footer/);
    assert.match(refusalOf(decodePackFooter(footer.subarray(1), 1000)), /does not end with a pack footer/);
  });

  it("refuses a pack under another name, and an index or footer that was changed", () => {
    assert.match(refusalOf(decodePackIndex({ ...parts(), name: "f".repeat(32) })), /header is not that of pack f+/);
    const changed = parts();
    changed.index[40] = 7;
    assert.match(refusalOf(decodePackIndex(changed)), /does not match the checksum/);
  });

  it("refuses entries that point outside the payloads or have an unknown codec or seal, whatever the checksum says", () => {
    for (const wrong of [{ offset: 111 }, { offset: 31 }, { storedLength: 0xffff_ffff }, { rawLength: 99 }, { codec: 9 as 0 }]) {
      assert.match(refusalOf(decodePackIndex(partsOf([{ ...one, ...wrong }], 210))), /index entry 0 gives codec/);
    }
    assert.match(refusalOf(decodePackIndex(partsOf([{ ...two, sealed: false }], 210))), /78 bytes for 50/);
    const unknown = encodePackTail(name, [one], 210);
    unknown.writeUInt8(2, 49);
    const footer = unknown.subarray(-packFooterBytes);
    digestOf(Buffer.concat([encodePackHeader(name), unknown.subarray(0, -40)])).copy(footer, 8);
    const decoded = decodePackIndex({ name, header: encodePackHeader(name), index: unknown.subarray(0, -packFooterBytes), footer });
    assert.match(refusalOf(decoded), /seal 2/);
  });
});
