import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { temporaryFolder } from "../../../packages/store/test/temporary-folder.ts";
import { checkStore } from "./check-store.ts";
import { crashDraws } from "./crash-content.ts";
import { CrashModel } from "./crash-model.ts";

/** What a crash test did. */
export interface CrashReport {
  /** Points at which a store was cut off and checked, and how many of them were kills of the process itself. */
  readonly kills: number;
  readonly processKills: number;
  /** Operations that had ended at those points. */
  readonly operations: number;
}

/** Points at which a process is frozen before it is killed, and processes that work on one folder, one after the other. */
const freezesPerProcess = 11;
const processesPerFolder = 6;
/** Folders that are worked on side by side: each is waiting most of the time, for a disk or a thread that starts. */
const lanes = 3;

const child = join(import.meta.dirname, "child.ts");
const lostIndex = { loseIndex: true };
const keptIndex = { loseIndex: false };

/**
 * Cuts a process off that works on a store, many times, at random points, and checks the store each time. Most points are taken by
 * freezing the process (every thread of it) and copying its folder, which is what a kill at that moment leaves: files change by
 * the process's doing alone. The last of each process is SIGKILL, and what that leaves is checked and worked on further.
 */
export async function crashStore(
  { kills, seed }: { readonly kills: number; readonly seed: string },
  onKill: (killsDone: number) => void = () => undefined,
): Promise<CrashReport> {
  const total = { kills: 0, processKills: 0, operations: 0 };
  let begun = 0;
  const workOn = async (lane: number): Promise<void> => {
    for (let store = 0; begun < kills; store += 1) {
      await using folder = await temporaryFolder();
      let there = new Map<string, string>();
      for (let process = 0; process < processesPerFolder && begun < kills; process += 1) {
        const points = Math.min(freezesPerProcess, kills - begun - 1);
        begun += points + 1;
        const ended = await cutOff(worldOf(folder.path, `${seed}-${lane}-${store}-${process}`), there, points);
        there = ended.there;
        total.kills += points + 1;
        total.processKills += 1;
        total.operations += ended.operations;
        onKill(total.kills);
      }
    }
  };
  const working = Array.from({ length: lanes }, async (_, lane) => {
    try {
      await workOn(lane);
    } finally {
      // After a failure the others end too.
      begun = kills;
    }
  });
  await Promise.allSettled(working);
  await Promise.all(working);
  return total;
}

interface World {
  readonly root: string;
  readonly store: string;
  readonly lines: string;
  /** Seed of this process. */
  readonly word: string;
}

function worldOf(root: string, word: string): World {
  return { root, store: join(root, "store"), lines: join(root, `lines-${word}`), word };
}

/** Starts a process, freezes it at some points, kills it, and checks each time. */
async function cutOff(
  world: World,
  there: ReadonlyMap<string, string>,
  points: number,
): Promise<{ there: Map<string, string>; operations: number }> {
  const draw = crashDraws(`${world.word} moments`);
  mkdirSync(world.store, { recursive: true });
  writeFileSync(world.lines, "");
  const args = ["--disable-warning=ExperimentalWarning", child, world.store, world.lines, world.word, JSON.stringify([...there])];
  const working = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
  const ended = once(working, "exit");
  const modelNow = (): CrashModel => new CrashModel(there).read(readFileSync(world.lines, "utf8"));
  try {
    while (modelNow().operations < 5 && working.exitCode === null) {
      await after(5);
    }
    for (let point = 0; point < points; point += 1) {
      await after(draw(25));
      const copy = join(world.root, "copy");
      await freeze(working);
      const model = modelNow();
      copyStore(world.store, copy);
      await checked(world, point, () => checkStore(copy, model, draw(4) === 0 ? lostIndex : keptIndex));
      await rm(copy, { recursive: true });
      working.kill("SIGCONT");
    }
    await after(draw(25));
  } finally {
    working.kill("SIGKILL");
    await ended;
  }
  assert.equal(working.signalCode, "SIGKILL", "the process worked until it was killed");
  const model = modelNow();
  const left = await checked(world, points, () => checkStore(world.store, model, draw(4) === 0 ? lostIndex : keptIndex));
  return { there: left, operations: model.operations };
}

/** Stops a process, and waits until every thread of it has stopped. */
async function freeze({ pid }: ChildProcess): Promise<void> {
  assert.ok(pid !== undefined);
  process.kill(pid, "SIGSTOP");
  const tasks = `/proc/${pid}/task`;
  const isStopped = (task: string): boolean => /^\d+ \(.*\) [TtZX] /s.test(readFileSync(join(tasks, task, "stat"), "latin1"));
  while (!readdirSync(tasks).every(isStopped)) {
    await after(1);
  }
}

/** Published files never change, so a link is as good as a copy. */
function copyStore(from: string, to: string): void {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const target = join(to, path.slice(from.length + 1));
    mkdirSync(dirname(target), { recursive: true });
    if (/\.(pack|manifest)$/.test(path) && !path.startsWith(join(from, "tmp"))) {
      linkSync(path, target);
    } else {
      cpSync(path, target);
    }
  }
}

async function checked<T>({ word, lines }: World, point: number, check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    const tail = readFileSync(lines, "utf8").split("\n").slice(-12).join("\n");
    throw new Error(`The store is wrong after point ${point} of process ${word}. Its last lines:\n${tail}`, { cause: error });
  }
}
