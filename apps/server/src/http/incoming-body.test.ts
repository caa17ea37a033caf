import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { describe, it } from "node:test";
import { FakeTimers } from "@tintype/jobs/testing/fake-timers.ts";
import { bodyReader } from "./incoming-body.ts";

const silenceMs = 60_000;

/** A body that a test sends, being read until it ends or breaks off. */
function reading() {
  const timers = new FakeTimers();
  const sender = new PassThrough();
  const collect = async (): Promise<number> => {
    let lengthBytes = 0;
    for await (const bytes of bodyReader({ timers, silenceMs })(sender)) {
      lengthBytes += bytes.length;
    }
    return lengthBytes;
  };
  const received = collect();
  received.catch((error: unknown) => error);
  return { timers, sender, received };
}

describe("the reader of long bodies", () => {
  it("breaks a body off that brings nothing for so long, and a quarter longer at most", async () => {
    const { timers, sender, received } = reading();
    sender.write("some");
    await timers.advance(silenceMs - 1);
    assert.ok(!sender.destroyed);
    await timers.advance(silenceMs / 4 + 1);
    assert.ok(sender.destroyed);
    await assert.rejects(received, { code: "ops.bodyBroken" });
    assert.deepEqual(timers.pending, []);
  });

  it("is patient with a body of which a little comes now and then", async () => {
    const { timers, sender, received } = reading();
    for (let minute = 0; minute < 10; minute += 1) {
      sender.write("x");
      await timers.advance(silenceMs * 0.9);
    }
    sender.end();
    await timers.settle();
    assert.equal(await received, 10);
    assert.deepEqual(timers.pending, []);
  });

  it("does not hold against a sender what whoever reads takes long for", async () => {
    const timers = new FakeTimers();
    const sender = new PassThrough();
    sender.end(Buffer.alloc(600 * 1024));
    const body = bodyReader({ timers, silenceMs })(sender)[Symbol.asyncIterator]();
    assert.equal((await body.next()).value?.length, 512 * 1024);
    await timers.advance(10 * silenceMs);
    assert.equal((await body.next()).value?.length, 88 * 1024);
    assert.equal((await body.next()).done, true);
  });

  it("leaves the connection alone when whoever reads leaves early", async () => {
    const timers = new FakeTimers();
    const sender = new PassThrough();
    sender.write(Buffer.alloc(600 * 1024));
    for await (const _block of bodyReader({ timers, silenceMs })(sender)) {
      break;
    }
    await timers.advance(10 * silenceMs);
    assert.ok(!sender.destroyed);
  });
});
