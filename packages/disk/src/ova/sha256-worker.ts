/** Runs in a worker thread of `Sha256Thread`: bytes in, and at the end their hash out. */
import { createHash } from "node:crypto";
import { parentPort } from "node:worker_threads";
import type { HashReply, HashRequest } from "./sha256-thread.ts";

if (parentPort === null) {
  throw new Error("This file runs in a worker thread only.");
}
const port = parentPort;
let hash = createHash("sha256");

port.on("message", ({ bytes }: HashRequest) => {
  if (bytes !== undefined) {
    hash.update(bytes);
    port.postMessage({ hex: undefined } satisfies HashReply);
    return;
  }
  port.postMessage({ hex: hash.digest("hex") } satisfies HashReply);
  hash = createHash("sha256");
});
