import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { JobRecord } from "@tintype/jobs/job-record.ts";
import { hasEnded } from "@tintype/jobs/job-record.ts";
import { newJob } from "@tintype/jobs/new-job.ts";
import { sqlJobRecords } from "../sql/sql-job-records.ts";
import { openSqlite } from "./open-sqlite.ts";

const kinds = ["doomed", "append", "append", "doomed"];
const kills = 12;

/** Numbers below 1 that look random and come again with the same seed (Lehmer, multiplier 48271). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state / 0x7fff_ffff;
  };
}

async function prepare(folder: string): Promise<void> {
  await writeFile(join(folder, "trace"), "");
  await using db = await openSqlite(join(folder, "catalog.sqlite"));
  for (const [number, kind] of kinds.entries()) {
    await sqlJobRecords(db).insert(newJob({ id: number.toString(16).padStart(32, "0"), kind, projectId: "p", input: null, now: number }));
  }
}

/** Starts the process; kills it `killAfterMs` after its jobs began, if that is given. Answers its exit code, null when killed. */
async function runProcess(folder: string, killAfterMs?: number): Promise<number | null> {
  const script = join(import.meta.dirname, "testing", "append-jobs.ts");
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  if (killAfterMs !== undefined) {
    await Promise.race([once(child.stdout, "data"), exited]);
    await delay(killAfterMs);
    child.kill("SIGKILL");
  }
  await exited;
  return child.exitCode;
}

interface Snapshot {
  readonly jobs: readonly JobRecord[];
  /** Lines such as `run <job> <step>`, in order. */
  readonly trace: readonly string[];
}

async function look(folder: string): Promise<Snapshot> {
  await using db = await openSqlite(join(folder, "catalog.sqlite"));
  const jobs = await sqlJobRecords(db).list({});
  const trace = await readFile(join(folder, "trace"), "utf8");
  return { jobs: jobs.toReversed(), trace: trace.split("\n").slice(0, -1) };
}

/** What a row says is done must not be done again by a later process. */
function assertNothingDoneAgain(then: Snapshot, now: Snapshot): void {
  const later = new Set(now.trace.slice(then.trace.length));
  for (const job of then.jobs) {
    for (const step of job.steps) {
      assert.ok(step.finishedAt === undefined || !later.has(`run ${job.id} ${step.name}`), `step ${step.name} of ${job.id} was run again`);
      assert.ok(
        step.undoneAt === undefined || !later.has(`undo ${job.id} ${step.name}`),
        `step ${step.name} of ${job.id} was undone again`,
      );
    }
  }
}

function stepsIn(trace: readonly string[], what: "run" | "undo", id: string): readonly number[] {
  return trace.filter((line) => line.startsWith(`${what} ${id} `)).map((line) => Number(line.split(" ")[2]));
}

test("jobs in a process that is killed again and again end as they would have, step by step, and nothing finished is done again", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "jobs-killed-"));
  const random = randomFrom(20_261_122);
  await prepare(folder.path);
  const snapshots: Snapshot[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    await runProcess(folder.path, random() * 60);
    snapshots.push(await look(folder.path));
  }
  assert.equal(await runProcess(folder.path), 0);
  const end = await look(folder.path);

  snapshots.forEach((snapshot) => assertNothingDoneAgain(snapshot, end));
  const midway = snapshots.filter(({ jobs }) => jobs.some((job) => job.status === "running")).length;
  assert.ok(midway >= 3, `${midway} of ${kills} kills struck a running job`);
  for (const job of end.jobs) {
    const effects = await readFile(join(folder.path, job.id), "utf8");
    const runs = stepsIn(end.trace, "run", job.id);
    const undos = stepsIn(end.trace, "undo", job.id);
    assert.ok(hasEnded(job));
    assert.deepEqual([...new Set(runs)], [0, 1, 2, 3, 4, 5], "every step was run, in order");
    assert.deepEqual(
      runs,
      runs.toSorted((a, b) => a - b),
    );
    job.steps.forEach((step) =>
      assert.ok(runs.filter((run) => String(run) === step.name).length <= step.attempts, "every start was counted"),
    );
    if (job.kind === "append") {
      assert.deepEqual([job.status, effects, undos], ["succeeded", "0\n1\n2\n3\n4\n5\n", []]);
    } else {
      assert.deepEqual([job.status, job.error?.message, effects], ["failed", "corrupt", ""]);
      assert.deepEqual([...new Set(undos)], [5, 4, 3, 2, 1, 0], "every step was undone, newest first");
      assert.deepEqual(
        undos,
        undos.toSorted((a, b) => b - a),
      );
    }
  }
});
