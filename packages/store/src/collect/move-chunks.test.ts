import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { crc32 } from "node:zlib";
import { filler } from "../../test/filler.ts";
import { memoryBackend } from "../backend/memory/memory-backend.ts";
import { chunkCodecs, digestOf } from "../chunk/chunk-codec.ts";
import { chunkWorkers } from "../chunk/chunk-workers.ts";
import { encodePackHeader, encodePackTail, packHeaderBytes } from "../pack/pack-format.ts";
import type { PackEntry } from "../pack/pack-format.ts";
import { packFileName } from "../store-names.ts";
import { moveBytes, moveChunks } from "./move-chunks.ts";
import type { MoveParts, PackDamage } from "./move-chunks.ts";
import { Turns } from "./turns.ts";

const pack = "a".repeat(32);
const miB = 2 ** 20;

interface Packed {
  readonly file: Buffer;
  readonly entries: readonly PackEntry[];
}

function packOf(payloads: readonly Buffer[]): Packed {
  let offset = packHeaderBytes;
  const entries = payloads.map((payload) => {
    const place = { offset, storedLength: payload.length, rawLength: payload.length };
    offset += payload.length;
    return { name: digestOf(payload), ...place, codec: chunkCodecs.stored, sealed: false, crc: crc32(payload) };
  });
  return { file: Buffer.concat([encodePackHeader(pack), ...payloads, encodePackTail(pack, entries, offset)]), entries };
}

/** Moves some of a pack's chunks; answers what arrived, and what was wrong. */
async function move(
  { file, entries }: Packed,
  numbers: readonly number[],
  parts: Partial<MoveParts> = {},
): Promise<{ readonly moved: readonly Buffer[]; readonly damage: PackDamage | undefined }> {
  await using workers = chunkWorkers(1);
  const backend = memoryBackend(new Map([[packFileName(pack), file]]));
  const moved: Buffer[] = [];
  const names = numbers.map((number) => entries[number]?.name ?? Buffer.alloc(32));
  const append = async (bytes: Uint8Array): Promise<void> => void moved.push(Buffer.from(bytes));
  const memory = new SharedArrayBuffer(moveBytes);
  const damage = await moveChunks({ pack, names }, { append }, { backend, workers, memory, turns: new Turns(undefined), ...parts });
  return { moved, damage };
}

describe("moving chunks", () => {
  const payloads = [miB, 3 * miB, 4 * miB, 100, 0, 2 * miB].map((length, number) => filler(`payload ${number}`, length));

  it("copies those that are wanted as they are stored, more of them than memory has room for", async () => {
    const wanted = [0, 1, 2, 3, 5];
    const { moved, damage } = await move(packOf(payloads), wanted);
    assert.equal(damage, undefined);
    assert.ok(Buffer.concat(moved).equals(Buffer.concat(wanted.map((number) => payloads[number] ?? Buffer.alloc(0)))));
  });

  it("tells which chunk does not match its checksum, and copies nothing of it", async () => {
    const packed = packOf(payloads);
    packed.file.writeUInt8(packed.file.readUInt8((packed.entries[3]?.offset ?? 0) + 7) ^ 1, (packed.entries[3]?.offset ?? 0) + 7);
    const { moved, damage } = await move(packed, [0, 3, 5]);
    assert.deepEqual(damage?.chunk, packed.entries[3]?.name);
    assert.match(damage?.reason ?? "", /at offset \d+ \(100 bytes\) does not match its checksum/);
    assert.ok(moved.every((bytes) => bytes.length !== 100));
  });

  it("does not take for a chunk what memory still holds of an earlier read, when the file ends before it", async () => {
    const packed = packOf([filler("one", 5000), filler("two", 5000)]);
    const memory = new SharedArrayBuffer(moveBytes);
    new Uint8Array(memory).set(packed.file.subarray(packHeaderBytes, packHeaderBytes + 10_000));
    const whole = memoryBackend(new Map([[packFileName(pack), packed.file]]));
    for (const readable of [0, 4999, 5000, 9999]) {
      const backend: MoveParts["backend"] = {
        ...whole,
        read: async (name, offset, targets) =>
          targets[0]?.length === 10_000 ? whole.read(name, offset, [targets[0].subarray(0, readable)]) : whole.read(name, offset, targets),
      };
      const { damage } = await move(packed, [0, 1], { backend, memory });
      assert.deepEqual(damage?.chunk, packed.entries[readable < 5000 ? 0 : 1]?.name, `${readable} bytes`);
    }
  });

  it("refuses a chunk that is longer than any", async () => {
    const { damage } = await move(packOf([Buffer.alloc(moveBytes + 1)]), [0]);
    assert.match(damage?.reason ?? "", /longer than any chunk/);
  });
});
