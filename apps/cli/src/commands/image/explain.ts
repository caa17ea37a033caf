import { buildCommand } from "@stricli/core";
import { connectionFlags } from "../../connection/connection-flags.ts";
import type { ConnectionFlags } from "../../connection/connection-flags.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { optionalTextArgument, textArgument } from "../../flags/positional.ts";

export interface ExplainFlags extends CommonFlags, ConnectionFlags {
  readonly language?: "en" | "zh";
  readonly flavor?: string;
  readonly kernel?: string;
}

export const explainCommand = buildCommand<ExplainFlags, [image: string, operation?: string], CliContext>({
  loader: async () => (await import("./run-explain.ts")).runExplain,
  parameters: {
    flags: {
      language: { kind: "enum", values: ["en", "zh"], brief: "Language of the sentences (default: en)", optional: true },
      flavor: {
        kind: "parsed",
        parse: String,
        brief: "Tell also whether machines of this flavor can have the image's system",
        optional: true,
      },
      kernel: { kind: "parsed", parse: String, brief: "With --flavor: the kernel in the image, as uname -r tells it", optional: true },
      ...commonFlags,
      ...connectionFlags,
    },
    positional: {
      kind: "tuple",
      parameters: [
        textArgument("ID", "Id of an image, or a name that only one has"),
        optionalTextArgument("ACTION", "One operation, for instance export; all of them without it"),
      ],
    },
  },
  docs: {
    brief: "Tell what may be done with an image, and why not",
    fullDescription:
      "Asks the server, which answers from the rules that it refuses by.\nExit codes with ACTION: 0 it would be allowed, 1 it would be refused, 2 and more: it could not be found out.",
  },
});
