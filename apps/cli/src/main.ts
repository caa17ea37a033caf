import { ExitCode, run } from "@stricli/core";
import { buildCli } from "./app.ts";
import type { Environment } from "./environment.ts";
import { describeError } from "./errors/describe-error.ts";
import { exitCodeOf, exitCodes } from "./errors/exit-codes.ts";
import { processContext } from "./terminal/process-context.ts";

/**
 * Runs one command line and leaves its outcome in the process's exit code. `serve` and `config show` take the server's settings as
 * flags, so their words are handed over as they are; everything else is the command frame's to read.
 */
export async function runCli(words: readonly string[], variables: Environment): Promise<void> {
  // `tintype help image list` is what many type first.
  const argv = words[0] === "help" ? [...words.slice(1), "--help"] : words;
  // Ours to read; the server would refuse a setting that it does not know.
  const { TINTYPE_DEBUG, ...env } = variables;
  const debug = argv.includes("--debug") || (TINTYPE_DEBUG ?? "") !== "";
  const [noun, verb] = argv;
  const wantsHelp = argv.includes("--help") || argv.includes("-h");
  try {
    if (noun === "serve" && !wantsHelp) {
      const { runServe } = await import("./commands/serve/run-serve.ts");
      await runServe(withoutOwnFlags(argv.slice(1)), env);
    } else if (noun === "config" && verb === "show" && !wantsHelp) {
      const { runShow } = await import("./commands/config/run-show.ts");
      endWithOutput();
      await runShow(processContext(env), { json: argv.includes("--json") }, withoutOwnFlags(argv.slice(2)));
    } else {
      await runCommand(argv, env, debug);
    }
  } catch (error) {
    process.stderr.write(`${describeError(error, { debug })}\n`);
    process.exitCode = exitCodeOf(error);
  }
}

async function runCommand(argv: readonly string[], env: Environment, debug: boolean): Promise<void> {
  endWithOutput();
  const context = processContext(env);
  await run(await buildCli(argv[0], { debug }), argv, context);
  const outcome = context.process.exitCode ?? exitCodes.ok;
  process.exitCode = exitCodeOfOutcome[outcome] ?? outcome;
}

/** The frame's own outcomes, in our numbers. */
const exitCodeOfOutcome: Readonly<Record<string, number>> = {
  [ExitCode.UnknownCommand]: exitCodes.usage,
  [ExitCode.InvalidArgument]: exitCodes.usage,
  [ExitCode.ContextLoadError]: exitCodes.failed,
  [ExitCode.CommandLoadError]: exitCodes.failed,
  [ExitCode.InternalError]: exitCodes.failed,
  [ExitCode.IntegrationError]: exitCodes.failed,
};

function withoutOwnFlags(argv: readonly string[]): readonly string[] {
  return argv.filter((word) => word !== "--debug" && word !== "--json");
}

/** Ends the process when nothing more can be written: quietly where the reader left, as in `tintype image list | head`, which is no failure. */
function endWithOutput(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") {
      process.stderr.write(`Error: The output cannot be written: ${error.message}.\n`);
    }
    process.exit(error.code === "EPIPE" ? exitCodes.ok : exitCodes.failed);
  });
}
