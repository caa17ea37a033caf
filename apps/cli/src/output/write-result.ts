import type { CliContext } from "../context.ts";
import { renderTable } from "./table.ts";
import type { Cell, Column } from "./table.ts";

/** Prints a value as JSON: on several lines for people, on one for scripts. */
export function writeJson(context: CliContext, value: unknown): void {
  context.process.stdout.write(`${JSON.stringify(value, undefined, context.terminal.stdoutIsTty ? 2 : undefined)}\n`);
}

/** Prints rows: as a table on a terminal, with tabs in between and no titles elsewhere. */
export function writeTable(context: CliContext, columns: readonly Column[], rows: readonly (readonly Cell[])[]): void {
  context.process.stdout.write(renderTable(columns, rows, context.terminal.stdoutIsTty));
}

/** Prints one thing's fields, a line each. */
export function writeFields(context: CliContext, fields: readonly (readonly [name: string, value: Cell])[]): void {
  const rows = fields.map(([name, value]) => [name, value]);
  const text = renderTable([{ title: "" }, { title: "" }], rows, context.terminal.stdoutIsTty);
  context.process.stdout.write(context.terminal.stdoutIsTty ? text.slice(text.indexOf("\n") + 1) : text);
}
