import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { isDiskError } from "../core/disk-error.ts";
import { parseXml } from "./parse-xml.ts";

test("elements and attributes are read, without prefixes, with references resolved", () => {
  const root = parseXml(
    `\ufeff<?xml version="1.0"?><!-- c --><a:r xmlns:a="u"><x ovf:id="1" b='"&lt;&#65;&#x42;&amp;'/>text<y></y></a:r>\n`,
  );
  assert.equal(root.name, "r");
  assert.deepEqual(
    root.children.map(({ name }) => name),
    ["x", "y"],
  );
  assert.deepEqual(
    [...(root.children[0]?.attributes ?? [])],
    [
      ["id", "1"],
      ["b", '"<AB&'],
    ],
  );
});

test("where two attributes differ in the prefix only, that of OVF counts", () => {
  assert.equal(parseXml('<r vmw:size="1" ovf:size="2" x:size="3"/>').attributes.get("size"), "2");
});

for (const [title, text] of [
  ["nothing", ""],
  ["no element", "<!-- -->"],
  ["an element that is never closed", "<a><b></b>"],
  ["tags that cross", "<a><b></a></b>"],
  ["a second root", "<a/><b/>"],
  ["an attribute twice", '<a b="1" b="2"/>'],
  ["an attribute without quotes", "<a b=1/>"],
  ["an unknown entity", '<a b="&x;"/>'],
  ["a reference without an end", '<a b="&amp"/>'],
  ["a number that is no letter", '<a b="&#x110000;"/>'],
  ["a comment without an end", "<a><!-- "],
  ["an end tag alone", "</a>"],
] as const) {
  test(`${title} is refused as not well-formed`, () => {
    assert.throws(() => parseXml(text), { code: "disk.corrupt", message: /well-formed/ });
  });
}

test("document types and entities are refused, whatever they would do", () => {
  for (const text of ["<!DOCTYPE a><a/>", '<!DOCTYPE a [<!ENTITY b "c">]><a/>', '<a><!ENTITY b "c"></a>']) {
    assert.throws(() => parseXml(text), { code: "disk.unsafe" });
  }
});

test("depth and number of elements have a ceiling", () => {
  assert.throws(() => parseXml(`${"<a>".repeat(65)}${"</a>".repeat(65)}`), { code: "disk.limit" });
  assert.throws(() => parseXml(`<r>${"<a/>".repeat(20_001)}</r>`), { code: "disk.limit" });
});

test("a megabyte of anything ends quickly", () => {
  for (const text of ["<", "<a ", '<a b="', "&", "<a b=' ", "<a\n", " =", "</a", "<a b='&"]) {
    const long = `<r>${text.repeat(Math.floor(1_000_000 / text.length))}`;
    assert.throws(() => parseXml(long), isDiskError, JSON.stringify(text));
  }
});

test("any text is read or refused with our own error", () => {
  const pieces = fc.constantFrom(
    "<",
    ">",
    "/",
    "a",
    "b:c",
    "=",
    '"',
    "'",
    " ",
    "&lt;",
    "&",
    "!",
    "?",
    "--",
    "<a>",
    "</a>",
    '<a b="c"/>',
    "<![CDATA[",
    "]]>",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
      try {
        parseXml(parts.join(""));
      } catch (error) {
        assert.ok(isDiskError(error), String(error));
      }
    }),
    { numRuns: 2000 },
  );
});
