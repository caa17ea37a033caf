// The code of the thread that digests a file: started by `FileDigest`, imported by nobody.
import { createHash } from "node:crypto";
import { parentPort } from "node:worker_threads";
import type { DigestReply, DigestTask } from "./file-digest.ts";

const [sha256, sha512] = [createHash("sha256"), createHash("sha512")];
const zeros = new Uint8Array(1024 * 1024);

function update(bytes: Uint8Array): void {
  sha256.update(bytes);
  sha512.update(bytes);
}

function reply(message: DigestReply): void {
  parentPort?.postMessage(message, []);
}

parentPort?.on("message", (task: DigestTask) => {
  if (task.kind === "bytes") {
    update(task.bytes);
    reply({ kind: "taken" });
  } else if (task.kind === "zeros") {
    for (let left = task.lengthBytes; left > 0; left -= zeros.length) {
      update(zeros.subarray(0, left));
    }
    reply({ kind: "taken" });
  } else {
    reply({ kind: "digests", digests: { sha256: sha256.digest("hex"), sha512: sha512.digest("hex") } });
  }
});
