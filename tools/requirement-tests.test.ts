import assert from "node:assert/strict";
import { test } from "node:test";
import { requirementGroups } from "./requirement-groups.table.ts";
import { requirementTests } from "./requirement-tests.ts";

// The file under test is made here, so that its numbers are not taken for proofs.
const number = (digits: number): string => `R-${digits}`;

test("numbers are found in titles alone, in every quote, over lines, and as ranges", () => {
  const text = [
    `test("${number(121)}, ${number(123)}: both", () => {});`,
    `// ${number(500)} stands in a comment`,
    `  it(\n    \`${number(201)}: \${name} goes\`,\n  );`,
    `test('${number(301)}…${number(303)}: "all" of them', () => assert(${number(400)}));`,
  ].join("\n");
  const found = requirementTests("a.test.ts", text);
  assert.deepEqual([...found.keys()], [121, 123, 201, 301, 302, 303]);
  assert.deepEqual(found.get(201), [{ file: "a.test.ts", title: `${number(201)}: … goes` }]);
});

test("rows of a table count where a test takes its title from them", () => {
  const rows = `for (const [title, code] of [\n  ["${number(104)}: too large", "x"],\n  [\n    "${number(105)}, ${number(106)}: \\"cold\\"", "${number(500)}"],\n]) {`;
  const named = requirementTests("a.test.ts", `${rows}\n  test(\`\${title} is refused\`, () => {});`);
  assert.deepEqual([...named.keys()], [104, 105, 106]);
  assert.deepEqual(named.get(105), [{ file: "a.test.ts", title: `${number(105)}, ${number(106)}: "cold"` }]);
  assert.deepEqual([...requirementTests("a.test.ts", `${rows}\n  await suite.test(title, () => {});`).keys()], [104, 105, 106]);
  assert.deepEqual([...requirementTests("a.test.ts", `${rows}\n  test("all of it", () => {});`).keys()], []);
});

test("the groups hold every number once", () => {
  let next = 1;
  for (const { letter, first, last } of requirementGroups) {
    assert.equal(first, next, letter);
    next = last + 1;
  }
  assert.equal(next - 1, 345);
});
