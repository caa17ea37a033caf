import assert from "node:assert/strict";
import { glob, readFile } from "node:fs/promises";
import { test } from "node:test";
import { imsErrors } from "@tintype/contract/errors/ims.table.ts";
import { absentCodes, documentedCodes } from "./ims-codes.table.ts";

const text = (number: number): string => `IMG.${String(number).padStart(4, "0")}`;

async function codesInTests(): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for await (const file of glob(["test/**/*.test.ts", "apps/server/src/**/*.test.ts"])) {
    for (const [code] of (await readFile(file, "utf8")).matchAll(/IMG\.\d{4}/g)) {
      found.add(code);
    }
  }
  return found;
}

test("every code of the table is one that the reference documents", () => {
  const known = new Set(documentedCodes.map(text));
  assert.deepEqual(
    Object.keys(imsErrors).filter((code) => !known.has(code)),
    [],
  );
});

test("every documented code is reached by a test, or is told to be absent with a reason", async () => {
  const tested = await codesInTests();
  const states = documentedCodes.map((number) => {
    const code = text(number);
    const isAbsent = absentCodes.has(number);
    if (Object.hasOwn(imsErrors, code)) {
      return isAbsent ? `${code} is in the table and told to be absent` : tested.has(code) ? "" : `${code} has no test that reaches it`;
    }
    return isAbsent ? "" : `${code} is neither in the table nor told to be absent`;
  });
  assert.deepEqual(
    states.filter((state) => state !== ""),
    [],
  );
});
