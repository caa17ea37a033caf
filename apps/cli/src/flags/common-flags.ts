import type { FlagParametersForType } from "@stricli/core";
import type { CliContext } from "../context.ts";
import { switchFlag } from "./switch-flag.ts";

/** Flags of every command. */
export interface CommonFlags {
  readonly json?: boolean;
  /** Read before the command runs, by whoever words its errors. */
  readonly debug?: boolean;
}

export const commonFlags: FlagParametersForType<CommonFlags, CliContext> = {
  json: switchFlag("Print the result as JSON"),
  debug: switchFlag("Show where errors come from (TINTYPE_DEBUG)"),
};
