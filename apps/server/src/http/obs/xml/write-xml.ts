/** An element: its name (and attributes, as they are to stand there), then its content: text or further elements. What is undefined is left out. */
export type XmlNode = readonly [name: string, ...content: (XmlNode | XmlValue)[]];
type XmlValue = string | number | boolean | undefined;

const namespace = "http://s3.amazonaws.com/doc/2006-03-01/";
const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** Writes an XML document of the S3 dialect. */
export function writeXml(root: XmlNode, options: { readonly withNamespace: boolean } = { withNamespace: true }): string {
  const attributes = options.withNamespace ? ` xmlns="${namespace}"` : "";
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writeNode(root, attributes)}`;
}

function writeNode([name, ...content]: XmlNode, attributes = ""): string {
  let inner = "";
  for (const item of content) {
    // An array is an element; everything else is text.
    inner += typeof item === "object" ? writeNode(item) : escapeXml(String(item ?? ""));
  }
  return inner === "" ? `<${name}${attributes}/>` : `<${name}${attributes}>${inner}</${name.split(" ", 1)[0]}>`;
}

// eslint-disable-next-line no-control-regex -- keys may hold them, and XML may not
const notPlain = /[&<>"'\u0000-\u001f\u007f\ufffe\uffff]/g;

/** Control characters become character references, as S3 writes them. */
function escapeXml(text: string): string {
  return text.replace(notPlain, (character) => escapes[character] ?? `&#x${character.charCodeAt(0).toString(16)};`);
}
