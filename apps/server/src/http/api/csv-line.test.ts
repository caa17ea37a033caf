import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { csvLine } from "./csv-line.ts";

/** Reads a CSV file as RFC 4180 says. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let [row, field, quoted]: [string[], string, boolean] = [[], "", false];
  for (let place = 0; place < text.length; place += 1) {
    const character = text[place] ?? "";
    if (quoted && character === '"' && text[place + 1] === '"') {
      field += '"';
      place += 1;
    } else if (character === '"') {
      quoted = !quoted;
    } else if (!quoted && character === ",") {
      row.push(field);
      field = "";
    } else if (!quoted && character === "\r" && text[place + 1] === "\n") {
      rows.push([...row, field]);
      [row, field] = [[], ""];
      place += 1;
    } else {
      field += character;
    }
  }
  assert.deepEqual([row, field, quoted], [[], "", false], "the file ends with a line end");
  return rows;
}

const field = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', ",", "\r", "\n", "=", "-", "'", " ", "中", "a") }));

test("R-198: whatever the fields are, a reader of CSV gets them back, formulas with an apostrophe in front", () => {
  const rows = fc.array(fc.array(field, { minLength: 1, maxLength: 5 }), { maxLength: 5 });
  fc.assert(
    fc.property(rows, (table) => {
      const expected = table.map((row) => row.map((text) => (/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text)));
      assert.deepEqual(parseCsv(table.map(csvLine).join("")), expected);
    }),
  );
});

for (const [text, line] of [
  ["plain", "plain"],
  ["", ""],
  ["a,b", '"a,b"'],
  ['say "x"', '"say ""x"""'],
  ["two\r\nlines", '"two\r\nlines"'],
  [" space", '" space"'],
  ["=1+1", "'=1+1"],
  ["+1", "'+1"],
  ["-1", "'-1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", "'\t=1"],
  ["\r=1", '"\'\r=1"'],
  ["＝1", "'＝1"],
  ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
  ["a=b", "a=b"],
  ["镜像", "镜像"],
] as const) {
  test(`R-198: the field ${JSON.stringify(text)} is written as ${JSON.stringify(line)}`, () => {
    assert.equal(csvLine([text, text]), `${line},${line}\r\n`);
  });
}
