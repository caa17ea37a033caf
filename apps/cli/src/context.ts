import type { CommandContext } from "@stricli/core";
import type { Timers } from "@tintype/client/timing/timers.ts";
import type { Environment } from "./environment.ts";

/** What the terminal at the other end can do. */
export interface Terminal {
  readonly stdoutIsTty: boolean;
  readonly stderrIsTty: boolean;
  readonly stdinIsTty: boolean;
  /** Width of the error stream's terminal. */
  readonly columns: number;
}

/** Everything a command may touch outside its own arguments. */
export interface CliContext extends CommandContext {
  readonly process: {
    /** Data. */
    readonly stdout: { readonly write: (text: string) => void };
    /** Talk: progress, hints, errors. */
    readonly stderr: { readonly write: (text: string) => void };
    /** Set by commands whose outcome is not only success or failure. */
    exitCode?: number;
  };
  readonly env: Environment;
  readonly terminal: Terminal;
  readonly timers: Timers;
  /** Aborted by Ctrl-C or a polite kill. */
  readonly signal: AbortSignal;
  /** Writes a file's bytes to standard output, and waits while the reader does not keep up. */
  readonly writeBytes: (bytes: Uint8Array) => Promise<void>;
  /** Asks a question on the error stream; the answer is what the person typed. */
  readonly ask: (question: string) => Promise<string>;
}
