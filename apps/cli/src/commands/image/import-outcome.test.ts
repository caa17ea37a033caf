import assert from "node:assert/strict";
import { test } from "node:test";
import { outcomeOf } from "./import-outcome.ts";

const step = (name: string, output?: unknown) => ({ name, attempts: 1, output });
const warning = { name: "smallDisk", imageId: "a", message: "The disk has 1 GiB." };

test("an import of one image is told by what the job is about, with the warnings of the look into the file", () => {
  const steps = [step("inspect", { disks: [], warnings: [warning] }), step("seal"), step("tidy")];
  assert.deepEqual(outcomeOf({ subjectId: "a", steps }), { imageIds: ["a"], warnings: [warning] });
});

test("an import of several images names all of them", () => {
  const steps = [step("inspect", { warnings: [] }), step("seal", { imageIds: ["a", "b"] })];
  assert.deepEqual(outcomeOf({ subjectId: "a", steps }), { imageIds: ["a", "b"], warnings: [] });
});

test("steps that tell nothing are no failure", () => {
  assert.deepEqual(outcomeOf({ steps: [step("inspect", "?")] }), { imageIds: [], warnings: [] });
});
