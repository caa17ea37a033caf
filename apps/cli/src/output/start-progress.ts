import type { CliContext } from "../context.ts";
import type { ProgressFlags } from "../flags/progress-flags.ts";
import { ProgressLine } from "./progress-line.ts";

/** Begins to show progress on the error stream. The caller ends it. */
export function startProgress(context: CliContext, flags: ProgressFlags): ProgressLine {
  const { terminal, process, timers } = context;
  return new ProgressLine({ mode: flags.progress, stream: process.stderr, isTty: terminal.stderrIsTty, columns: terminal.columns, timers });
}
