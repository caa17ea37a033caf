import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { memoryBackend } from "./backend/memory/memory-backend.ts";
import { parseStoreFormat, printStoreFormat, readStoreFormat } from "./store-format.ts";

const text = '{"format":"tintype-store","version":2,"chunkSizeBytes":8192}\n';

describe("the file that says what a store is", () => {
  it("is written as documented, and read back", async () => {
    assert.equal(printStoreFormat({ chunkSizeBytes: 8192 }), text);
    const files = new Map<string, Uint8Array>();
    assert.equal(await readStoreFormat(memoryBackend(files)), undefined);
    files.set("format", Buffer.from(text));
    assert.deepEqual(await readStoreFormat(memoryBackend(files)), { chunkSizeBytes: 8192 });
  });

  it("is refused when it is of another kind or version, or was changed", () => {
    const cases: [string, RegExp][] = [
      ["", /does not describe a blob store/],
      ["[]", /does not describe a blob store/],
      ['{"format":"other","version":2}', /does not describe a blob store/],
      ['{"format":"tintype-store","version":1,"chunkSizeBytes":4096}', /is of version 1, this release knows version 2/],
      ['{"format":"tintype-store","version":3,"chunkSizeBytes":4096}', /is of version 3, this release knows version 2/],
      ['{"format":"tintype-store","version":2,"chunkSizeBytes":5000}', /no valid chunkSizeBytes/],
      ['{"format":"tintype-store","version":2}', /no valid chunkSizeBytes/],
      [` ${text}`, /was changed/],
    ];
    for (const [changed, message] of cases) {
      assert.throws(() => parseStoreFormat(changed, "format"), { code: "store.badFormat", message });
    }
  });

  it("is refused when any byte of it is flipped", () => {
    for (let at = 0; at < text.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const bytes = Buffer.from(text);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        assert.throws(() => parseStoreFormat(bytes.toString(), "format"), { code: "store.badFormat" }, `byte ${at}, bit ${bit}`);
      }
    }
  });
});
