import assert from "node:assert/strict";
import { access, readdir, writeFile } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { test } from "node:test";
import { DiskError } from "../core/disk-error.ts";
import { TestDisk } from "../core/testing/test-disk.ts";
import type { ReadOptions } from "../core/byte-source.ts";
import { startNbdServer } from "./nbd-server.ts";
import { chunkTypes, commandFlags, commands, optionReplies, options } from "./protocol.table.ts";
import { contextData, infoData, NbdClient, optionHead } from "./testing/nbd-client.ts";
import { KIB, MIB, serveDisk, smallDisk } from "./testing/served-disk.ts";

const SIZE = 4 * MIB + 512;
const content = await smallDisk().read(0, SIZE);

test("the greeting offers the fixed handshake without padding", async () => {
  await using served = await serveDisk(smallDisk());
  using client = await NbdClient.connect(served.path);
  await client.flags(3);
  const [server, ack] = await client.option(options.list);
  assert.equal(server?.data.subarray(4).toString(), "disk");
  assert.equal(ack?.type, optionReplies.ack);
});

test("INFO and GO tell size, access, name, description and how much may be asked for, by name and by no name", async () => {
  await using served = await serveDisk(smallDisk());
  using client = await NbdClient.connect(served.path);
  await client.flags(3);
  for (const [option, name] of [
    [options.info, ""],
    [options.go, "disk"],
  ] as const) {
    const replies = await client.option(option, infoData(name, [1, 2, 3]));
    assert.equal(replies.at(-1)?.type, optionReplies.ack);
    const infos = new Map(replies.slice(0, -1).map(({ data }) => [data.readUInt16BE(), data.subarray(2)]));
    assert.equal(infos.get(0)?.readBigUInt64BE(), BigInt(SIZE));
    // Has flags, read-only, flush, several connections, cache.
    assert.equal(infos.get(0)?.readUInt16BE(8), 1 | 2 | 4 | 256 | 1024);
    assert.equal(infos.get(1)?.toString(), "disk");
    assert.equal(infos.get(2)?.toString(), "a disk");
    assert.deepEqual([infos.get(3)?.readUInt32BE(), infos.get(3)?.readUInt32BE(8)], [1, 32 * MIB]);
  }
  assert.equal((await client.ask({ command: commands.read, length: 512 }, 512))[0]?.errorNumber, 0);
});

for (const noZeroes of [true, false]) {
  test(`an old client chooses by name and gets ${noZeroes ? "no" : "its"} padding`, async () => {
    await using served = await serveDisk(smallDisk());
    using client = await NbdClient.connect(served.path);
    await client.flags(noZeroes ? 2 : 0);
    await client.wire.send(optionHead(options.exportName, 4), Buffer.from("disk"));
    const facts = await client.wire.read(noZeroes ? 10 : 134);
    assert.equal(facts.readBigUInt64BE(), BigInt(SIZE));
    const [reply] = await client.ask({ command: commands.read, offset: MIB, length: 5000 }, 5000);
    assert.ok(reply?.payload.equals(content.subarray(MIB, MIB + 5000)));
  });
}

test("an export that there is not is refused in words where the handshake has some", async () => {
  await using served = await serveDisk(smallDisk());
  using client = await NbdClient.connect(served.path);
  await client.flags(3);
  assert.equal((await client.option(options.go, infoData("other", [])))[0]?.type, optionReplies.unknownExport);
  await client.wire.send(optionHead(options.exportName, 5), Buffer.from("other"));
  await client.isCut();
});

test("options that make no sense, or are not known, are answered and forgotten", async () => {
  await using served = await serveDisk(smallDisk());
  using client = await NbdClient.connect(served.path);
  await client.flags(3);
  const typeOf = async (code: number, data?: Uint8Array) => (await client.option(code, data)).at(-1)?.type;
  assert.equal(await typeOf(99, Buffer.alloc(100)), optionReplies.unsupported);
  assert.equal(await typeOf(options.startTls), optionReplies.unsupported);
  assert.equal(await typeOf(options.list, Buffer.alloc(1)), optionReplies.invalid);
  assert.equal(await typeOf(options.structuredReply, Buffer.alloc(1)), optionReplies.invalid);
  assert.equal(
    await typeOf(options.setMetaContext, contextData("", ["base:allocation"])),
    optionReplies.invalid,
    "before structured replies",
  );
  assert.equal(await typeOf(options.structuredReply), optionReplies.ack);
  assert.equal(await typeOf(options.setMetaContext, contextData("other", [])), optionReplies.unknownExport);
  assert.equal(await typeOf(options.go, Buffer.alloc(3)), optionReplies.invalid);
  assert.equal(await typeOf(options.abort), optionReplies.ack);
  await client.isCut();
  assert.deepEqual(served.failures, []);
});

