/** Runs in a worker thread of `HashThread`: bytes in, and in the end their digest. */
import { createHash } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";

if (parentPort === null) {
  throw new Error("This file runs in a worker thread only.");
}
const port = parentPort;
const algorithm = String(workerData);
let hash = createHash(algorithm);

port.on("message", (message: Uint8Array | "digest" | "restart") => {
  if (message === "digest") {
    port.postMessage(hash.digest());
    return;
  }
  if (message === "restart") {
    hash = createHash(algorithm);
  } else {
    hash.update(message);
  }
  port.postMessage(undefined);
});
