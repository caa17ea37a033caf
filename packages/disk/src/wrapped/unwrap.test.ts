import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import type { ByteSource } from "../core/byte-source.ts";
import { isDiskError } from "../core/disk-error.ts";
import { SeededRandom } from "../core/testing/seeded-random.ts";
import { MemorySource } from "../source/memory-source.ts";
import { unwrap } from "./unwrap.ts";
import type { UnwrapOptions, WrapperKind } from "./unwrap.ts";

const MIB = 1024 * 1024;
const content = Buffer.concat([new SeededRandom(3).bytes(700_000), Buffer.alloc(3 * MIB, "some text, ")]);
const wrap = { gzip: (bytes: Uint8Array) => gzipSync(bytes), zstd: (bytes: Uint8Array) => zstdCompressSync(bytes) };

async function unwrapped(bytes: Uint8Array, kind: WrapperKind, options?: UnwrapOptions): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(unwrap(new MemorySource(bytes), kind, options)));
}

for (const kind of ["gzip", "zstd"] as const) {
  const packed = wrap[kind](content);

  test(`${kind}: the content comes out, in chunks that may be kept`, async () => {
    const chunks = await Array.fromAsync(unwrap(new MemorySource(packed), kind));
    assert.ok(Buffer.concat(chunks).equals(content));
    assert.ok(chunks.every((chunk) => chunk.length <= 256 * 1024));
  });

  test(`${kind}: several parts one after the other are one content`, async () => {
    assert.ok((await unwrapped(Buffer.concat([packed, packed]), kind)).equals(Buffer.concat([content, content])));
  });

  test(`${kind}: a file that is cut off anywhere is refused as truncated`, async () => {
    for (const length of [0, 2, 20, 400_000, packed.length - 9, packed.length - 1]) {
      await assert.rejects(unwrapped(packed.subarray(0, length), kind), { code: "disk.truncated" }, `${length} bytes`);
    }
  });

  test(`${kind}: damage, another kind, and bytes that follow are refused`, async () => {
    const damaged = Buffer.from(packed);
    damaged.fill(0xff, 12, 40);
    for (const bytes of [damaged, wrap[kind === "gzip" ? "zstd" : "gzip"](content), Buffer.concat([packed, Buffer.from("and more")])]) {
      await assert.rejects(unwrapped(bytes, kind), (error: unknown) => {
        assert.ok(isDiskError(error) && error.code === "disk.corrupt", String(error));
        assert.ok((error.remedy ?? "").length > 0);
        return true;
      });
    }
    await assert.rejects(unwrapped(Buffer.concat([packed, Buffer.of(0), Buffer.from("and more")]), kind), {
      code: "disk.corrupt",
      message: /something follows/,
    });
  });

  test(`${kind}: what unpacks to more than a ceiling is refused at the ceiling`, async () => {
    const bomb = wrap[kind](Buffer.alloc(64 * MIB));
    for (const options of [{ maxOutputBytes: MIB }, { maxRatio: 10 }]) {
      let outputBytes = 0;
      const read = async (): Promise<void> => {
        for await (const chunk of unwrap(new MemorySource(bomb), kind, options)) {
          outputBytes += chunk.length;
        }
      };
      await assert.rejects(read(), { code: "disk.limit", message: /unpacks to more than/ });
      assert.ok(outputBytes <= MIB, `${outputBytes} bytes came out`);
    }
    assert.equal((await unwrapped(bomb, kind)).length, 64 * MIB);
  });

  test(`${kind}: leaving early and aborting end all work, and failures of the source come through`, async () => {
    let underWay = 0;
    const source: ByteSource = {
      lengthBytes: packed.length,
      read: async (offset, length) => {
        underWay += 1;
        await new Promise(setImmediate);
        underWay -= 1;
        if (offset > 500_000) {
          throw new Error("the medium failed");
        }
        return packed.subarray(offset, offset + length);
      },
      async [Symbol.asyncDispose]() {},
    };
    for await (const chunk of unwrap(source, kind)) {
      assert.ok(chunk.length > 0);
      break;
    }
    await new Promise(setImmediate);
    assert.equal(underWay, 0);
    await assert.rejects(Array.fromAsync(unwrap(source, kind)), /the medium failed/);
    const signal = AbortSignal.abort(new Error("enough"));
    await assert.rejects(unwrapped(packed, kind, { signal }), /enough/);
  });
}

test("zeros behind gzip are padding", async () => {
  assert.ok((await unwrapped(Buffer.concat([gzipSync(content), Buffer.alloc(600_000)]), "gzip")).equals(content));
});

test("a zstd window over 8 MiB is refused", async () => {
  const wide = Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x70, 1, 0, 0);
  await assert.rejects(unwrapped(wide, "zstd"), { code: "disk.limit", message: /more than 8 MiB/ });
});

test("xz and bzip2 are named and refused", async () => {
  for (const kind of ["xz", "bzip2"] as const) {
    await assert.rejects(unwrapped(content, kind), { code: "disk.unsupported", message: new RegExp(`compressed with ${kind}`) });
  }
});
