import type { FlagParametersForType } from "@stricli/core";
import type { CliContext } from "../context.ts";

/** Flags of every command. */
export interface CommonFlags {
  readonly json?: boolean;
  /** Read before the command runs, by whoever words its errors. */
  readonly debug?: boolean;
}

export const commonFlags: FlagParametersForType<CommonFlags, CliContext> = {
  json: { kind: "boolean", brief: "Print the result as JSON", optional: true, withNegated: false },
  debug: { kind: "boolean", brief: "Show where errors come from (TINTYPE_DEBUG)", optional: true, withNegated: false },
};
