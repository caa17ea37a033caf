import assert from "node:assert/strict";
import { hkdfSync } from "node:crypto";
import { describe, it } from "node:test";
import { filler } from "../../test/filler.ts";
import { deriveDataKey, keyedNameOf } from "./data-key.ts";

const key = { id: "0123456789abcdef0123456789abcdef", secret: filler("secret", 32), wrapped: filler("wrapped", 60) };

describe("a data key", () => {
  it("is derived as docs/store-layout.md says", () => {
    const derived = deriveDataKey(key);
    const expected = (info: string): Uint8Array => new Uint8Array(hkdfSync("sha256", key.secret, Buffer.from(key.id, "hex"), info, 32));
    assert.deepEqual(derived.nameKey, expected("tintype store 2 chunk names"));
    assert.deepEqual(derived.sealKey, expected("tintype store 2 chunk payloads"));
    assert.deepEqual(derived.manifestKey, expected("tintype store 2 manifests"));
  });

  it("names a chunk differently under different secrets and ids", () => {
    const names = [key, { ...key, secret: filler("other", 32) }, { ...key, id: "f".repeat(32) }].map((one) =>
      keyedNameOf(filler("digest", 32), deriveDataKey(one).nameKey).toString("hex"),
    );
    assert.equal(new Set(names).size, 3);
  });

  it("is refused when id, secret or wrapped form cannot be", () => {
    for (const wrong of [
      { id: "" },
      { id: "0".repeat(32) },
      { id: "A".repeat(32) },
      { secret: filler("short", 31) },
      { wrapped: filler("long", 4097) },
    ]) {
      assert.throws(() => deriveDataKey({ ...key, ...wrong }), TypeError);
    }
  });
});
