import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { test } from "node:test";
import { ImageApi } from "../image-api.ts";
import { doubleSession } from "../testing/double-session.ts";
import { readBody } from "../testing/http-double.ts";
import { InstantTimers } from "../testing/instant-timers.ts";
import { chunkBytes, PushDouble, refuse } from "../testing/push-double.ts";
import { pushImage } from "./push-image.ts";
import type { PushSource } from "./push-source.ts";
import type { PushedImage, PushImageOptions } from "./push-image.ts";
import { Uploads } from "./uploads.ts";

const noise = (seed: string, length: number): Buffer => createHash("shake128", { outputLength: length }).update(seed).digest();
const file = Buffer.concat([noise("a", 3 * chunkBytes), Buffer.alloc(2 * chunkBytes), noise("b", 2 * chunkBytes + 7)]);
const dataBytes = 5 * chunkBytes + 7;
const image = { name: "pushed", diskFormat: "raw", containerFormat: "bare", minDiskGiB: 1, tags: ["t"] };

/** How the file behaves. */
interface FileOfTest {
  readonly unchanged: boolean;
  readonly read: PushSource["read"];
}

const readOf =
  (bytes: Buffer): PushSource["read"] =>
  async (at, length) =>
    bytes.subarray(at, at + length);

async function push(
  double: PushDouble,
  bytes: Buffer = file,
  { unchanged = true, read = readOf(bytes), ...options }: Partial<PushImageOptions> & Partial<FileOfTest> = {},
): Promise<PushedImage & { timers: InstantTimers }> {
  await using server = await double.start();
  const timers = new InstantTimers();
  const session = doubleSession(server.url, timers);
  const source = { lengthBytes: bytes.length, read };
  const pushed = await pushImage(
    { source, file: { path: "/disk.img", changed: 7 }, isUnchanged: async () => unchanged, image },
    { images: new ImageApi(session), uploads: new Uploads(session), timers, ...options },
  );
  return { ...pushed, timers };
}

const isSending = ({ method }: IncomingMessage): boolean => method === "PATCH";

/** Answers the n-th PATCH, counted from 1, in a way of its own. */
function atSending(
  double: PushDouble,
  which: number,
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>,
): void {
  let sendings = 0;
  double.interfere = async (request, response) => isSending(request) && ++sendings === which && (await answer(request, response));
}

test("a file becomes an image; what the project has and zeros are not sent", async () => {
  const double = new PushDouble();
  double.has(file.subarray(chunkBytes, 3 * chunkBytes));
  const { image: made, totals } = await push(double);
  assert.ok(double.images.get(made.id)?.content?.equals(file));
  assert.deepEqual(double.images.get(made.id)?.fields, {
    name: "pushed",
    disk_format: "raw",
    container_format: "bare",
    min_disk: 1,
    tags: ["t"],
  });
  assert.deepEqual(totals, {
    resumedBytes: 0,
    sentBytes: dataBytes - 2 * chunkBytes,
    savedBytes: 2 * chunkBytes,
    zeroBytes: 2 * chunkBytes,
  });
  assert.equal(double.dataBytes, totals.sentBytes);
});

test("a run that failed is gone on with where it stood, and its image is kept", async () => {
  const double = new PushDouble();
  atSending(double, 1, async (request, response) => {
    await readBody(request);
    const [upload] = double.uploads.values();
    assert.ok(upload);
    upload.content = file.subarray(0, chunkBytes + 100);
    refuse(response, 403, "IMG.0026");
    return true;
  });
  await assert.rejects(push(double), { name: "ApiError", code: "IMG.0026" });
  const resumed: boolean[] = [];
  const { image: made, totals } = await push(double, file, { onImage: (_image, isResumed) => resumed.push(isResumed) });
  assert.deepEqual([resumed, [...double.images.keys()]], [[true], [made.id]]);
  assert.equal(totals.resumedBytes, chunkBytes + 100);
  assert.ok(double.images.get(made.id)?.content?.equals(file));
});

test("another file, or the same one changed, is not gone on with", async () => {
  const double = new PushDouble();
  double.interfere = async (request, response) => isSending(request) && (await readBody(request), refuse(response, 403, "IMG.0026"), true);
  await assert.rejects(push(double));
  double.interfere = () => false;
  await push(double, Buffer.concat([noise("c", chunkBytes), file.subarray(chunkBytes)]));
  assert.equal(double.images.size, 2);
});

