import { ArgumentScannerError, buildApplication, buildRouteMap, formatMessageForArgumentScannerError, text_en } from "@stricli/core";
import type { Application, FlagNotFoundError } from "@stricli/core";
import packageFile from "../package.json" with { type: "json" };
import type { CliContext } from "./context.ts";
import { describeError } from "./errors/describe-error.ts";
import { exitCodeOf } from "./errors/exit-codes.ts";

/** Loaded one by one: each costs time at every start, and a command needs those of its own noun only. */
const nouns = {
  serve: async () => (await import("./commands/serve/serve.ts")).serveCommand,
  login: async () => (await import("./commands/login/login.ts")).loginCommand,
  config: async () => (await import("./commands/config/routes.ts")).configRoutes,
  image: async () => (await import("./commands/image/routes.ts")).imageRoutes,
  key: async () => (await import("./commands/key/routes.ts")).keyRoutes,
  job: async () => (await import("./commands/job/routes.ts")).jobRoutes,
  disk: async () => (await import("./commands/disk/routes.ts")).diskRoutes,
  os: async () => (await import("./commands/os/routes.ts")).osRoutes,
  store: async () => (await import("./commands/store/routes.ts")).storeRoutes,
};

const docs = {
  brief: "Tintype, a disk image service",
  fullDescription: [
    "Data goes to stdout, everything else to stderr.",
    "Exit codes: 0 done, 1 failed, 2 cancelled, 3 not found, 4 not allowed, 5 over quota, 6 bytes changed on the way, 64 wrong usage.",
  ].join("\n"),
};

/** The command line: routes of the first word's noun, or of all nouns when it is none of them; help, and how errors are worded. */
export async function buildCli(firstWord: string | undefined, options: { readonly debug: boolean }): Promise<Application<CliContext>> {
  const wanted = Object.entries(nouns).filter(([noun]) => noun === firstWord || !Object.hasOwn(nouns, firstWord ?? ""));
  const routes = await Promise.all(wanted.map(async ([noun, load]) => [noun, await load()] as const));
  const word = (error: unknown): string => describeError(error, options);
  return buildApplication(buildRouteMap({ routes: Object.fromEntries(routes), docs }), {
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
          `Error: ${error instanceof ArgumentScannerError ? formatMessageForArgumentScannerError(error, { FlagNotFoundError: wordUnknownFlag }) : word(error)} (--help shows what there is)`,
        exceptionWhileLoadingCommandFunction: word,
        exceptionWhileRunningCommand: word,
        commandErrorResult: word,
      },
    },
  });
}

/** Flags are told as help spells them; the frame would tell the names that they have in the code. */
function wordUnknownFlag({ input, corrections }: FlagNotFoundError): string {
  const known = corrections.map((name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  return `There is no flag --${input}${known.length === 0 ? "" : `, did you mean ${known.join(" or ")}?`}`;
}