test("the map is listed for any query that covers it, and chosen by its own name only", async () => {
  await using served = await serveDisk(smallDisk());
  using client = await NbdClient.connect(served.path);
  await client.flags(3);
  await client.option(options.structuredReply);
  const count = async (code: number, queries: readonly string[]) => (await client.option(code, contextData("disk", queries))).length - 1;
  assert.deepEqual(
    [
      await count(options.listMetaContext, []),
      await count(options.listMetaContext, ["base:"]),
      await count(options.listMetaContext, ["qemu:"]),
    ],
    [1, 1, 0],
  );
  assert.deepEqual([await count(options.setMetaContext, []), await count(options.setMetaContext, ["base:"])], [0, 0]);
  const [context] = await client.option(options.setMetaContext, contextData("", ["x-other:thing", "base:allocation"]));
  assert.equal(context?.data.readUInt32BE(), 1);
  assert.equal(context?.data.subarray(4).toString(), "base:allocation");
});

test("reads answer data as data and zeros as holes, and together make the disk", async () => {
  await using served = await serveDisk(smallDisk());
  using client = await NbdClient.open(served.path);
  const target = Buffer.alloc(SIZE, 0xee);
  const types = new Set<unknown>();
  for (const { type, payload, cookie } of await client.ask({ command: commands.read, length: SIZE, cookie: 0xfedc_ba98_7654_3210n })) {
    types.add(type);
    assert.equal(cookie, 0xfedc_ba98_7654_3210n);
    const offset = Number(payload.readBigUInt64BE());
    if (type === chunkTypes.offsetHole) {
      target.fill(0, offset, offset + payload.readUInt32BE(8));
    } else {
      target.set(payload.subarray(8), offset);
    }
  }
  assert.deepEqual([...types], [chunkTypes.offsetData, chunkTypes.offsetHole]);
  assert.ok(target.equals(content));
});

test("a read that must not be cut comes as one chunk, and a read of nothing as none", async () => {
  await using served = await serveDisk(smallDisk());
  using client = await NbdClient.open(served.path);
  const whole = await client.ask({ command: commands.read, flags: commandFlags.dontFragment, length: SIZE });
  assert.deepEqual(
    whole.map(({ type }) => type),
    [chunkTypes.offsetData],
  );
  assert.ok(whole[0]?.payload.subarray(8).equals(content));
  const nothing = await client.ask({ command: commands.read, length: 0 });
  assert.deepEqual(
    nothing.map(({ type, payload }) => [type, payload.length]),
    [[chunkTypes.none, 0]],
  );
});

function descriptorsOf(payload: Buffer): readonly (readonly [length: number, flags: number])[] {
  return Array.from({ length: (payload.length - 4) / 8 }, (_, index) => [
    payload.readUInt32BE(4 + 8 * index),
    payload.readUInt32BE(8 + 8 * index),
  ]);
}

test("the map tells data and zeros, whole and one stretch at a time", async () => {
  await using served = await serveDisk(smallDisk());
  using client = await NbdClient.open(served.path);
  const [all] = await client.ask({ command: commands.blockStatus, length: SIZE });
  assert.deepEqual(descriptorsOf(all?.payload ?? Buffer.alloc(4)), [
    [100 * KIB, 0],
    [MIB - 100 * KIB, 3],
    [MIB, 0],
    [2 * MIB, 3],
    [512, 0],
  ]);
  const [one] = await client.ask({ command: commands.blockStatus, flags: commandFlags.oneExtent, offset: 50 * KIB, length: MIB });
  assert.deepEqual(descriptorsOf(one?.payload ?? Buffer.alloc(4)), [[50 * KIB, 0]]);
});

