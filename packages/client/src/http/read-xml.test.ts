import assert from "node:assert/strict";
import { test } from "node:test";
import { xmlElements, xmlText } from "./read-xml.ts";

test("elements are found with attributes, namespaces and inside others, and empty ones too", () => {
  const xml = '<a xmlns="x"><Part n="1"><Size>3</Size></Part><s3:Part><Size>4</Size></s3:Part><Part/></a>';
  assert.deepEqual(
    xmlElements(xml, "Part").map((part) => xmlText(part, "Size")),
    ["3", "4", undefined],
  );
});

test("a name is not taken for a longer one that begins alike", () => {
  assert.equal(xmlText("<Uploads>x</Uploads><UploadId>7</UploadId>", "UploadId"), "7");
  assert.deepEqual(xmlElements("<Uploads><UploadId>7</UploadId></Uploads>", "Upload"), []);
});

test("entities are decoded once, and what is none stays", () => {
  assert.equal(xmlText("<K>&lt;&amp;amp;&gt; &#65;&#x42; &nope; &#x110000;</K>", "K"), "<&amp;> AB &nope; &#x110000;");
});
