/**
 * `npm run bench:memory`: resident memory of the server and of `tintype image serve`, idle and at work, beside what each may take. Imports
 * 8 images of random data at once, by 8 runs of the command line, and then has 8 readers read one of them at once: by HTTP, and by
 * NBD with `nbdcopy`. `--mib N` is the data of one image (1024), `--json` prints JSON. Fails above a budget.
 *
 * Needs Linux, the package libnbd-bin, and three times the data of the 8 images in the folder for temporary files.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs, promisify } from "node:util";
import { localSession } from "../../system/local-session.ts";
import { TintypeProcess } from "../../system/tintype-process.ts";
import { makeRandomDisks } from "./make-random-disks.ts";
import { forgetPeak, memoryOfProcess } from "./process-memory.ts";
import { readRanges } from "./read-ranges.ts";

const { values } = parseArgs({ options: { mib: { type: "string", default: "1024" }, json: { type: "boolean", default: false } } });
const launcher = new URL("../../../apps/cli/bin/tintype.js", import.meta.url).pathname;
const atOnce = 8;
const budgets = { server: 300, serve: 200 };

interface Result {
  readonly what: string;
  readonly peakMiB: number;
  readonly budgetMiB: number;
  /** Of the part of the work that the peak belongs to. */
  readonly seconds: number;
}

const folder = await mkdtemp(join(tmpdir(), "tintype-memory-"));
const results: Result[] = [];
const server = await TintypeProcess.prepare(join(folder, "data"), {
  TINTYPE_LIMITS_JOBS_RUNNING: String(atOnce),
  TINTYPE_LOG_LEVEL: "warn",
});
try {
  const disks = await makeRandomDisks(folder, { count: atOnce, dataMiB: Number(values.mib) });
  await server.start();
  await peakOf("server, idle after its start", server.pid, budgets.server, idleFor);
  const ids: string[] = [];
  await peakOf(`server, ${atOnce} uploads and imports at once`, server.pid, budgets.server, async () => {
    ids.push(...(await Promise.all(disks.map(importDisk))));
  });
  const session = await localSession(join(folder, "data"));
  const [id = ""] = ids;
  await peakOf(`server, ${atOnce} readers of ranges`, server.pid, budgets.server, () => readRanges(session, id, { readers: atOnce }));
  await whileServed(id, async (uri, pid) => {
    await peakOf("image serve, idle", pid, budgets.serve, idleFor);
    await peakOf(`server, image serve for nbdcopy with ${atOnce} connections`, server.pid, budgets.server, () =>
      peakOf(`image serve, nbdcopy with ${atOnce} connections`, pid, budgets.serve, () => copyAll(uri)),
    );
  });
  await peakOf("server, idle after all that", server.pid, budgets.server, idleFor);
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
console.log(values.json ? JSON.stringify(results, undefined, 2) : asTable(results));
if (results.some(({ peakMiB, budgetMiB }) => peakMiB > budgetMiB)) {
  process.exitCode = 1;
}

/** Notes the most memory that a process has resident while something goes on. */
async function peakOf(what: string, pid: number, budgetMiB: number, work: () => Promise<void>): Promise<void> {
  await forgetPeak(pid);
  const begunAt = performance.now();
  await work();
  const seconds = (performance.now() - begunAt) / 1000;
  results.push({ what, peakMiB: (await memoryOfProcess(pid)).peakMiB, budgetMiB, seconds });
}

async function importDisk(path: string): Promise<string> {
  const { code, stdout, stderr } = await server.run("image", "import", path, "--json");
  if (code !== 0) {
    throw new Error(`The import of ${path} failed: ${stderr}`);
  }
  // The last line of the output is the image.
  return (JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as { readonly id: string }).id;
}

/** Lends an image while `work` runs with its address and the number of the process. */
async function whileServed(imageId: string, work: (uri: string, pid: number) => Promise<void>): Promise<void> {
  const child = spawn(process.execPath, [launcher, "image", "serve", imageId, "--json"], {
    env: server.env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [line] = await once(createInterface({ input: child.stdout }), "line");
    // The first line of the output says where the image is.
    await work((JSON.parse(String(line)) as { readonly uri: string }).uri, child.pid ?? -1);
  } finally {
    const gone = once(child, "exit");
    child.kill("SIGINT");
    await gone;
  }
}

async function copyAll(uri: string): Promise<void> {
  await promisify(execFile)("nbdcopy", [`--connections=${atOnce}`, uri, "null:"]);
}

async function idleFor(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 3000));
}

function asTable(all: readonly Result[]): string {
  return all
    .map(({ what, peakMiB, budgetMiB, seconds }) => {
      const isMet = peakMiB <= budgetMiB ? "met" : "MISSED";
      return `${what.padEnd(56)} ${peakMiB.toFixed(0).padStart(4)} MiB at most  budget ${budgetMiB}  ${isMet.padEnd(6)}  ${seconds.toFixed(1)} s`;
    })
    .join("\n");
}
