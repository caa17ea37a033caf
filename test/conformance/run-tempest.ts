/**
 * `npm run test:conformance`: OpenStack's own tests of an image service (Debian's tempest) against a server of ours in a process of its
 * own. Ends with 1 when a test that must pass did not, and when one passed that `expected.table.ts` says cannot.
 *
 * `--regex R` chooses tests, `--concurrency N` how many classes run at once (default 4), `--runs N` how often all of them run on the same
 * server (default 1), `--keep` leaves the folder with logs and prints where it is.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { TintypeProcess } from "../system/tintype-process.ts";
import { expectedClasses } from "./expected.table.ts";
import { judgeResults } from "./judge-results.ts";
import type { Verdict } from "./judge-results.ts";
import { accountsFile, bootstrapFile } from "./people.ts";
import { PictureServer } from "./picture-server.ts";
import { readResults } from "./read-results.ts";
import { TempestWorkspace } from "./tempest-workspace.ts";

const { values } = parseArgs({
  options: {
    regex: { type: "string", default: "" },
    concurrency: { type: "string", default: "4" },
    runs: { type: "string", default: "1" },
    keep: { type: "boolean", default: false },
  },
});
const choice = { regex: values.regex, concurrency: Number(values.concurrency) };
const region = "RegionOne";
const prefix = "tempest.api.image.v2.";

if (spawnSync("tempest", ["--version"]).error !== undefined) {
  console.log("Skipped: there is no tempest here (Debian: apt-get install tempest).");
  process.exit(0);
}

const folder = await mkdtemp(join(tmpdir(), "tintype-tempest-"));
try {
  process.exitCode = (await runAll()) ? 0 : 1;
} finally {
  if (values.keep) {
    console.log(`Logs: ${folder}`);
  } else {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Answers whether every run was as expected. */
async function runAll(): Promise<boolean> {
  await using pictures = await PictureServer.open();
  const bootstrap = join(folder, "bootstrap.json");
  await writeFile(bootstrap, JSON.stringify(bootstrapFile(choice.concurrency, region)));
  // Three stores of one weight.
  const stores = join(folder, "stores.json");
  await writeFile(stores, JSON.stringify({ stores: [{ name: "main" }, { name: "cheap", dir: "cheap" }, { name: "fast", dir: "fast" }] }));
  const server = await TintypeProcess.prepare(join(folder, "data"), {
    TINTYPE_STORES_FILE: stores,
    TINTYPE_BOOTSTRAP_FILE: bootstrap,
    TINTYPE_FETCH_ALLOW: pictures.place,
    // The tests upload random bytes under every format there is.
    TINTYPE_IMAGES_FORMAT_MATCH: "ignored",
    TINTYPE_LOG_LEVEL: "warn",
  });
  await server.start();
  try {
    const settings = { authUrl: `${server.endpoint}/v3`, region, pictureUrl: pictures.url };
    const workspace = await TempestWorkspace.prepare(folder, accountsFile(choice.concurrency), settings);
    let isGood = true;
    for (let run = 1; run <= Number(values.runs); run += 1) {
      isGood = (await runOnce(workspace, run)) && isGood;
    }
    return isGood;
  } finally {
    await server.stop();
    await writeFile(join(folder, "server.log"), server.stderr);
  }
}

async function runOnce(workspace: TempestWorkspace, run: number): Promise<boolean> {
  const begin = performance.now();
  const output = await workspace.run({ ...choice, regex: choice.regex || "tempest\\.api\\.image\\.v2" });
  await writeFile(join(folder, `run-${run}.log`), output);
  const pattern = new RegExp(choice.regex);
  const verdict = judgeResults(readResults(output, prefix), expectedClasses, (test) => pattern.test(`${prefix}${test}`));
  const seconds = Math.round((performance.now() - begin) / 1000);
  console.log(`Run ${run}: ${verdict.passed} passed, ${verdict.broken.length} broken (${seconds} s)`);
  const isGood = report(verdict);
  if (!isGood) {
    console.log(output.split("\n").slice(-400).join("\n"));
  }
  return isGood;
}

/** Says what was not as it should be; answers whether all was. */
function report({ passed, broken, awaited, surprising, unknown }: Verdict): boolean {
  for (const [reason, count] of awaited) {
    console.log(`  ${count} expected not to pass: ${reason}`);
  }
  const faults = [
    ...broken.map((test) => `${test}, and must pass`),
    ...surprising.map((test) => `${test} passes: expected.table.ts must say so`),
    ...unknown.map((test) => `${test} is unknown to expected.table.ts`),
    ...(passed === 0 ? ["no test passed"] : []),
  ];
  for (const fault of faults) {
    console.log(`  FAULT ${fault}`);
  }
  return faults.length === 0;
}
