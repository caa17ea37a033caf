import { isatty } from "node:tty";
import { systemTimers } from "@tintype/client/timing/timers.ts";
import type { CliContext } from "../context.ts";
import type { Environment } from "../environment.ts";
import { interruptSignal } from "./interrupt-signal.ts";

/** The context of a real process. From here on Ctrl-C no longer ends it by itself. */
export function processContext(env: Environment): CliContext {
  const { stdin, stdout, stderr } = process;
  const signal = interruptSignal();
  return {
    process: { stdout, stderr },
    env,
    terminal: {
      stdoutIsTty: isatty(stdout.fd),
      stderrIsTty: isatty(stderr.fd),
      stdinIsTty: isatty(stdin.fd),
      // Some terminals say that they have no columns at all.
      columns: (stderr.isTTY && stderr.columns) || 80,
    },
    timers: systemTimers,
    signal,
    writeBytes: (bytes) => writeBytes(bytes, signal),
    ask: (question) => ask(question, signal),
  };
}

async function writeBytes(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  process.stdout.write(bytes, (error) => {
    if (error === undefined || error === null) {
      resolve();
    } else {
      reject(error);
    }
  });
  await promise;
}

async function ask(question: string, signal: AbortSignal): Promise<string> {
  const { createInterface } = await import("node:readline/promises");
  // Not as a terminal of its own, which would keep Ctrl-C from the process.
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    return await lines.question(question, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    lines.close();
  }
}
