import { ServiceError } from "@tintype/contract/service-error.ts";
import { XMLParser, XMLValidator } from "fast-xml-parser";

/** An element of a request's body. */
export class XmlElement {
  readonly #value: unknown;
  readonly #name: string;

  constructor(name: string, value: unknown) {
    this.#name = name;
    this.#value = value;
  }

  /** The elements of that name directly inside. */
  all(name: string): readonly XmlElement[] {
    const inside = typeof this.#value === "object" && this.#value !== null ? new Map(Object.entries(this.#value)).get(name) : undefined;
    if (inside === undefined) {
      return [];
    }
    return (Array.isArray(inside) ? inside : [inside]).map((value) => new XmlElement(name, value));
  }

  /** The text of the only element of that name, or undefined when there is none. Throws  obs.MalformedXML (several, or not text) */
  text(name: string): string | undefined {
    const [first, second] = this.all(name);
    if (second !== undefined) {
      throw malformed(`${this.#name} has more than one ${name}`);
    }
    if (first === undefined) {
      return undefined;
    }
    if (typeof first.#value !== "string") {
      throw malformed(`${name} must hold text`);
    }
    return decodeEntities(first.#value);
  }
}

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  processEntities: false,
  removeNSPrefix: true,
  trimValues: false,
  // A CDATA section becomes an object, which is not taken for text: inside it an ampersand would mean itself.
  cdataPropName: "#cdata",
  maxNestedTags: 20,
});
const entities = new Map(Object.entries({ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }));

/**
 * Parses the body of a request and answers its root, which must have the given name. A document type is refused, so there are no
 * entities but the five of XML and character references.
 *
 * Memory  some ten times the text; whoever calls has limited its length
 * Throws  obs.MalformedXML
 */
export function parseXml(text: string, rootName: string): XmlElement {
  if (text.includes("<!DOCTYPE") || text.includes("<!ENTITY")) {
    throw malformed("a document type is not allowed");
  }
  const verdict = XMLValidator.validate(text);
  if (verdict !== true) {
    throw malformed(`line ${verdict.err.line}: ${verdict.err.msg}`);
  }
  const roots = parse(text).filter(([name]) => !name.startsWith("?"));
  const [root] = roots;
  if (root === undefined || roots.length > 1 || root[0] !== rootName || Array.isArray(root[1])) {
    throw malformed(`its root must be one ${rootName}`);
  }
  return new XmlElement(...root);
}

function parse(text: string): readonly (readonly [string, unknown])[] {
  try {
    // The parser answers an object whatever the text is.
    return Object.entries(parser.parse(text) as object);
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : String(error), error);
  }
}

function decodeEntities(text: string): string {
  return text.replace(/&([^;&]*);?/g, (whole, name: string) => {
    const reference = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name);
    if (reference === null || !whole.endsWith(";")) {
      const meant = whole.endsWith(";") ? entities.get(name) : undefined;
      if (meant === undefined) {
        throw malformed("it holds an ampersand that is no entity of XML");
      }
      return meant;
    }
    const [, hex, decimal = ""] = reference;
    const codePoint = hex === undefined ? Number.parseInt(decimal, 10) : Number.parseInt(hex, 16);
    if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint < 0xe000)) {
      throw malformed("it holds a reference to a character that does not exist");
    }
    return String.fromCodePoint(codePoint);
  });
}

function malformed(reason: string, cause?: unknown): ServiceError {
  return new ServiceError("obs.MalformedXML", { reason }, { cause });
}
