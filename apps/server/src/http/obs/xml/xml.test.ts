import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseXml } from "./parse-xml.ts";
import { writeXml } from "./write-xml.ts";

const parse = (text: string) => parseXml(text, "Root");

test("what is written comes back as it was, whatever the text", () => {
  // XML cannot tell line breaks of different kinds apart, and knows no characters that are half of a pair.
  const text = fc.string({ unit: "binary", minLength: 1 });
  fc.assert(
    fc.property(fc.array(text), (texts) => {
      const root = parse(writeXml(["Root", ...texts.map((each) => ["Item", ["Key", each]] as const)]));
      assert.deepEqual(
        root.all("Item").map((item) => item.text("Key")),
        texts,
      );
    }),
  );
});

test("a document has a namespace, and elements without content are closed at once", () => {
  const expected = '<?xml version="1.0" encoding="UTF-8"?>\n<A xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><B>1</B><C/>true</A>';
  assert.equal(writeXml(["A", ["B", 1], ["C"], undefined, true]), expected);
  assert.equal(writeXml(["A b='c'", ["B"]], { withNamespace: false }).split("\n")[1], "<A b='c'><B/></A>");
});

test("prefixes, attributes, comments, spaces and the declaration are passed over", () => {
  const root = parse(
    '<?xml version="1.0"?>\n<!-- x --><s3:Root xmlns:s3="u" a="b">\n <s3:Key> a &amp; b&#x1F4BE;&#233; </s3:Key><!-- y --></s3:Root>\n',
  );
  assert.equal(root.text("Key"), " a & b💾é ");
  assert.equal(root.text("Other"), undefined);
});

test("names of the language itself are names like any other, or refused, and never found where they do not stand", () => {
  const root = parse("<Root><Key>a</Key></Root>");
  for (const name of ["constructor", "__proto__", "toString"]) {
    assert.deepEqual(root.all(name), []);
  }
  assert.throws(() => parse("<Root><__proto__>x</__proto__></Root>"), { code: "obs.MalformedXML" });
});

test("hostile documents are refused", () => {
  const bomb = `<!DOCTYPE Root [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Root><Key>&b;</Key></Root>`;
  const outside = `<!DOCTYPE Root [<!ENTITY a SYSTEM "file:///etc/passwd">]><Root><Key>&a;</Key></Root>`;
  for (const text of [
    bomb,
    outside,
    "",
    "text",
    "<Root>",
    "<Root></root>",
    "<Other/>",
    "<Root/><Root/>",
    "<Root/><Other/>",
    "<Root>".repeat(100) + "</Root>".repeat(100),
    `<Root><Key a="b" a="c"></Root>`,
    "\u0000<Root/>",
  ]) {
    assert.throws(() => parse(text).text("Key"), { code: "obs.MalformedXML" }, text.slice(0, 60));
  }
});

test("text that is no text is refused when it is read", () => {
  for (const content of [
    "<Key>&nbsp;</Key>",
    "<Key>&constructor;</Key>",
    "<Key>&__proto__;</Key>",
    "<Key>a & b</Key>",
    "<Key>&#xD800;</Key>",
    "<Key>&#x110000;</Key>",
    "<Key><A/></Key>",
    "<Key>a</Key><Key>b</Key>",
    "<Key><![CDATA[a&amp;b]]></Key>",
    "<Key>&amp</Key>",
  ]) {
    assert.throws(() => parse(`<Root>${content}</Root>`).text("Key"), { code: "obs.MalformedXML" }, content);
  }
});

test("no text makes the parser fail with anything but an error of ours", () => {
  const pieces = fc.constantFrom(
    "<",
    ">",
    "</",
    "/>",
    "Root",
    "Key",
    "&",
    ";",
    "#",
    '"',
    "=",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?",
    "?>",
    " ",
    "a",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string({ maxLength: 3 })), { maxLength: 30 }), (parts) => {
      try {
        parse(parts.join("")).text("Key");
      } catch (error) {
        assert.equal((error as Error).name, "ServiceError", String(error));
      }
    }),
    { numRuns: 500 },
  );
});
