import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { dataRecordHead, longestRecordData, recordKinds, referenceRecord, zerosRecord } from "@tintype/contract/tus/chunk-records.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ChunkRecord } from "./chunk-records.ts";
import { readChunkRecords } from "./chunk-records.ts";

const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });
const data = fc.uint8Array({ minLength: 1, maxLength: 300 });
const zeros = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

const record = fc.oneof(
  zeros.map((lengthBytes) => ({ bytes: zerosRecord(lengthBytes), means: `zeros ${lengthBytes}` })),
  digest.map((bytes) => ({ bytes: referenceRecord(bytes), means: `reference ${Buffer.from(bytes).toString("hex")}` })),
  data.map((bytes) => ({
    bytes: Buffer.concat([dataRecordHead(bytes.length), bytes]),
    means: `data ${Buffer.from(bytes).toString("hex")}`,
  })),
);

/** A body in pieces that end at these places. */
async function* cut(body: Uint8Array, places: readonly number[]): AsyncGenerator<Uint8Array> {
  const ends = [...places.map((place) => place % (body.length + 1)), body.length].toSorted((one, other) => one - other);
  for (const [index, end] of ends.entries()) {
    yield body.subarray(ends[index - 1] ?? 0, end);
  }
}

/** What records mean, with the pieces of one record's data put together. */
async function meanings(records: AsyncIterable<ChunkRecord>): Promise<string> {
  let text = "";
  for await (const one of records) {
    text +=
      one.kind === "data" ? Buffer.from(one.bytes).toString("hex") : ` ${one.kind} ${"digest" in one ? one.digest : one.lengthBytes} `;
  }
  return text;
}

const places = fc.array(fc.nat(5000), { maxLength: 40 });

test("records come out as they went in, wherever the body is cut", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record, { maxLength: 12 }), places, async (records, cuts) => {
      const body = Buffer.concat(records.map(({ bytes }) => bytes));
      const expected = records.map(({ means }) => (means.startsWith("data ") ? means.slice(5) : ` ${means} `)).join("");
      assert.equal(await meanings(readChunkRecords(cut(body, cuts))), expected);
    }),
  );
});

test("whatever comes is read or refused as broken, and where it is cut makes no difference", async () => {
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    // Mostly right, so that the faults lie deeper.
    fc
      .tuple(fc.array(record, { maxLength: 8 }), fc.nat(), fc.nat(255))
      .map(([records, at, byte]) => {
        const bytes = Buffer.concat(records.map((one) => one.bytes));
        bytes[at % bytes.length] = byte;
        return bytes;
      })
      .filter((bytes) => bytes.length > 0),
  );
  const outcome = async (bytes: Uint8Array, cuts: readonly number[]): Promise<string> => {
    let text = "";
    try {
      for await (const one of readChunkRecords(cut(bytes, cuts))) {
        text += one.kind === "data" ? Buffer.from(one.bytes).toString("hex") : ` ${JSON.stringify(one)} `;
      }
      return text;
    } catch (error) {
      assert.ok(error instanceof ServiceError && error.code === "tus.recordsBroken", String(error));
      return `${text} ${error.message}`;
    }
  };
  await fc.assert(
    fc.asyncProperty(
      body.filter(({ length }) => length > 0),
      places,
      async (bytes, cuts) => {
        assert.equal(await outcome(bytes, cuts), await outcome(bytes, []));
      },
    ),
    { numRuns: 500 },
  );
});

function head(kind: number, length: bigint, bytes: 4 | 8): Buffer {
  const record = Buffer.alloc(1 + bytes);
  record[0] = kind;
  if (bytes === 8) {
    record.writeBigUInt64BE(length, 1);
  } else {
    record.writeUInt32BE(Number(length), 1);
  }
  return record;
}

const broken: readonly [string, Uint8Array, RegExp][] = [
  ["of an unknown kind", Uint8Array.of(3), /at its byte 0: there is no record of the kind 3/],
  ["of no zeros", head(recordKinds.zeros, 0n, 8), /a run of 0 zeros/],
  ["of more zeros than can be counted", head(recordKinds.zeros, 2n ** 63n, 8), /a run of 9223372036854776000 zeros/],
  ["of no data", head(recordKinds.data, 0n, 4), /a record of 0 bytes/],
  ["of more data than there may be", head(recordKinds.data, BigInt(longestRecordData + 1), 4), /a record of 4194305 bytes/],
  ["that ends within a head", Buffer.alloc(8), /ends within a record/],
  ["that ends within data", Buffer.concat([dataRecordHead(2), Uint8Array.of(1)]), /ends within a record/],
  ["behind good ones", Buffer.concat([zerosRecord(5), Uint8Array.of(9)]), /at its byte 9/],
];

for (const [name, body, message] of broken) {
  test(`a record ${name} is refused`, async () => {
    await assert.rejects(meanings(readChunkRecords(cut(body, []))), { code: "tus.recordsBroken", message });
  });
}

test("records that cannot be are not made", () => {
  for (const length of [0, -1, 0.5, Number.NaN, 2 ** 53]) {
    assert.throws(() => zerosRecord(length), RangeError);
    assert.throws(() => dataRecordHead(length), RangeError);
  }
  assert.throws(() => dataRecordHead(longestRecordData + 1), RangeError);
  assert.throws(() => referenceRecord(new Uint8Array(31)), RangeError);
});
