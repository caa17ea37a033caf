import { spawn } from "node:child_process";
import { once } from "node:events";
import { performance } from "node:perf_hooks";
import { text } from "node:stream/consumers";

/** How long a command took from its start to its end, and what it printed. */
export interface TimedRun {
  readonly seconds: number;
  readonly stdout: string;
}

/**
 * Runs a command in a process of its own, its start counted.
 *
 * Throws  Error when it fails
 */
export async function runTimed(command: string, args: readonly string[]): Promise<TimedRun> {
  const startedAt = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  const seconds = (performance.now() - startedAt) / 1000;
  if (code !== 0) {
    throw new Error(`${command} ${args.join(" ")} ended with ${String(code)}`);
  }
  return { seconds, stdout };
}
