import type { FlagParametersForType } from "@stricli/core";
import type { CliContext } from "../context.ts";
import { switchFlag } from "../flags/switch-flag.ts";
import { textFlag } from "../flags/text-flag.ts";

/** Where the server is and who calls, as flags say it. Every command that talks to a server takes them. */
export interface ConnectionFlags {
  readonly endpoint?: string;
  readonly obsEndpoint?: string;
  readonly authUrl?: string;
  readonly username?: string;
  readonly password?: string;
  readonly project?: string;
  readonly accessKey?: string;
  readonly secretKey?: string;
  readonly cloud?: string;
  readonly showCurl?: boolean;
}

export const connectionFlags: FlagParametersForType<ConnectionFlags, CliContext> = {
  endpoint: textFlag("Address of the API (TINTYPE_ENDPOINT)", "URL"),
  obsEndpoint: textFlag("Address of the buckets (TINTYPE_OBS_ENDPOINT; default: what the server's catalog says)", "URL"),
  authUrl: textFlag("Address of the identity service (OS_AUTH_URL; default: the API's address with /v3)", "URL"),
  username: textFlag("User name (OS_USERNAME)", "NAME"),
  password: textFlag("Password (OS_PASSWORD, which unlike this flag other users cannot see)", "TEXT"),
  project: textFlag("Project (OS_PROJECT_NAME)", "NAME"),
  accessKey: textFlag("Access key (HUAWEICLOUD_ACCESS_KEY)", "KEY"),
  secretKey: textFlag("Secret key (HUAWEICLOUD_SECRET_KEY, which unlike this flag other users cannot see)", "KEY"),
  cloud: textFlag("Entry of clouds.yaml (OS_CLOUD)", "NAME"),
  showCurl: switchFlag("Show the requests as curl commands, without their secrets"),
};
