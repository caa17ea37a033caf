import { getSystemErrorMap, inspect } from "node:util";
import { ApiError } from "@tintype/client/errors/api-error.ts";
import { ChecksumError } from "@tintype/client/errors/checksum-error.ts";
import { ConnectionError } from "@tintype/client/errors/connection-error.ts";
import { isDiskError } from "@tintype/disk/core/disk-error.ts";
import { plainText } from "../output/plain-text.ts";
import { CancelledError } from "./command-errors.ts";

/** Words an error for people: one line with what is wrong and what to do; the whole chain below it when `debug` is set. */
export function describeError(error: unknown, options: { readonly debug: boolean }): string {
  const sentence = error instanceof CancelledError ? error.message : `Error: ${sentenceOf(error)}`;
  const line = plainText(sentence.replace(/\s*[\r\n]+\s*/g, " "));
  return options.debug ? [line, ...chainOf(error)].join("\n") : line;
}

function sentenceOf(error: unknown): string {
  if (isDiskError(error)) {
    return [error.message, error.remedy].filter((part) => part !== undefined).join(" ");
  }
  if (error instanceof ApiError) {
    const facts = [error.code, ...(error.requestId === undefined ? [] : [`request ${error.requestId}`])];
    return `${error.message} [${facts.join(", ")}]`;
  }
  if (error instanceof ConnectionError) {
    return `${error.message} ${connectionRemedy(error)}`;
  }
  if (error instanceof ChecksumError) {
    return `${error.message} Run the command again; if it happens again, the disk or the network in between is not to be trusted.`;
  }
  if (error instanceof Error && "syscall" in error) {
    return systemSentence(error);
  }
  const message = error instanceof Error ? error.message : String(error);
  return isMistakeOfOurs(error) ? `${message} (add --debug to see where this comes from)` : message;
}

function connectionRemedy({ failure }: ConnectionError): string {
  return failure === "refused"
    ? 'Start the server with "tintype serve", or name another one with --endpoint or TINTYPE_ENDPOINT.'
    : "Check the address (--endpoint, --obs-endpoint, --auth-url or their variables) and the network.";
}

/** What the language itself throws was not meant to reach people. */
function isMistakeOfOurs(error: unknown): boolean {
  return !(error instanceof Error) || ["TypeError", "RangeError", "ReferenceError", "SyntaxError", "AssertionError"].includes(error.name);
}

/** `ENOENT: no such file or directory, open '/x'` → `/x: no such file or directory.` */
function systemSentence(error: Error): string {
  const { errno, path } = error as NodeJS.ErrnoException;
  const meaning = errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1];
  return meaning === undefined ? error.message : `${path === undefined ? "" : `${path}: `}${meaning}.`;
}

function chainOf(error: unknown): readonly string[] {
  const lines: string[] = [];
  for (let link: unknown = error; link !== undefined && lines.length < 10; link = link instanceof Error ? link.cause : undefined) {
    lines.push(`${lines.length === 0 ? "" : "caused by: "}${link instanceof Error ? (link.stack ?? link.message) : inspect(link)}`);
  }
  return lines;
}
