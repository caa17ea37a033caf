// What a push takes, beside `curl -T` of a file of the same length to the Image API, in the same run: npm run bench:push [-- MiB [rounds]]
import { randomFillSync } from "node:crypto";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localToken } from "../../system/local-token.ts";
import { TintypeProcess } from "../../system/tintype-process.ts";
import { runClient } from "./run-client.ts";
import type { ClientRun } from "./run-client.ts";

const mebibyte = 1024 * 1024;
const launcher = new URL("../../../apps/cli/bin/tintype.js", import.meta.url).pathname;
const [sizeMiB = 1024, rounds = 2] = process.argv.slice(2).map(Number);

async function writeRandom(path: string): Promise<string> {
  await using file = await open(path, "w");
  const block = new Uint8Array(16 * mebibyte);
  for (let left = sizeMiB * mebibyte; left > 0; left -= block.length) {
    await file.write(randomFillSync(block), 0, Math.min(left, block.length));
  }
  await file.sync();
  return path;
}

/** Makes an image that waits for its file. Answers where that goes. */
async function waitingImage(endpoint: string, token: string): Promise<string> {
  const images = `${endpoint}/image/v2/images`;
  const headers = { "x-auth-token": token, "content-type": "application/json" };
  const body = JSON.stringify({ name: "curl", disk_format: "raw", container_format: "bare" });
  const answer = await fetch(images, { method: "POST", headers, body });
  if (answer.status !== 201) {
    throw new Error(`No image: ${answer.status} ${await answer.text()}`);
  }
  const { id } = (await answer.json()) as { id: string }; // what the Image API answers
  return `${images}/${id}/file`;
}

/** What each way took in one round, with files that the server has not seen. */
async function round(server: TintypeProcess, folder: string): Promise<ReadonlyMap<string, ClientRun>> {
  const { token } = await localToken(join(folder, "data"));
  const [sent, pushed] = [await writeRandom(join(folder, "sent.img")), await writeRandom(join(folder, "pushed.img"))];
  const curl = ["curl", "-sSf", "-T", sent, "-H", `X-Auth-Token: ${token}`, "-H", "Content-Type: application/octet-stream"];
  const push = [process.execPath, launcher, "image", "push", pushed];
  const run = (command: readonly string[]): Promise<ClientRun> => runClient(command, server.pid, server.env);
  return new Map([
    ["curl -T", await run([...curl, await waitingImage(server.endpoint, token)])],
    ["first push", await run(push)],
    ["same again", await run(push)],
  ]);
}

/** The quickest run of each way: what slows others down is the machine. */
function quickest(all: readonly ReadonlyMap<string, ClientRun>[]): ReadonlyMap<string, ClientRun> {
  const best = new Map<string, ClientRun>();
  for (const [way, run] of all.flatMap((ways) => [...ways])) {
    best.set(way, run.seconds < (best.get(way)?.seconds ?? Infinity) ? run : (best.get(way) ?? run));
  }
  return best;
}

function print(ways: ReadonlyMap<string, ClientRun>): void {
  const basis = ways.get("curl -T")?.seconds ?? Number.NaN;
  console.table(
    [...ways].map(([way, { seconds, clientCpuSeconds, serverCpuSeconds }]) => ({
      way,
      seconds: seconds.toFixed(2),
      "MiB/s": Math.round(sizeMiB / seconds),
      "times curl": (seconds / basis).toFixed(2),
      "client CPU s": clientCpuSeconds.toFixed(2),
      "server CPU s": serverCpuSeconds.toFixed(2),
    })),
  );
}

const folder = await mkdtemp(join(tmpdir(), "tintype-bench-push-"));
const server = await TintypeProcess.prepare(join(folder, "data"), { TINTYPE_LOG_LEVEL: "warn" });
try {
  await server.start();
  const all: ReadonlyMap<string, ClientRun>[] = [];
  for (let done = 0; done < rounds; done += 1) {
    all.push(await round(server, folder));
  }
  console.log(`${sizeMiB} MiB of random bytes, the quickest of ${rounds} rounds`);
  print(quickest(all));
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
