/** Runs in a worker thread of `Sha256Thread`: bytes in, and in the end their digest. */
import { createHash } from "node:crypto";
import { parentPort } from "node:worker_threads";

if (parentPort === null) {
  throw new Error("This file runs in a worker thread only.");
}
const port = parentPort;
let hash = createHash("sha256");

port.on("message", (message: Uint8Array | "digest" | "restart") => {
  if (message === "digest") {
    port.postMessage(hash.digest());
    return;
  }
  if (message === "restart") {
    hash = createHash("sha256");
  } else {
    hash.update(message);
  }
  port.postMessage(undefined);
});
