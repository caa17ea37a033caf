import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { SecureContext } from "node:tls";
import type { Timers } from "../core/timers.ts";
import { negotiate } from "./negotiate.ts";
import type { NbdExport } from "./session.ts";
import { transmit } from "./transmit.ts";
import type { TransmissionEvents } from "./transmit.ts";
import { Wire, WireEnd } from "./wire.ts";

/** What every connection of a server shares. */
export interface ConnectionSettings {
  readonly served: NbdExport;
  readonly secureContext: SecureContext | undefined;
  readonly handshakeTimeoutMs: number;
  readonly timers: Timers;
  readonly events: TransmissionEvents;
}

/**
 * Serves one client from its first byte to its last, and closes the connection.
 *
 * Memory  see `transmit`
 * Throws  WireViolation when the client does not speak the protocol; what else is no fault of the client's and none of a request
 */
export async function serveConnection(socket: Socket, settings: ConnectionSettings): Promise<void> {
  const { served, secureContext, handshakeTimeoutMs, timers, events } = settings;
  const wire = new Wire(socket);
  const gone = new AbortController();
  const agreed = new AbortController();
  socket.once("close", () => gone.abort(new WireEnd("The client is gone.")));
  void cutWhenLate(wire, timers.sleep(handshakeTimeoutMs, agreed.signal));
  try {
    const startTls = secureContext === undefined ? undefined : (wire: Wire) => encrypt(wire, socket, secureContext);
    const session = await negotiate({ wire, served, startTls });
    agreed.abort();
    if (session !== undefined) {
      await transmit({ wire, device: served.device, session, events, signal: gone.signal });
    }
    await wire.end();
  } catch (error) {
    wire.destroy();
    if (!(error instanceof WireEnd)) {
      throw error;
    }
  } finally {
    agreed.abort();
  }
}

/** Waiting ends with a rejection when the handshake is over in time. */
async function cutWhenLate(wire: Wire, waiting: Promise<void>): Promise<void> {
  const [{ status }] = await Promise.allSettled([waiting]);
  if (status === "fulfilled") {
    wire.destroy();
  }
}

function encrypt(wire: Wire, socket: Socket, secureContext: SecureContext): void {
  wire.wrap(() => new TLSSocket(socket, { isServer: true, secureContext }));
}
