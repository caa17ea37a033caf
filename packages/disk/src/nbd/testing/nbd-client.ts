import { once } from "node:events";
import { createConnection } from "node:net";
import type { Socket } from "node:net";
import { magic, optionReplies, options } from "../protocol.table.ts";
import { Wire } from "../wire.ts";

/** One reply to an option. */
export interface OptionReply {
  readonly type: number;
  readonly data: Buffer;
}

/** One chunk of an answer, or a simple reply, whose type is `simple`. */
export interface Reply {
  readonly type: number | "simple";
  readonly isLast: boolean;
  readonly cookie: bigint;
  readonly errorNumber: number;
  readonly payload: Buffer;
}

/** What a test asks for. */
export interface TestRequest {
  readonly command: number;
  readonly flags?: number;
  readonly offset?: bigint | number;
  readonly length?: number;
  readonly data?: Uint8Array;
  readonly cookie?: bigint;
}

/** The other side, for tests: it says what it is told to say, sensible or not. */
export class NbdClient implements Disposable {
  readonly socket: Socket;
  readonly wire: Wire;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.wire = new Wire(socket);
  }

  /** Connects, and reads the greeting. */
  static async connect(path: string): Promise<NbdClient> {
    const client = new NbdClient(createConnection({ path }));
    await once(client.socket, "connect");
    await client.wire.read(18);
    return client;
  }

  /** A client in the transmission phase. */
  static async open(path: string, { structured = true }: { readonly structured?: boolean } = {}): Promise<NbdClient> {
    const client = await NbdClient.connect(path);
    await client.flags(3);
    if (structured) {
      await client.option(options.structuredReply);
      await client.option(options.setMetaContext, contextData("", ["base:allocation"]));
    }
    await client.option(options.go, infoData("", []));
    return client;
  }

  async flags(flags: number): Promise<void> {
    await this.wire.send(u32(flags));
  }

  /** Sends an option, and reads its replies up to the last. */
  async option(code: number, data: Uint8Array = Buffer.alloc(0)): Promise<readonly OptionReply[]> {
    await this.wire.send(optionHead(code, data.length), data);
    const replies: OptionReply[] = [];
    for (;;) {
      const head = await this.wire.read(20);
      const reply = { type: head.readUInt32BE(12), data: await this.wire.read(head.readUInt32BE(16)) };
      replies.push(reply);
      if (reply.type === optionReplies.ack || reply.type >= 0x8000_0000) {
        return replies;
      }
    }
  }

  async request(request: TestRequest): Promise<void> {
    await this.wire.send(requestBytes(request));
  }

  /** Reads one reply; `simpleBytes` is the data behind a simple reply that is no error. */
  async reply(simpleBytes = 0): Promise<Reply> {
    const first = await this.wire.read(16);
    if (first.readUInt32BE() === magic.simpleReply) {
      const errorNumber = first.readUInt32BE(4);
      const payload = await this.wire.read(errorNumber === 0 ? simpleBytes : 0);
      return { type: "simple", isLast: true, cookie: first.readBigUInt64BE(8), errorNumber, payload };
    }
    if (first.readUInt32BE() !== magic.structuredReply) {
      throw new Error("The server answers something that is no reply.");
    }
    const payload = await this.wire.read((await this.wire.read(4)).readUInt32BE());
    const type = first.readUInt16BE(6);
    return {
      type,
      isLast: (first.readUInt16BE(4) & 1) === 1,
      cookie: first.readBigUInt64BE(8),
      errorNumber: type >= 0x8000 ? payload.readUInt32BE() : 0,
      payload,
    };
  }

  /** Sends a request, and reads its answer whole. */
  async ask(request: TestRequest, simpleBytes = 0): Promise<readonly Reply[]> {
    await this.request(request);
    const replies: Reply[] = [];
    do {
      replies.push(await this.reply(simpleBytes));
    } while (replies.at(-1)?.isLast !== true);
    return replies;
  }

  /** Resolves when the server has cut the connection; throws when it says something instead. */
  async isCut(): Promise<void> {
    try {
      await this.wire.read(1);
    } catch {
      return;
    }
    throw new Error("The server goes on talking.");
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function optionHead(code: number, length: number): Buffer {
  const head = Buffer.alloc(16);
  head.writeBigUInt64BE(magic.option, 0);
  head.writeUInt32BE(code, 8);
  head.writeUInt32BE(length, 12);
  return head;
}

export function infoData(name: string, types: readonly number[]): Buffer {
  const list = Buffer.alloc(2 + 2 * types.length);
  list.writeUInt16BE(types.length);
  for (const [index, type] of types.entries()) {
    list.writeUInt16BE(type, 2 + 2 * index);
  }
  return Buffer.concat([u32(Buffer.byteLength(name)), Buffer.from(name), list]);
}

export function contextData(name: string, queries: readonly string[]): Buffer {
  const texts = queries.map((query) => Buffer.concat([u32(Buffer.byteLength(query)), Buffer.from(query)]));
  return Buffer.concat([u32(Buffer.byteLength(name)), Buffer.from(name), u32(queries.length), ...texts]);
}

export function requestBytes({ command, flags = 0, offset = 0, length, data, cookie = 7n }: TestRequest): Buffer {
  const head = Buffer.alloc(28);
  head.writeUInt32BE(magic.request, 0);
  head.writeUInt16BE(flags, 4);
  head.writeUInt16BE(command, 6);
  head.writeBigUInt64BE(cookie, 8);
  head.writeBigUInt64BE(BigInt(offset), 16);
  head.writeUInt32BE(length ?? data?.length ?? 0, 24);
  return Buffer.concat([head, data ?? Buffer.alloc(0)]);
}
