import { buildCommand } from "@stricli/core";
import { connectionFlags } from "../../connection/connection-flags.ts";
import type { ConnectionFlags } from "../../connection/connection-flags.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { textArgument } from "../../flags/positional.ts";
import { progressFlags } from "../../flags/progress-flags.ts";
import type { ProgressFlags } from "../../flags/progress-flags.ts";
import { switchFlag } from "../../flags/switch-flag.ts";
import { textFlag } from "../../flags/text-flag.ts";

export interface CopyFlags extends CommonFlags, ProgressFlags, ConnectionFlags {
  readonly name?: string;
  readonly description?: string;
  readonly key?: string;
  readonly decrypt?: boolean;
}

export const copyCommand = buildCommand<CopyFlags, [image: string], CliContext>({
  loader: async () => (await import("./run-copy.ts")).runCopy,
  parameters: {
    flags: {
      name: textFlag("Name of the copy (default: copy_ and the image's name)", "TEXT"),
      description: textFlag("What to remember about the copy", "TEXT"),
      key: textFlag("Encrypt the copy with this master key: id, alias, or ims/default", "KEY"),
      decrypt: switchFlag("Make a copy that is not encrypted of an image that is"),
      ...progressFlags,
      ...commonFlags,
      ...connectionFlags,
    },
    positional: { kind: "tuple", parameters: [textArgument("ID", "Id of an image, or a name that only one has")] },
  },
  docs: {
    brief: "Copy an image; encrypt, decrypt, or change its key on the way",
    fullDescription: "No bytes move unless the copy encrypts or decrypts; then the service stores the content anew.",
  },
});