test("an upload whose image is gone is let go of, and a new one begun", async () => {
  const double = new PushDouble();
  double.interfere = async (request, response) => isSending(request) && (await readBody(request), refuse(response, 403, "IMG.0026"), true);
  await assert.rejects(push(double));
  double.interfere = () => false;
  double.images.clear();
  const [before] = double.uploads.keys();
  await push(double);
  assert.equal(double.uploads.has(before ?? ""), false);
  assert.equal(double.images.size, 1);
});

test("references that were forgotten are asked for again, and what cannot be read is sent", async () => {
  const double = new PushDouble();
  double.has(file);
  const gone = createHash("sha256")
    .update(file.subarray(chunkBytes, 2 * chunkBytes))
    .digest("hex");
  const chunk = double.chunks.get(gone);
  // Found whenever it is asked for, and never there when it is referred to.
  double.interfere = (request) => {
    if (isSending(request)) {
      double.chunks.delete(gone);
    } else if (chunk !== undefined) {
      double.chunks.set(gone, chunk);
    }
    return false;
  };
  const { image: made, totals } = await push(double);
  assert.ok(double.images.get(made.id)?.content?.equals(file));
  assert.deepEqual([totals.sentBytes, double.dataBytes], [chunkBytes, chunkBytes]);
});

test("a broken connection and a service that is away for a while end no push", async () => {
  const double = new PushDouble();
  const retries: unknown[] = [];
  let failures = 0;
  double.interfere = async (request, response) => {
    const isFailing = (isSending(request) && failures < 2) || (request.method === "HEAD" && failures > 0 && failures < 6);
    if (!isFailing) {
      return false;
    }
    failures += 1;
    if (failures % 2 === 1) {
      request.destroy();
    } else {
      await readBody(request);
      refuse(response, 503, "ops.busy");
    }
    return true;
  };
  const { image: made } = await push(double, file, { onRetry: (error) => retries.push(error) });
  assert.ok(double.images.get(made.id)?.content?.equals(file));
  assert.ok(retries.length > 0);
});

test("while another request writes, a push waits and then goes on", async () => {
  const double = new PushDouble();
  let locked = 400;
  double.interfere = async (request, response) => {
    if (!isSending(request) || locked === 0) {
      return false;
    }
    locked -= 1;
    await readBody(request);
    refuse(response, 423, "tus.locked");
    return true;
  };
  const { image: made, timers } = await push(double);
  assert.ok(double.images.get(made.id)?.content?.equals(file));
  assert.deepEqual(
    timers.delays,
    Array.from({ length: 400 }, (_, index) => (index < 20 ? 2000 : 15_000)),
  );
});

test("an image that is not the file in the end is deleted, and that is said", async () => {
  const double = new PushDouble();
  double.interfere = (request) => {
    const [made] = double.images.values();
    if (request.method === "GET" && made?.content !== undefined) {
      made.content.writeUInt8(made.content.readUInt8(5) ^ 1, 5);
    }
    return false;
  };
  await assert.rejects(push(double, Buffer.from(file)), { name: "ChecksumError", message: /Bytes were changed/ });
  assert.deepEqual([double.images.size, double.uploads.size], [0, 0]);
});

test("an image that was filled without a word of it is compared, and nothing is sent again", async () => {
  const double = new PushDouble();
  atSending(double, 1, async (request, response) => {
    await readBody(request);
    const [made] = double.images.values();
    assert.ok(made);
    [made.status, made.content] = ["active", file];
    refuse(response, 409, "image.notWaiting");
    return true;
  });
  const { image: made } = await push(double);
  assert.equal(made.status, "active");
  assert.deepEqual([double.images.size, double.uploads.size], [1, 0]);
});

test("a file that was changed while it was pushed leaves no image, though what was read of it arrived", async () => {
  const double = new PushDouble();
  await assert.rejects(push(double, file, { unchanged: false }), { name: "FileError", message: /changed while it was pushed/ });
  assert.deepEqual([double.images.size, double.uploads.size], [0, 0]);
});

test("a run that ended between the last byte and the comparison is compared by the next one, which makes no second image", async () => {
  const double = new PushDouble();
  double.interfere = (request, response) => {
    const isWhole = [...double.images.values()].some(({ content }) => content !== undefined);
    if (isWhole && request.method === "GET") {
      refuse(response, 403, "IMG.0026");
      return true;
    }
    return false;
  };
  await assert.rejects(push(double), { code: "IMG.0026" });
  assert.deepEqual([double.images.size, double.uploads.size], [1, 1]);
  double.interfere = () => false;
  const sent = double.dataBytes;
  const { image: made, totals } = await push(double);
  assert.deepEqual([...double.images.keys()], [made.id]);
  assert.deepEqual([double.dataBytes, totals.resumedBytes], [sent, file.length]);
  // It is over now: the same file again is a new image.
  assert.equal(double.uploads.size, 0);
  await push(double);
  assert.equal(double.images.size, 2);
});