for (const structured of [true, false]) {
  test(`what may not be asked for is refused by number, ${structured ? "with words" : "without"}, and the connection stays`, async () => {
    await using served = await serveDisk(smallDisk());
    using client = await NbdClient.open(served.path, { structured });
    const cases = [
      [{ command: commands.write, data: Buffer.alloc(512) }, 1],
      [{ command: commands.trim, length: 512 }, 1],
      [{ command: commands.writeZeroes, length: 512 }, 1],
      [{ command: commands.read, offset: SIZE, length: 1 }, 22],
      [{ command: commands.read, offset: 2n ** 64n - 1n, length: 2 }, 22],
      [{ command: commands.read, length: 0xffff_ffff }, 22],
      [{ command: commands.read, flags: 0x100, length: 1 }, 22],
      [{ command: commands.blockStatus, offset: SIZE - 1, length: 2 }, 22],
      [{ command: commands.blockStatus, length: structured ? 0 : 1 }, 22],
      [{ command: commands.flush, length: 1 }, 22],
      [{ command: 77 }, 22],
    ] as const;
    for (const [request, errorNumber] of cases) {
      const replies = await client.ask(request);
      assert.deepEqual(
        replies.map((reply) => [reply.type, reply.errorNumber]),
        [[structured ? chunkTypes.error : "simple", errorNumber]],
        JSON.stringify(request, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)),
      );
    }
    assert.equal((await client.ask({ command: commands.flush }))[0]?.errorNumber, 0);
    assert.equal((await client.ask({ command: commands.cache, length: SIZE }))[0]?.errorNumber, 0);
    assert.deepEqual(served.failures, []);
  });
}

test("a read larger than what is taken at a time is refused, also on a large disk", async () => {
  await using served = await serveDisk(new TestDisk(1024 * MIB, []));
  using client = await NbdClient.open(served.path);
  assert.equal((await client.ask({ command: commands.read, length: 32 * MIB + 1 }))[0]?.errorNumber, 22);
  const [most] = await client.ask({ command: commands.read, length: 32 * MIB });
  assert.equal(most?.type, chunkTypes.offsetHole);
});

class FailingDisk extends TestDisk {
  readonly #error: Error;

  constructor(error: Error) {
    super(MIB, [{ offset: 0, length: MIB, content: "text" }]);
    this.#error = error;
  }

  override read(): Promise<Uint8Array> {
    return Promise.reject(this.#error);
  }
}

for (const [error, words] of [
  [new DiskError("disk.corrupt", "Chunk 7 is damaged."), /Chunk 7 is damaged/],
  [new Error("password=secret"), /The server failed at this request/],
] as const) {
  test(`a disk that fails with "${error.message}" fails the request, and the server goes on`, async () => {
    await using served = await serveDisk(new FailingDisk(error));
    using client = await NbdClient.open(served.path);
    const [reply] = await client.ask({ command: commands.read, length: 512 });
    assert.equal(reply?.errorNumber, 5);
    assert.match(reply?.payload.subarray(6).toString() ?? "", words);
    assert.deepEqual(served.failures, [error]);
    assert.equal((await client.ask({ command: commands.flush }))[0]?.errorNumber, 0);
  });
}

/** A disk that answers reads of its first half only when told to. */
class SlowDisk extends TestDisk {
  readonly #gate = Promise.withResolvers<void>();
  readonly #givenUp = Promise.withResolvers<void>();
  /** Resolves when somebody has given up a read. */
  readonly givenUp = this.#givenUp.promise;
  reads = 0;

  open(): void {
    this.#gate.resolve();
  }

