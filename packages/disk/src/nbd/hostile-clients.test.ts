import assert from "node:assert/strict";
import { once } from "node:events";
import { createConnection } from "node:net";
import { test } from "node:test";
import { SeededRandom } from "../core/testing/seeded-random.ts";
import { MAX_OPTION_BYTES, MAX_PAYLOAD_BYTES, commands, options } from "./protocol.table.ts";
import { contextData, infoData, NbdClient, optionHead, requestBytes, u32 } from "./testing/nbd-client.ts";
import { MIB, serveDisk, smallDisk } from "./testing/served-disk.ts";

const handshake: readonly (readonly [what: string, bytes: Uint8Array])[] = [
  ["flags that were not offered", u32(0x8000_0003)],
  ["an option without the magic number", Buffer.concat([u32(3), Buffer.alloc(16, 1)])],
  ["an option that is too long", Buffer.concat([u32(3), optionHead(options.go, MAX_OPTION_BYTES + 1)])],
  ["an option of 4 GiB", Buffer.concat([u32(3), optionHead(99, 0xffff_ffff)])],
  ["another protocol", Buffer.from("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")],
];

for (const [what, bytes] of handshake) {
  test(`a client that sends ${what} is cut off`, async () => {
    await using served = await serveDisk(smallDisk());
    using client = await NbdClient.connect(served.path);
    await client.wire.send(bytes);
    await client.isCut();
    assert.equal((served.failures[0] as Error).name, "WireViolation");
  });
}

const requests: readonly (readonly [what: string, bytes: Uint8Array])[] = [
  ["a request without the magic number", Buffer.alloc(28)],
  ["a write of more than is taken", requestBytes({ command: commands.write, length: MAX_PAYLOAD_BYTES + 1 })],
  ["a write of 4 GiB", requestBytes({ command: commands.write, length: 0xffff_ffff })],
];

for (const [what, bytes] of requests) {
  test(`a client that sends ${what} is cut off, although it does not take its answers`, async () => {
    await using served = await serveDisk(smallDisk());
    using client = await NbdClient.open(served.path, { structured: false });
    await client.request({ command: commands.read, length: 4 * MIB });
    client.socket.pause();
    await client.wire.send(bytes);
    client.socket.on("data", () => {});
    await once(client.socket, "close");
    assert.equal((served.failures.at(-1) as Error).name, "WireViolation");
  });
}

test("a client that goes away in the middle of anything is no failure", async () => {
  await using served = await serveDisk(smallDisk(), { writable: true });
  const open = Buffer.concat([u32(3), optionHead(options.go, 6), infoData("", [])]);
  const whole = Buffer.concat([open, requestBytes({ command: commands.write, data: Buffer.alloc(100, 1) })]);
  for (let length = 0; length < whole.length; length += 1) {
    using client = await NbdClient.connect(served.path);
    await client.wire.send(whole.subarray(0, length));
    client.socket.resume();
    client.socket.end();
    await once(client.socket, "close");
  }
  assert.deepEqual(served.failures, []);
});

/** What a talkative client sends, in pieces that can be changed one by one. */
function conversation(random: SeededRandom): Uint8Array[] {
  const haggling = [
    [options.list, Buffer.alloc(0)],
    [options.info, infoData("disk", [0, 1, 2, 3])],
    [options.structuredReply, Buffer.alloc(0)],
    [options.listMetaContext, contextData("", ["base:"])],
    [options.setMetaContext, contextData("", ["base:allocation"])],
  ] as const;
  const asked = Array.from({ length: 20 }, () => {
    const command = random.below(9);
    const data = command === commands.write ? random.bytes(random.below(3000)) : undefined;
    return requestBytes({
      command,
      flags: random.oneIn(3) ? random.below(16) : 0,
      offset: random.below(5 * MIB),
      length: data?.length ?? random.below(5000),
      ...(data !== undefined && { data }),
    });
  });
  return [
    u32(3),
    ...haggling.filter(() => random.oneIn(2)).map(([code, data]) => Buffer.concat([optionHead(code, data.length), data])),
    Buffer.concat([optionHead(options.go, 6), infoData("", [])]),
    ...asked,
    requestBytes({ command: commands.disconnect }),
  ];
}

/** Changes bytes, cuts pieces off, repeats them, or swaps them. */
function spoil(pieces: Uint8Array[], random: SeededRandom): Buffer {
  for (let count = random.below(4); count > 0; count -= 1) {
    const index = random.below(pieces.length);
    const piece = Buffer.from(pieces[index] ?? Buffer.alloc(0));
    const way = random.below(4);
    if (way === 0 && piece.length > 0) {
      piece[random.below(piece.length)] = random.pick([0, 1, 0x7f, 0x80, 0xff]);
      pieces[index] = piece;
    } else if (way === 1) {
      pieces[index] = piece.subarray(0, random.below(piece.length + 1));
    } else if (way === 2) {
      pieces.splice(index, 0, piece);
    } else {
      pieces[index] = random.bytes(random.below(200));
    }
  }
  return Buffer.concat(pieces);
}

test("whatever bytes come, the server goes on, and nothing fails but the client that sent them", async () => {
  const random = new SeededRandom(20_261_123);
  await using served = await serveDisk(smallDisk(), { writable: true });
  for (let round = 0; round < 500; round += 1) {
    const socket = createConnection({ path: served.path });
    // A server that has heard enough resets the connection while this still sends.
    socket.on("error", () => {});
    socket.resume();
    socket.end(spoil(conversation(random), random));
    await new Promise((resolve) => socket.once("close", resolve));
  }
  const others = served.failures.filter((failure) => !(failure instanceof Error && failure.name === "WireViolation"));
  assert.deepEqual(others, []);
  assert.ok(served.failures.length > 50, "the streams must be spoilt enough to be refused");
  using client = await NbdClient.open(served.path);
  assert.equal((await client.ask({ command: commands.read, offset: 3 * MIB, length: 512 })).at(-1)?.errorNumber, 0);
});
