import { SeededRandom } from "@tintype/disk/core/testing/seeded-random.ts";
import { apiCall } from "./api-call.ts";
import { exchange } from "./exchange.ts";
import type { Answer } from "./exchange.ts";
import { FuzzWorld } from "./fuzz-world.ts";
import { curlLine } from "./http-call.ts";
import type { HttpCall } from "./http-call.ts";
import { faultsOf, isUnreadable, saidIn } from "./judge-answer.ts";
import { learnWords } from "./learn-words.ts";
import { obsCall } from "./obs-call.ts";
import { orHang } from "./or-hang.ts";

/** One call in so many is of the buckets' port. */
const obsOneIn = 5;

/** Something that should not be, with what repeats it. */
export interface HttpFinding {
  readonly operation: string;
  readonly fault: string;
  readonly where: string;
  readonly curl: string;
}

/** What came of a run: answers by operation and status, and what was found. */
export interface HttpTally {
  readonly answers: Map<string, number>;
  readonly findings: HttpFinding[];
}

/**
 * Makes many odd calls of a service of its own, one after the other, and judges each: no failure, no hang, refusals in the shape of the family that
 * change nothing, no word of a project that the caller may not see. At last the service is well, no job is under way, and the store has nothing that
 * nobody knows of.
 *
 * Repeating  the same seed and count make the same calls
 */
export async function fuzzHttp({ seed, calls }: { readonly seed: number; readonly calls: number }): Promise<HttpTally> {
  const tally: HttpTally = { answers: new Map(), findings: [] };
  const random = new SeededRandom(seed);
  await using world = await FuzzWorld.open(seed);
  for (let count = 0; count < calls; count += 1) {
    const call = random.oneIn(obsOneIn) ? obsCall(world, random) : apiCall(world, random);
    const { answer, faults } = await tried(world, call);
    const name = `${call.operation}: ${answer?.status ?? "no answer"}`;
    tally.answers.set(name, (tally.answers.get(name) ?? 0) + 1);
    const where = `seed ${seed}, call ${count} (${call.caller}; ${call.faults.join(", ") || "nothing wrong"})`;
    tally.findings.push(
      ...faults.map((fault) => ({ operation: call.operation, fault, where, curl: curlLine(call, world.ports[call.server]) })),
    );
  }
  tally.findings.push(
    ...(await faultsAfterwards(world)).map((fault) => ({
      operation: "afterwards",
      fault,
      where: `seed ${seed}, after ${calls} calls`,
      curl: "",
    })),
  );
  return tally;
}

/** A call that hangs, or whose answer is no HTTP, is a finding like others. */
async function tried(world: FuzzWorld, call: HttpCall): ReturnType<typeof tryCall> {
  try {
    return await tryCall(world, call);
  } catch (error) {
    return { answer: undefined, faults: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
  }
}

async function tryCall(
  world: FuzzWorld,
  call: HttpCall,
): Promise<{ readonly answer: Answer | undefined; readonly faults: readonly string[] }> {
  world.tick();
  world.errors.length = 0;
  const said = saidIn(call);
  world.secrets = world.secrets.filter((secret) => !said.includes(secret));
  const answer = await exchange(call, world.ports[call.server]);
  await orHang(world.settle(), () => "jobs that the call began");
  const faults = [...faultsOf(call, answer, { secrets: world.secrets, answers: world.answersOf(call.operation) })];
  const changes = (await world.changes()).filter((change) => !isFileTried(call, change));
  // Whether a request that breaks off was refused is not told by what is answered to its end.
  const isRefused = answer !== undefined && answer.status >= 400 && !isUnreadable(call);
  faults.push(...(isRefused ? changes.map((change) => `it was refused with ${answer.status}, and changed ${change}`) : []));
  faults.push(...world.errors.map((line) => `it logged ${line.slice(0, 1500)}`));
  if (answer !== undefined && answer.status < 300 && call.method !== "HEAD") {
    learnWords(world.words, call, answer);
  }
  return { answer, faults };
}

/** An image that waits for its file again after one was refused was changed last then. */
function isFileTried({ operation }: HttpCall, change: string): boolean {
  return /^PUT .*\/(?:file|stage)$/.test(operation) && /^images: "updated_at":\d+ => "updated_at":\d+$/.test(change);
}

async function faultsAfterwards(world: FuzzWorld): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const path of ["/healthz", "/readyz"]) {
    const status = await world.call("GET", path, "nobody");
    if (status !== 200) {
      faults.push(`${path} answers ${status}`);
    }
  }
  for (const caller of ["demo", "alt", "admin"] as const) {
    const status = await world.call("GET", "/v2/images", caller);
    if (status !== 200) {
      faults.push(`${caller} is answered with ${status}: nobody should have taken its rights`);
    }
  }
  return [...faults, ...(await world.lostBlobs()).map((id) => `the blob ${id} is in the store, and nothing names it`)];
}
