import { ArgumentScannerError, buildApplication, buildRouteMap, formatMessageForArgumentScannerError, text_en } from "@stricli/core";
import type { Application } from "@stricli/core";
import packageFile from "../package.json" with { type: "json" };
import { configRoutes } from "./commands/config/routes.ts";
import { diskRoutes } from "./commands/disk/routes.ts";
import { imageRoutes } from "./commands/image/routes.ts";
import { jobRoutes } from "./commands/job/routes.ts";
import { serveCommand } from "./commands/serve/serve.ts";
import type { CliContext } from "./context.ts";
import { describeError } from "./errors/describe-error.ts";
import { exitCodeOf } from "./errors/exit-codes.ts";

const routes = buildRouteMap({
  routes: { serve: serveCommand, config: configRoutes, image: imageRoutes, job: jobRoutes, disk: diskRoutes },
  docs: {
    brief: "Tintype, a disk image service",
    fullDescription: [
      "Data goes to stdout, everything else to stderr.",
      "Exit codes: 0 done, 1 failed, 2 cancelled, 3 not found, 4 not allowed, 5 over quota, 6 bytes changed on the way, 64 wrong usage.",
    ].join("\n"),
  },
});

/** The command line as a whole: routes, help, and how errors are worded. */
export function buildCli(options: { readonly debug: boolean }): Application<CliContext> {
  const word = (error: unknown): string => describeError(error, options);
  return buildApplication(routes, {
    name: "tintype",
    versionInfo: { currentVersion: packageFile.version },
    scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
    documentation: { disableAnsiColor: true, onlyRequiredInUsageLine: true, useAliasInUsageLine: true },
    determineExitCode: exitCodeOf,
    localization: {
      text: {
        ...text_en,
        noCommandRegisteredForInput: (args) => `Error: ${text_en.noCommandRegisteredForInput({ ...args, ansiColor: false })}`,
        exceptionWhileParsingArguments: (error) =>
          `Error: ${error instanceof ArgumentScannerError ? formatMessageForArgumentScannerError(error, {}) : word(error)} (--help shows what there is)`,
        exceptionWhileLoadingCommandFunction: word,
        exceptionWhileRunningCommand: word,
        commandErrorResult: word,
      },
    },
  });
}
