import { buildCommand } from "@stricli/core";
import { connectionFlags } from "../../connection/connection-flags.ts";
import type { ConnectionFlags } from "../../connection/connection-flags.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { switchFlag } from "../../flags/switch-flag.ts";
import { parseText } from "../../flags/text-flag.ts";

/** OpenStack's clients know users and passwords: no flags for access keys. */
export interface LoginFlags extends CommonFlags, Pick<ConnectionFlags, "endpoint" | "authUrl" | "username" | "password" | "project"> {
  /** Where to write; empty for the usual place. */
  readonly cloudsYaml: string;
  readonly cloud: string;
  readonly force?: boolean;
}

const { endpoint, authUrl, username, password, project } = connectionFlags;

export const loginCommand = buildCommand<LoginFlags, [], CliContext>({
  loader: async () => (await import("./run-login.ts")).runLogin,
  parameters: {
    flags: {
      ...commonFlags,
      endpoint,
      authUrl,
      username,
      password,
      project,
      cloudsYaml: {
        kind: "parsed",
        parse: parseText,
        inferEmpty: true,
        brief: "Write a cloud for OpenStack's clients (default: clouds.yaml here, if there is one, else the user's own)",
        placeholder: "FILE",
      },
      cloud: { kind: "parsed", parse: parseText, default: "tintype", brief: "Name of the cloud", placeholder: "NAME" },
      force: switchFlag("Replace a cloud that says something else"),
    },
  },
  docs: { brief: "Let OpenStack's clients call the server as this command line does" },
});
