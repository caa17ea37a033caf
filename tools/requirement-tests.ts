/** A test that proves something, as it stands in its file. */
export interface NamedTest {
  readonly file: string;
  readonly title: string;
}

/** The title of a call of `test`, also over several lines; quotes of any kind. */
const testCall = /\b(?:test|it)(?:\.\w+)?\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`)/g;

/** A row of a table of tests begins with its title. */
const titledRow = /\[\s*"(R-\d{3}(?:[^"\\]|\\.)*)"/g;

/** A call of `test` whose title, or a part of it, comes from a table. */
const calledWithRows = /\b(?:test|it)(?:\.\w+)?\(\s*(?:`[^`]*\$\{|[a-z]\w*\s*,)/;

/**
 * The requirement numbers that the titles of a test file name, with the tests: titles of calls, and of the rows of tables that calls take their
 * titles from. A range is told by its ends: `R-121…R-128`.
 */
export function requirementTests(file: string, text: string): ReadonlyMap<number, readonly NamedTest[]> {
  const found = new Map<number, NamedTest[]>();
  const calls = [...text.matchAll(testCall)].map(([, double, single, template]) => double ?? single ?? template ?? "");
  const rows = calledWithRows.test(text) ? [...text.matchAll(titledRow)].map(([, row = ""]) => row) : [];
  for (const given of [...calls, ...rows]) {
    const title = given.replace(/\$\{[^}]*\}/g, "…").replace(/\\(.)/g, "$1");
    for (const number of numbersOf(title)) {
      found.set(number, [...(found.get(number) ?? []), { file, title }]);
    }
  }
  return found;
}

function numbersOf(title: string): ReadonlySet<number> {
  const numbers = new Set<number>();
  for (const [, first, last = first] of title.matchAll(/R-(\d{3})(?:…R-(\d{3}))?/g)) {
    for (let number = Number(first); number <= Number(last); number += 1) {
      numbers.add(number);
    }
  }
  return numbers;
}
