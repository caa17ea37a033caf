import type { IncomingMessage } from "node:http";

/** Bytes of a body that was refused which are read and dropped, so that the client comes to read the answer. */
const drainLimitBytes = 8 * 1024 * 1024;

/** Reads and drops what is left of a body that nobody wanted, up to a limit: many a client reads the answer only when it has sent everything. */
export function dropRest(incoming: Pick<IncomingMessage, "complete" | "on" | "resume" | "destroy">): void {
  if (!incoming.complete) {
    let dropped = 0;
    incoming.on("data", (bytes: Uint8Array) => {
      dropped += bytes.length;
      if (dropped > drainLimitBytes) {
        incoming.destroy();
      }
    });
    incoming.resume();
  }
}
