import { DiskError } from "../core/disk-error.ts";

/** An element, without namespaces and without text, which nothing here needs. */
export interface XmlElement {
  /** Without a prefix. */
  readonly name: string;
  /** By name without a prefix; where two differ in the prefix only, the one of OVF counts. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
}

interface OpenElement extends XmlElement {
  readonly tag: string;
  readonly children: XmlElement[];
}

const MAX_DEPTH = 64;
const MAX_ELEMENTS = 20_000;

const NAME = "[^\\s=<>\"'/&]{1,200}";
const START_TAG = new RegExp(`<(${NAME})`, "y");
const END_TAG = new RegExp(`</(${NAME})\\s*>`, "y");
const ATTRIBUTE = new RegExp(`\\s+(${NAME})\\s*=\\s*(?:"([^"<]*)"|'([^'<]*)')`, "y");
const TAG_END = /\s*(\/?)>/y;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/**
 * Reads the elements and attributes of an XML document. A document type is refused, and with it every entity that is not built in.
 *
 * Memory  the text, and at most 20,000 elements, 64 deep
 * Throws  disk.corrupt (not well-formed), disk.unsafe (a document type), disk.limit
 * Source  W3C XML 1.0
 */
export function parseXml(text: string): XmlElement {
  const reader = new Reader(text.startsWith("\ufeff") ? text.slice(1) : text);
  const root = reader.readDocument();
  if (root === undefined) {
    throw damaged("it has no element");
  }
  return root;
}

class Reader {
  readonly #text: string;
  #at = 0;
  #elements = 0;
  readonly #open: OpenElement[] = [];
  #root: XmlElement | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  readDocument(): XmlElement | undefined {
    for (;;) {
      const next = this.#text.indexOf("<", this.#at);
      if (next < 0) {
        break;
      }
      this.#at = next;
      this.#readMarkup();
    }
    const [unclosed] = this.#open;
    if (unclosed !== undefined) {
      throw damaged(`<${unclosed.tag}> is never closed`);
    }
    return this.#root;
  }

  #readMarkup(): void {
    if (this.#text.startsWith("<!--", this.#at)) {
      this.#skipTo("-->");
    } else if (this.#text.startsWith("<?", this.#at)) {
      this.#skipTo("?>");
    } else if (this.#text.startsWith("<![CDATA[", this.#at)) {
      this.#skipTo("]]>");
    } else if (this.#text.startsWith("<!", this.#at)) {
      throw new DiskError("disk.unsafe", `The OVF has a document type or an entity at ${this.#at}, which no appliance needs.`, {
        remedy: "Export the appliance again with the program that made it.",
      });
    } else if (this.#text.startsWith("</", this.#at)) {
      this.#close();
    } else {
      this.#openElement();
    }
  }

  #skipTo(end: string): void {
    const found = this.#text.indexOf(end, this.#at);
    if (found < 0) {
      throw damaged(`what begins at ${this.#at} has no ${end}`);
    }
    this.#at = found + end.length;
  }

  #close(): void {
    const [, tag] = this.#match(END_TAG) ?? [];
    const element = this.#open.pop();
    if (tag === undefined || element?.tag !== tag) {
      throw damaged(`the end tag before ${this.#at} closes nothing that is open`);
    }
  }

  #openElement(): void {
    const start = this.#at;
    const [, tag] = this.#match(START_TAG) ?? [];
    this.#elements += 1;
    if (this.#elements > MAX_ELEMENTS || this.#open.length === MAX_DEPTH) {
      throw new DiskError("disk.limit", `The OVF has more than ${MAX_ELEMENTS} elements, or more than ${MAX_DEPTH} inside each other.`);
    }
    const attributes = this.#readAttributes();
    const [, slash] = this.#match(TAG_END) ?? [];
    if (tag === undefined || slash === undefined) {
      throw damaged(`the tag at ${start} cannot be read`);
    }
    const element: OpenElement = { tag, name: localName(tag), attributes, children: [] };
    this.#attach(element, start);
    if (slash === "") {
      this.#open.push(element);
    }
  }

  #attach(element: XmlElement, start: number): void {
    const parent = this.#open.at(-1);
    if (parent !== undefined) {
      parent.children.push(element);
    } else if (this.#root === undefined) {
      this.#root = element;
    } else {
      throw damaged(`there is a second root element at ${start}`);
    }
  }

  #readAttributes(): ReadonlyMap<string, string> {
    const seen = new Set<string>();
    const attributes = new Map<string, string>();
    for (let found = this.#match(ATTRIBUTE); found !== undefined; found = this.#match(ATTRIBUTE)) {
      const [, name = "", double, single = ""] = found;
      if (seen.has(name)) {
        throw damaged(`an element before ${this.#at} has ${name} twice`);
      }
      seen.add(name);
      if (!attributes.has(localName(name)) || name.startsWith("ovf:")) {
        attributes.set(localName(name), resolve(double ?? single));
      }
    }
    return attributes;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) {
      return undefined;
    }
    this.#at = pattern.lastIndex;
    return found;
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function resolve(value: string): string {
  return value.replace(/&([^;&]{0,12});?/g, (reference, name: string) => {
    const [, hex, decimal] = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name) ?? [];
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    const letter = Number.isInteger(code) && code <= 0x10_ffff ? String.fromCodePoint(code) : ENTITIES[name];
    if (letter === undefined || !reference.endsWith(";")) {
      throw damaged(`${JSON.stringify(reference.slice(0, 20))} is no reference that XML knows by itself`);
    }
    return letter;
  });
}

function damaged(what: string): DiskError {
  return new DiskError("disk.corrupt", `The OVF is no well-formed XML: ${what}.`, { remedy: "Export the appliance again." });
}
