import assert from "node:assert/strict";
import { createDecipheriv } from "node:crypto";
import { describe, it } from "node:test";
import { filler } from "../../test/filler.ts";
import { chunkCodecs } from "../chunk/chunk-codec.ts";
import { openPayload, sealBytes, sealPayload } from "./seal-payload.ts";
import type { SealedAs } from "./seal-payload.ts";

const sealKey = filler("seal key", 32);
const as: SealedAs = { name: filler("name", 32), rawLength: 5000, codec: chunkCodecs.zstd };

function sealed(payload: Uint8Array): Buffer {
  const target = Buffer.alloc(payload.length + sealBytes);
  target.set(payload);
  // In place, as chunks in their slots are.
  assert.equal(sealPayload(target.subarray(0, payload.length), target, as, sealKey), target.length);
  return target;
}

describe("sealing a payload", () => {
  it("gives nonce, ciphertext and tag of AES-256-GCM, bound to name, raw length and codec", () => {
    const payload = filler("payload", 1000);
    const bytes = sealed(payload);
    const decipher = createDecipheriv("aes-256-gcm", sealKey, bytes.subarray(0, 12));
    decipher.setAAD(Buffer.concat([as.name, Buffer.from("8813000001", "hex")]));
    decipher.setAuthTag(bytes.subarray(-16));
    assert.deepEqual(Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]), payload);
    assert.deepEqual(openPayload(bytes, as, sealKey), payload);
  });

  it("never gives the same bytes twice", () => {
    assert.notDeepEqual(sealed(filler("payload", 100)), sealed(filler("payload", 100)));
  });

  it("is refused when any byte was changed, when it was cut, and as another chunk or under another key", () => {
    const bytes = sealed(filler("payload", 50));
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x40;
      assert.throws(() => openPayload(changed, as, sealKey), `byte ${at}`);
      assert.throws(() => openPayload(bytes.subarray(0, at), as, sealKey), `${at} bytes`);
    }
    for (const other of [{ name: filler("other", 32) }, { rawLength: 5001 }, { codec: chunkCodecs.stored }]) {
      assert.throws(() => openPayload(bytes, { ...as, ...other }, sealKey));
    }
    assert.throws(() => openPayload(bytes, as, filler("another key", 32)));
  });
});
