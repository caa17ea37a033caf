import assert from "node:assert/strict";
import { test } from "node:test";
import { inlineDigests } from "../adapters/digests/inline-digests.ts";
import type { ExpectedDigest, Payload } from "./payload.ts";
import { receivePayload } from "./receive-payload.ts";

const md5OfAbc = "900150983cd24fb0d6963f7d28e17f72";

function payload(pieces: readonly string[], lengthBytes: number, expected: readonly ExpectedDigest[] = []): Payload {
  const body = async function* () {
    for (const piece of pieces) {
      yield Buffer.from(piece);
    }
  };
  return { lengthBytes, body: body(), algorithms: expected.map(({ algorithm }) => algorithm), expected: () => expected };
}

const ignore = async () => {};
const receive = (content: Payload, write: (offset: number, bytes: Uint8Array) => Promise<void> = ignore) =>
  receivePayload(inlineDigests(), content, write);

test("a payload is written at its places, and its digests are told", async () => {
  const written: string[] = [];
  const received = await receive(
    payload(["a", "bc"], 3),
    async (offset, bytes) => void written.push(`${offset}:${Buffer.from(bytes).toString()}`),
  );
  assert.deepEqual(written, ["0:a", "1:bc"]);
  assert.equal(received.md5, md5OfAbc);
});

test("a payload that is shorter or longer than announced is refused", async () => {
  await assert.rejects(receive(payload(["a", "bc"], 4)), { code: "obs.IncompleteBody" });
  await assert.rejects(receive(payload(["a", "bc"], 2)), { code: "obs.IncompleteBody" });
});

test("a digest that does not hold is refused, each kind with its own code", async () => {
  const right = { algorithm: "md5", hex: md5OfAbc, header: "Content-MD5" } as const;
  await receive(payload(["abc"], 3, [right]));
  await assert.rejects(receive(payload(["abd"], 3, [right])), { code: "obs.BadDigest" });
  const sha256 = { algorithm: "sha256", hex: "00", header: "x-amz-content-sha256" } as const;
  await assert.rejects(receive(payload(["abc"], 3, [right, sha256])), { code: "obs.XAmzContentSHA256Mismatch" });
});

test("the body is asked for no more than what is being written", async () => {
  let asked = 0;
  let written = 0;
  const body = async function* () {
    for (; asked < 50; asked++) {
      assert.ok(asked - written <= 1);
      yield Buffer.from("x");
    }
  };
  await receive({ lengthBytes: 50, body: body(), algorithms: [], expected: () => [] }, async () => {
    await new Promise((resolve) => setImmediate(resolve));
    written++;
  });
  assert.equal(written, 50);
});