  override async read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    this.reads += 1;
    options?.signal?.addEventListener("abort", () => this.#givenUp.resolve());
    if (offset < this.virtualSizeBytes / 2) {
      await Promise.race([this.#gate.promise, this.#givenUp.promise]);
      options?.signal?.throwIfAborted();
    }
    return super.read(offset, length);
  }
}

const largeDisk = (): SlowDisk => new SlowDisk(128 * MIB, [{ offset: 0, length: 128 * MIB, content: "text" }]);

test("a fast answer overtakes a slow one", async () => {
  const disk = largeDisk();
  await using served = await serveDisk(disk);
  using client = await NbdClient.open(served.path);
  await client.request({ command: commands.read, offset: 0, length: 512, cookie: 1n });
  await client.request({ command: commands.read, offset: 100 * MIB, length: 512, cookie: 2n });
  assert.equal((await client.reply()).cookie, 2n);
  disk.open();
  assert.equal((await client.reply()).cookie, 1n);
});

test("requests beyond 4 MiB under way wait unread until others are answered", async () => {
  const disk = largeDisk();
  await using served = await serveDisk(disk);
  using client = await NbdClient.open(served.path, { structured: false });
  for (let index = 0; index < 20; index += 1) {
    await client.request({ command: commands.read, offset: index * MIB, length: MIB, cookie: BigInt(index) });
  }
  while (disk.reads < 4) {
    await setImmediate();
  }
  for (let turn = 0; turn < 100; turn += 1) {
    await setImmediate();
  }
  assert.equal(disk.reads, 4);
  disk.open();
  const cookies = new Set<bigint>();
  for (let index = 0; index < 20; index += 1) {
    cookies.add((await client.reply(MIB)).cookie);
  }
  assert.equal(cookies.size, 20);
});

test("a client that leaves ends the reads it asked for", async () => {
  const disk = largeDisk();
  await using served = await serveDisk(disk);
  using client = await NbdClient.open(served.path);
  await client.request({ command: commands.read, length: 512 });
  while (disk.reads === 0) {
    await setImmediate();
  }
  client.socket.destroy();
  await disk.givenUp;
  assert.deepEqual(served.failures, []);
});

test("a polite goodbye is answered with the end, after everything asked before", async () => {
  const disk = largeDisk();
  await using served = await serveDisk(disk);
  using client = await NbdClient.open(served.path);
  await client.request({ command: commands.read, length: 512 });
  await client.request({ command: commands.disconnect });
  disk.open();
  assert.equal((await client.reply()).errorNumber, 0);
  await client.isCut();
});

test("a client that does not finish the handshake is cut off, one that has finished is not", async () => {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timers = {
    now: () => 0,
    sleep: (_ms: number, signal?: AbortSignal) =>
      Promise.race([late, new Promise<void>((_, reject) => signal?.addEventListener("abort", () => reject(new Error("over"))))]),
  };
  await using served = await serveDisk(smallDisk(), { timers });
  using slow = await NbdClient.connect(served.path);
  using quick = await NbdClient.open(served.path);
  resolve();
  await slow.isCut();
  assert.equal((await quick.ask({ command: commands.flush }))[0]?.errorNumber, 0);
});

test("clients beyond the limit are turned away, and welcome once another has left", async () => {
  await using served = await serveDisk(smallDisk(), { maxConnections: 2 });
  using first = await NbdClient.open(served.path);
  using _second = await NbdClient.open(served.path);
  await assert.rejects(NbdClient.connect(served.path), { name: "WireEnd" });
  await first.request({ command: commands.disconnect });
  await first.isCut();
  for (;;) {
    const third = await NbdClient.connect(served.path).catch(() => undefined);
    if (third !== undefined) {
      third.socket.destroy();
      break;
    }
    await setImmediate();
  }
});

test("a place that is taken is refused, and a socket that nobody serves any more is not", async () => {
  const served = await serveDisk(smallDisk());
  await assert.rejects(startNbdServer(smallDisk(), { listen: { path: served.path } }), { code: "disk.io", message: /EADDRINUSE/ });
  const file = `${served.folder}/file`;
  await writeFile(file, "mine");
  await assert.rejects(startNbdServer(smallDisk(), { listen: { path: file } }), { code: "disk.io" });
  await access(file);
  assert.equal(served.uri, `nbd+unix:///disk?socket=${served.path}`);
  await served[Symbol.asyncDispose]();
});

test("a server on a port of this machine says which", async () => {
  await using server = await startNbdServer(smallDisk(), { listen: { host: "127.0.0.1", port: 0 } });
  assert.match(server.uri, /^nbd:\/\/127\.0\.0\.1:\d{2,5}\/$/);
});

test("what is written is read by everyone, the disk stays as it is, and nothing is left in the folder", async () => {
  const disk = smallDisk();
  await using served = await serveDisk(disk, { writable: true });
  using client = await NbdClient.open(served.path);
  using other = await NbdClient.open(served.path, { structured: false });
  const data = Buffer.alloc(70_000, 0xab);
  assert.equal((await client.ask({ command: commands.write, flags: commandFlags.fua, offset: 60_000, data }))[0]?.errorNumber, 0);
  assert.equal(
    (await client.ask({ command: commands.writeZeroes, flags: commandFlags.noHole, offset: MIB + 100, length: 200 }))[0]?.errorNumber,
    0,
  );
  assert.equal((await client.ask({ command: commands.trim, offset: MIB + 64 * KIB, length: 64 * KIB }))[0]?.errorNumber, 0);
  assert.equal((await client.ask({ command: commands.write, offset: SIZE - 1, data: Buffer.alloc(2) }))[0]?.errorNumber, 28);
  const expected = Buffer.from(content);
  expected.set(data, 60_000);
  expected.fill(0, MIB + 100, MIB + 300).fill(0, MIB + 64 * KIB, MIB + 128 * KIB);
  const [read] = await other.ask({ command: commands.read, length: SIZE }, SIZE);
  assert.ok(read?.payload.equals(expected));
  assert.ok(Buffer.from(await disk.read(0, SIZE)).equals(content));
  assert.deepEqual(await readdir(served.folder), ["disk.sock"]);
});
