import { createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { createSecureContext } from "node:tls";
import { once } from "node:events";
import { closeOnFailure } from "../core/close-on-failure.ts";
import { systemTimers } from "../core/system-timers.ts";
import type { Timers } from "../core/timers.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { copyOnWrite } from "./copy-on-write-device.ts";
import { listenAt } from "./listen-at.ts";
import type { ListenPlace } from "./listen-at.ts";
import { ReadOnlyDevice } from "./read-only-device.ts";
import { serveConnection } from "./serve-connection.ts";
import type { ConnectionSettings } from "./serve-connection.ts";
import type { TransmissionEvents } from "./transmit.ts";

export interface NbdServerOptions extends TransmissionEvents {
  readonly listen: ListenPlace;
  /** Clients may ask for this name, or for none. At most 4096 bytes. */
  readonly exportName?: string | undefined;
  /** For people. At most 4096 bytes. */
  readonly description?: string | undefined;
  /** Clients may write; what they write is kept in this folder and forgotten when the server is closed. Default: read-only. */
  readonly writesFolder?: string | undefined;
  /** PEM texts; with them, nobody gets anything unencrypted. TLS 1.2 or newer. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Clients beyond these are turned away. Default 8. */
  readonly maxConnections?: number | undefined;
  /** Time for a client to choose the export. Default 10 s. */
  readonly handshakeTimeoutMs?: number | undefined;
  readonly timers?: Timers | undefined;
}

/** A server that takes connections until it is disposed of. */
export interface NbdServer extends AsyncDisposable {
  /** Where it is, as NBD clients take it. */
  readonly uri: string;
}

/**
 * Exports a disk by the NBD protocol, read-only or copy-on-write. The disk is taken over: closed with the server, and when starting fails.
 * There is no proof of identity in this protocol: whoever reaches the place may read, so it should be a socket of the file system or an
 * address that only friends reach.
 *
 * Memory  4 MiB for each busy connection, 32 MiB where a client asks for so much in one request, besides what the disk keeps; see `ReadOnlyDevice` and `copyOnWrite`
 * Throws  disk.io (the place or the folder cannot be used); errors of TLS for a certificate that is none
 * Source  NetworkBlockDevice/nbd, doc/proto.md and doc/uri.md
 */
export async function startNbdServer(disk: VirtualDisk, options: NbdServerOptions): Promise<NbdServer> {
  const readOnly = new ReadOnlyDevice(disk);
  const { exportName: name = "", description = "", writesFolder, tls, listen } = options;
  const device = writesFolder === undefined ? readOnly : await copyOnWrite(readOnly, writesFolder);
  return closeOnFailure(device, async () => {
    const connections = new Connections({
      served: { name, description, device },
      secureContext: tls === undefined ? undefined : createSecureContext({ ...tls, minVersion: "TLSv1.2" }),
      handshakeTimeoutMs: options.handshakeTimeoutMs ?? 10_000,
      timers: options.timers ?? systemTimers,
      events: options,
    });
    const server = createServer({ noDelay: true }, (socket) => connections.serve(socket));
    server.maxConnections = options.maxConnections ?? 8;
    await listenAt(server, listen);
    let closing: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      const closed = once(server, "close");
      server.close();
      await connections[Symbol.asyncDispose]();
      await closed;
      await device[Symbol.asyncDispose]();
    };
    return { uri: uriOf(server, options), [Symbol.asyncDispose]: () => (closing ??= close()) };
  });
}

/** The clients that are being served. */
class Connections implements AsyncDisposable {
  readonly #settings: ConnectionSettings;
  readonly #open = new Map<Socket, Promise<void>>();

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
  }

  serve(socket: Socket): void {
    const serving = this.#serve(socket).finally(() => this.#open.delete(socket));
    this.#open.set(socket, serving);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const open = [...this.#open];
    for (const [socket] of open) {
      socket.destroy();
    }
    await Promise.all(open.map(([, serving]) => serving));
  }

  async #serve(socket: Socket): Promise<void> {
    try {
      await serveConnection(socket, this.#settings);
    } catch (error) {
      this.#settings.events.onFailure?.(error);
    }
  }
}

function uriOf(server: Server, { listen, exportName = "", tls }: NbdServerOptions): string {
  const name = encodeURIComponent(exportName);
  const scheme = tls === undefined ? "nbd" : "nbds";
  if ("path" in listen) {
    return `${scheme}+unix:///${name}?socket=${listen.path.split("/").map(encodeURIComponent).join("/")}`;
  }
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : listen.port;
  return `${scheme}://${listen.host.includes(":") ? `[${listen.host}]` : listen.host}:${port}/${name}`;
}
