import { plainText } from "./plain-text.ts";

/** One value of a table: as people read it, and as scripts do where that differs. */
export type Cell = string | { readonly text: string; readonly raw: string };

/** A column's title, and whether its values stand to the right. */
export interface Column {
  readonly title: string;
  readonly align?: "right";
}

/**
 * Lays out rows: aligned under their titles for people, or one line a row with tabs in between and no titles for scripts.
 *
 * Shape  ends with a line feed, empty for no rows without titles
 */
export function renderTable(columns: readonly Column[], rows: readonly (readonly Cell[])[], forPeople: boolean): string {
  if (!forPeople) {
    return rows.map((row) => `${row.map((cell) => plainText(typeof cell === "string" ? cell : cell.raw)).join("\t")}\n`).join("");
  }
  const texts = rows.map((row) => row.map((cell) => plainText(typeof cell === "string" ? cell : cell.text)));
  const lines = [columns.map(({ title }) => title), ...texts];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => displayWidth(line[index] ?? ""))));
  return lines
    .map(
      (line) =>
        `${line
          .map((text, index) => pad(text, widths[index] ?? 0, columns[index]))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

function pad(text: string, width: number, column: Column | undefined): string {
  const room = " ".repeat(Math.max(0, width - displayWidth(text)));
  return column?.align === "right" ? room + text : text + room;
}

/** Terminal columns that a text takes: Chinese, Japanese and Korean signs take two. */
function displayWidth(text: string): number {
  let width = 0;
  for (const sign of text) {
    width += /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(sign)
      ? 2
      : 1;
  }
  return width;
}
