import { spawn } from "node:child_process";
import { once } from "node:events";
import { performance } from "node:perf_hooks";
import { text } from "node:stream/consumers";
import { cpuSecondsOf } from "./cpu-seconds.ts";

/** What a command took, and what the server did for it. */
export interface ClientRun {
  readonly seconds: number;
  readonly clientCpuSeconds: number;
  readonly serverCpuSeconds: number;
}

/** Lets the shell tell what a command took, as the last line of what it prints. */
const timed = 'TIMEFORMAT="%U %S"; time "$@" >/dev/null';

/**
 * Runs a command that talks to a server, in a process of its own, its start counted.
 *
 * Throws  Error when it fails
 */
export async function runClient(command: readonly string[], serverPid: number, env: NodeJS.ProcessEnv): Promise<ClientRun> {
  const before = await cpuSecondsOf(serverPid);
  const startedAt = performance.now();
  const child = spawn("bash", ["-c", timed, "bash", ...command], { env, stdio: ["ignore", "inherit", "pipe"] });
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  const seconds = (performance.now() - startedAt) / 1000;
  if (code !== 0) {
    throw new Error(`${command.join(" ")} ended with ${String(code)}:\n${stderr}`);
  }
  const times = stderr.trimEnd().split("\n").at(-1)?.split(" ").map(Number) ?? [];
  const clientCpuSeconds = times.reduce((sum, each) => sum + each, 0);
  return { seconds, clientCpuSeconds, serverCpuSeconds: (await cpuSecondsOf(serverPid)) - before };
}