test("what somebody can put right keeps what was sent; what nobody can, and a file that changed, leave nothing", async () => {
  for (const [status, code, unchanged, left] of [
    [401, "identity.tokenInvalid", true, 1],
    [403, "IMG.0026", false, 1],
    [413, "image.quotaFull", true, 1],
    [507, "tus.storeFull", true, 1],
    [404, "IMG.0027", true, 0],
    [413, "tus.tooLarge", true, 0],
  ] as const) {
    const double = new PushDouble();
    double.interfere = async (request, response) => isSending(request) && (await readBody(request), refuse(response, status, code), true);
    const discarded: unknown[] = [];
    await assert.rejects(push(double, file, { unchanged, onDiscarded: (failure) => discarded.push(failure) }), { code });
    assert.deepEqual([double.images.size, double.uploads.size], [left, left], code);
    assert.deepEqual(discarded, left === 0 ? [undefined] : []);
  }
  for (const [unchanged, left] of [
    [true, 1],
    [false, 0],
  ] as const) {
    const double = new PushDouble();
    let reads = 0;
    const read: PushSource["read"] = async (at, length) => {
      reads += 1;
      return reads === 1 ? file.subarray(at, at + length) : assert.fail("EIO");
    };
    await assert.rejects(push(double, file, { unchanged, read }), { message: "EIO" });
    assert.deepEqual([double.images.size, double.uploads.size], [left, left]);
  }
});

test("an image that cannot be deleted after all is told of, and why the push failed is what is thrown", async () => {
  const double = new PushDouble();
  double.interfere = async (request, response) => {
    if (isSending(request) || request.method === "DELETE") {
      await readBody(request);
      refuse(response, isSending(request) ? 404 : 403, isSending(request) ? "IMG.0027" : "IMG.0026");
      return true;
    }
    return false;
  };
  const failures: unknown[] = [];
  await assert.rejects(push(double, file, { onDiscarded: (failure) => failures.push(failure) }), { code: "IMG.0027" });
  assert.equal(failures.length, 1);
  assert.match(String(failures[0]), /IMG.0026/);
});

test("a service that answers no questions about chunks is sent everything", async () => {
  for (const [status, code] of [
    [409, "tus.pushUnavailable"],
    [429, "tus.tooManyQuestions"],
  ] as const) {
    const double = new PushDouble();
    double.has(file);
    double.interfere = async (request, response) => {
      const isQuestion = request.url?.endsWith("/wanted") === true;
      return isQuestion && (await readBody(request), refuse(response, status, code), true);
    };
    const { image: made, totals } = await push(double);
    assert.ok(double.images.get(made.id)?.content?.equals(file));
    assert.equal(totals.sentBytes, dataBytes);
  }
});

test("a file of several windows is sent whole, and the next window is read while one is sent", async () => {
  const double = new PushDouble();
  const long = Buffer.concat([noise("long", 300 * chunkBytes), Buffer.alloc(100 * chunkBytes), noise("end", 20)]);
  let asked = 0;
  let sendings = 0;
  double.interfere = (request) => {
    asked += request.url?.endsWith("/wanted") === true ? 1 : 0;
    sendings += isSending(request) ? 1 : 0;
    return false;
  };
  const { image: made, totals } = await push(double, long);
  assert.ok(double.images.get(made.id)?.content?.equals(long));
  // 128 chunks, 256, and the rest.
  assert.deepEqual([asked, sendings], [3, 3]);
  assert.deepEqual([totals.sentBytes, totals.zeroBytes], [300 * chunkBytes + 20, 100 * chunkBytes]);
});

test("content that the service will not have leaves neither image nor upload", async () => {
  const double = new PushDouble();
  atSending(double, 1, async (request, response) => {
    await readBody(request);
    refuse(response, 400, "image.contentRefused");
    return true;
  });
  await assert.rejects(push(double), { code: "image.contentRefused" });
  assert.deepEqual([double.images.size, double.uploads.size], [0, 0]);
});

test("an empty file is refused before anything is made, and a signal ends a push with its reason", async () => {
  const double = new PushDouble();
  await assert.rejects(push(double, Buffer.alloc(0)), { name: "FileError" });
  assert.deepEqual(double.calls, []);
  const stop = new AbortController();
  atSending(double, 1, async () => {
    stop.abort(new Error("enough"));
    return true;
  });
  await assert.rejects(push(double, file, { signal: stop.signal }), { message: "enough" });
  assert.deepEqual([double.images.size, double.uploads.size], [1, 1]);
});
