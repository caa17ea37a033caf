import { buildCommand } from "@stricli/core";
import type { CliContext } from "../../context.ts";

/** For `--help` only, and for `serve` without flags: what has flags goes to the server as it is. */
export const serveCommand = buildCommand({
  func: async function serveWithoutFlags(this: CliContext): Promise<void> {
    const { runServe } = await import("./run-serve.ts");
    await runServe([], this.env);
  },
  parameters: {},
  docs: {
    brief: "Start the server",
    customUsage: [
      "",
      {
        input: "--SETTING VALUE ...",
        brief: 'any setting that "tintype config show" lists, e.g. --http-port 9000 --data-dir /srv/tintype',
      },
    ],
  },
});
