import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import { blobIdOf, filler } from "../../test/filler.ts";
import { refusalOf } from "../../test/refusal-of.ts";
import { digestOf } from "../chunk/chunk-codec.ts";
import {
  decodeManifest,
  encodeManifest,
  encodeRecord,
  isProvenBy,
  listBytesOf,
  listCountOf,
  listNameOf,
  manifestBytesOf,
  manifestFooterBytes,
  manifestHeaderBytes,
} from "./manifest-format.ts";
import type { Manifest } from "./manifest-format.ts";

const id = blobIdOf("manifest");
const chunkSizeBytes = 4096;
const listName = digestOf(Buffer.from("list"));
const content = { lengthBytes: 2 * chunkSizeBytes + 1, chunkSizeBytes, lists: listName };
const record = encodeRecord({ is: "kept" });
const key = { id: "0f".repeat(16), wrapped: Buffer.from("wrapped"), manifestKey: filler("manifest key", 32) };

function decoded(bytes: Buffer): Manifest {
  const manifest = decodeManifest(bytes, id);
  assert.ok(typeof manifest === "object");
  return manifest;
}

describe("a manifest", () => {
  it("lies as docs/store-layout.md says", () => {
    const bytes = encodeManifest({ id, content, record, key });
    const magic = Buffer.from("TINTBLOB").toString("hex");
    const lengths = "012000000000000001000000070000000d00000000000000";
    assert.equal(bytes.subarray(0, 72).toString("hex"), `${magic}0200000000100000${id}${key.id}${lengths}`);
    assert.deepEqual(bytes.subarray(72, 104), listName);
    assert.equal(bytes.subarray(104, 124).toString(), 'wrapped{"is":"kept"}');
    const contentDigest = digestOf(Buffer.concat([Buffer.from("012000000000000000100000", "hex"), listName]));
    assert.deepEqual(bytes.subarray(124, 156), contentDigest);
    assert.deepEqual(bytes.subarray(156, 188), createHmac("sha256", key.manifestKey).update(bytes.subarray(0, 156)).digest());
    assert.deepEqual(bytes.subarray(188, 220), digestOf(bytes.subarray(0, 188)));
    assert.equal(bytes.subarray(220).toString(), "TINTBLOB");
    assert.equal(manifestBytesOf(bytes.subarray(0, 72), id), bytes.length);
  });

  it("is read back, sealed or plain", () => {
    const shape = { id, ...content, record: { is: "kept" } };
    const plain = encodeManifest({ id, content, record, key: undefined });
    assert.deepEqual(decoded(plain), { ...shape, keyId: undefined, wrappedKey: undefined });
    assert.deepEqual(plain.subarray(-104 + 32, -104 + 64), Buffer.alloc(32));
    const sealed = encodeManifest({ id, content, record, key });
    assert.deepEqual(decoded(sealed), { ...shape, keyId: key.id, wrappedKey: new Uint8Array(key.wrapped) });
    assert.equal(isProvenBy(sealed, key.manifestKey), true);
    assert.equal(isProvenBy(sealed, filler("another key", 32)), false);
  });

  it("describes terabytes in little space, and content of no bytes in less", () => {
    const shape = { lengthBytes: 2 ** 41, chunkSizeBytes: 2 ** 19 };
    assert.equal(listCountOf(shape), 1024);
    const lists = Buffer.alloc(1024 * 32);
    listName.copy(lists, 700 * 32);
    const bytes = encodeManifest({ id, content: { ...shape, lists }, record, key: undefined });
    assert.ok(bytes.length < 33_100);
    assert.deepEqual(listNameOf(decoded(bytes), 700), listName);
    assert.equal(listNameOf(decoded(bytes), 701), undefined);
    assert.equal(listBytesOf({ lengthBytes: 4097 * 4096, chunkSizeBytes }, 1), 32);
    const empty = encodeManifest({ id, content: { lengthBytes: 0, chunkSizeBytes, lists: Buffer.alloc(0) }, record, key: undefined });
    assert.equal(empty.length, manifestHeaderBytes + record.length + manifestFooterBytes);
    assert.equal(decoded(empty).lengthBytes, 0);
  });

  it("is refused when any bit of it is flipped, and when it is cut or continued", () => {
    const bytes = encodeManifest({ id, content, record, key });
    for (let at = 0; at < bytes.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        assert.equal(typeof decodeManifest(changed, id), "string", `byte ${at}, bit ${bit}`);
      }
      assert.equal(typeof decodeManifest(bytes.subarray(0, at), id), "string", `${at} bytes`);
    }
    assert.match(refusalOf(decodeManifest(Buffer.concat([bytes, Buffer.of(0)]), id)), /has 229 bytes or more instead of 228/);
    assert.match(refusalOf(decodeManifest(bytes, blobIdOf("other"))), /that of blob/);
  });

  it("is refused when its header promises more than can be", () => {
    const spoiled = (offset: number, hex: string): string => {
      const bytes = encodeManifest({ id, content, record, key });
      bytes.write(hex, offset, "hex");
      return refusalOf(manifestBytesOf(bytes, id));
    };
    assert.match(spoiled(12, "00000080"), /in chunks of 2147483648/);
    assert.match(spoiled(48, "ffffffffffffffff"), /gives 18446744073709552000 bytes/);
    assert.match(spoiled(48, "0120000100000000"), /1 lists/);
    assert.match(spoiled(56, "ffffffff"), /4294967295 lists/);
    assert.match(spoiled(60, "01100000"), /4097 bytes of key/);
    assert.match(spoiled(64, "01000100"), /65537 of record/);
    assert.match(spoiled(8, "01000000"), /manifest of version 2/);
  });

  it("is refused when it wraps a key or proves itself without naming a key, whatever its checksum says", () => {
    const bytes = encodeManifest({ id, content, record, key: { ...key, wrapped: Buffer.alloc(0) } });
    bytes.fill(0, 32, 48);
    digestOf(bytes.subarray(0, -40)).copy(bytes, bytes.length - 40);
    assert.match(refusalOf(decodeManifest(bytes, id)), /names no key/);
    bytes.writeUInt32LE(1, 60);
    assert.match(refusalOf(decodeManifest(bytes, id)), /1 bytes of key/);
  });

  it("is refused when its record is no JSON object", () => {
    for (const text of ["", "5", "[]", "null", "{"]) {
      const bytes = encodeManifest({ id, content, record: Buffer.from(text), key: undefined });
      assert.match(refusalOf(decodeManifest(bytes, id)), /no JSON object/);
    }
  });
});
