import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** Passes connections on to a server, and stops passing what goes one way once that is more than so many bytes. */
export interface StallingProxy extends AsyncDisposable {
  readonly url: string;
  /** Settled when the limit is reached. */
  readonly stalled: Promise<void>;
  /** Passes on what was held back, and from then on everything. */
  goOn(): void;
}

export interface Stall {
  /** `up` is what clients send, `down` what the server answers. */
  readonly way: "up" | "down";
  readonly afterBytes: number;
}

export async function startStallingProxy(target: URL, stall: Stall): Promise<StallingProxy> {
  const { promise: stalled, resolve } = Promise.withResolvers<void>();
  const sockets = new Set<Socket>();
  const held: (() => void)[] = [];
  let limitBytes = stall.afterBytes;
  let passedBytes = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => other.destroy());
    }
    const [from, to] = stall.way === "up" ? [client, upstream] : [upstream, client];
    to.pipe(from);
    from.on("data", (chunk: Buffer) => {
      passedBytes += chunk.length;
      if (passedBytes > limitBytes) {
        from.pause();
        held.push(() => {
          to.write(chunk);
          from.resume();
        });
        resolve();
      } else if (!to.write(chunk)) {
        from.pause();
        to.once("drain", () => from.resume());
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // a TCP server has an address object
  return {
    url: `http://127.0.0.1:${port}`,
    stalled,
    goOn: () => {
      limitBytes = Number.POSITIVE_INFINITY;
      held.forEach((pass) => pass());
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      sockets.forEach((socket) => socket.destroy());
      await once(server, "close");
    },
  };
}
