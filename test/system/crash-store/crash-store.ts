import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess, StdioOptions } from "node:child_process";
import { once } from "node:events";
import { cpSync, linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { temporaryFolder } from "../../../packages/store/test/temporary-folder.ts";
import { checkRebuilt } from "./check-rebuilt.ts";
import { checkStore } from "./check-store.ts";
import { crashDraws } from "./crash-content.ts";
import type { CrashBlob } from "./crash-content.ts";
import { CrashModel, crashVerbs } from "./crash-model.ts";
import type { CrashVerb } from "./crash-model.ts";
import { loseDatabase } from "./rebuild-once.ts";

/** What a crash test did. */
export interface CrashReport {
  /** Points at which a store was cut off and checked, and how many of them were kills of the process itself. */
  readonly kills: number;
  readonly processKills: number;
  /** Operations that had ended at those points. */
  readonly operations: number;
  /** At how many of the points each operation was under way. Several can be, so the sum is more than all points. */
  readonly cutOff: Readonly<Record<CrashVerb, number>>;
}

/** Points at which a process is frozen before it is killed, and processes that work on one folder, one after the other. */
const freezesPerProcess = 11;
const processesPerFolder = 6;
/** Every so manieth process rebuilds chunk index and catalog instead of working on the store. */
const rebuildEvery = 3;
/** Folders that are worked on side by side: each is waiting most of the time, for a disk or a thread that starts. */
const lanes = 3;

const child = join(import.meta.dirname, "child.ts");
const rebuildChild = join(import.meta.dirname, "rebuild-child.ts");

/**
 * Cuts a process off that works on a store, many times, at random points, and checks the store each time. Most points are taken by
 * freezing the process (every thread of it) and copying its folder, which is what a kill at that moment leaves: files change by
 * the process's doing alone. The last of each process is SIGKILL, and what that leaves is checked and worked on further.
 */
export async function crashStore(
  { kills, seed }: { readonly kills: number; readonly seed: string },
  onKill: (killsDone: number) => void = () => undefined,
): Promise<CrashReport> {
  const total = { kills: 0, processKills: 0, operations: 0, cutOff: noCuts() };
  let begun = 0;
  const workOn = async (lane: number): Promise<void> => {
    for (let store = 0; begun < kills; store += 1) {
      await using folder = await temporaryFolder();
      let there = new Map<string, CrashBlob>();
      for (let process = 0; process < processesPerFolder && begun < kills; process += 1) {
        const points = Math.min(freezesPerProcess, kills - begun - 1);
        begun += points + 1;
        const rebuilds = process % rebuildEvery === 1;
        const ended = await cutOff(worldOf(folder.path, { word: `${seed}-${lane}-${store}-${process}`, rebuilds }), there, points);
        there = ended.there;
        total.kills += points + 1;
        total.processKills += 1;
        total.operations += ended.operations;
        crashVerbs.forEach((verb) => (total.cutOff[verb] += ended.cuts[verb]));
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

type Cuts = Record<CrashVerb, number>;

function noCuts(): Cuts {
  return { put: 0, copy: 0, rewrite: 0, remove: 0, collect: 0, rebuild: 0 };
}

interface World {
  readonly root: string;
  /** A data folder, in which the store is. */
  readonly data: string;
  readonly lines: string;
  /** Seed of this process. */
  readonly word: string;
  /** Whether it rebuilds chunk index and catalog, and nothing else. */
  readonly rebuilds: boolean;
}

function worldOf(root: string, { word, rebuilds }: Pick<World, "word" | "rebuilds">): World {
  return { root, data: join(root, "data"), lines: join(root, `lines-${word}`), word, rebuilds };
}

function storeIn(data: string): string {
  return join(data, "store");
}

/** Starts a process, freezes it at some points, kills it, and checks each time. */
async function cutOff(
  world: World,
  there: ReadonlyMap<string, CrashBlob>,
  points: number,
): Promise<{ there: Map<string, CrashBlob>; operations: number; cuts: Cuts }> {
  const draw = crashDraws(`${world.word} moments`);
  const cuts = noCuts();
  const modelNow = (): CrashModel => new CrashModel(there).read(readFileSync(world.lines, "utf8"));
  const modelCutOff = (): CrashModel => {
    const model = modelNow();
    model.underWay.forEach((verb) => (cuts[verb] += 1));
    return model;
  };
  const working = await start(world, there);
  const ended = once(working, "exit");
  try {
    while (modelNow().operations < 5 && working.exitCode === null) {
      await after(5);
    }
    for (let point = 0; point < points; point += 1) {
      await after(draw(25));
      const copy = join(world.root, "copy");
      await freeze(working);
      const model = modelCutOff();
      copyData(world.data, copy);
      await check(world, { point, data: copy, model, loseIndex: draw(4) === 0 });
      await rm(copy, { recursive: true });
      working.kill("SIGCONT");
    }
    await after(draw(25));
  } finally {
    working.kill("SIGKILL");
    await ended;
  }
  assert.equal(working.signalCode, "SIGKILL", "the process worked until it was killed");
  const model = modelCutOff();
  const left = await check(world, { point: points, data: world.data, model, loseIndex: draw(4) === 0 });
  return { there: left, operations: model.operations, cuts };
}

async function start(world: World, there: ReadonlyMap<string, CrashBlob>): Promise<ChildProcess> {
  mkdirSync(storeIn(world.data), { recursive: true });
  writeFileSync(world.lines, "");
  // What an earlier rebuild left knows of images that may be gone.
  await loseDatabase(join(world.data, "catalog.sqlite"));
  const task = world.rebuilds
    ? [rebuildChild, world.data, world.lines, world.word]
    : [child, storeIn(world.data), world.lines, world.word, JSON.stringify([...there])];
  const stdio: StdioOptions = ["ignore", "inherit", "inherit"];
  return spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...task], { stdio });
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
function copyData(from: string, to: string): void {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const target = join(to, path.slice(from.length + 1));
    mkdirSync(dirname(target), { recursive: true });
    if (/\.(pack|manifest)$/.test(path) && !path.startsWith(join(storeIn(from), "tmp"))) {
      linkSync(path, target);
    } else {
      cpSync(path, target);
    }
  }
}

interface Moment {
  readonly point: number;
  readonly data: string;
  readonly model: CrashModel;
  readonly loseIndex: boolean;
}

/** Checks what a process left. After a rebuild was cut off it is done again, as whoever sees that it did not end would. */
async function check({ word, lines, rebuilds }: World, { point, data, model, loseIndex }: Moment): Promise<Map<string, CrashBlob>> {
  try {
    if (rebuilds) {
      await checkRebuilt(data, [...model.blobs.keys()]);
    }
    return await checkStore(storeIn(data), model, { loseIndex });
  } catch (error) {
    const tail = readFileSync(lines, "utf8").split("\n").slice(-12).join("\n");
    throw new Error(`The store is wrong after point ${point} of process ${word}. Its last lines:\n${tail}`, { cause: error });
  }
}
