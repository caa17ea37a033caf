import { Value } from "typebox/value";
import type { OsListSource } from "../ports/os-list-files.ts";
import type { OsList } from "./known-systems.ts";
import { osListSchemas } from "./os-list-file.ts";
import type { OsListFile, OsListUse } from "./os-list-file.ts";

/** A list, or what is wrong with its file, a sentence each. */
export type ReadOsList = OsList | { readonly problems: readonly string[] };

const shownProblems = 5;

/** Judges a file by the form of lists of its use. */
export function readOsList(source: OsListSource, isShipped: boolean): ReadOsList {
  const { name } = source;
  if ("problem" in source) {
    return { problems: [`${name}: ${source.problem}`] };
  }
  const { content } = source;
  const use = typeof content === "object" && content !== null && "use" in content ? content.use : undefined;
  if (!isUse(use)) {
    return { problems: [`${name}: "use" must be one of ${Object.keys(osListSchemas).join(", ")}`] };
  }
  const schema = osListSchemas[use];
  if (!Value.Check(schema, content)) {
    const errors = [...Value.Errors(schema, content)].slice(0, shownProblems);
    return { problems: errors.map(({ instancePath, message }) => `${name}: ${instancePath === "" ? "it" : instancePath} ${message}`) };
  }
  const file: OsListFile = content;
  const days = [file.date, ...(file.use === "endOfLife" ? file.systems.map(({ until }) => until) : [])];
  const noDay = days.find((day) => !isDay(day));
  return noDay === undefined ? { ...file, name, isShipped } : { problems: [`${name}: there is no day ${noDay}`] };
}

function isUse(use: unknown): use is OsListUse {
  return typeof use === "string" && Object.hasOwn(osListSchemas, use);
}

function isDay(day: string): boolean {
  const instant = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(day);
}
