/**
 * Answers what stands inside each element called `name`, in order, still encoded. Elements of one name must not nest, which
 * none of the S3 answers does. Tolerant: namespaces, attributes and surroundings are ignored, and no entity is resolved here.
 */
export function xmlElements(xml: string, name: string): readonly string[] {
  const found: string[] = [];
  const pattern = new RegExp(`<(?:[\\w.-]+:)?${name}(?:\\s[^<>]*)?(?:/>|>([^]*?)</(?:[\\w.-]+:)?${name}\\s*>)`, "g");
  for (const match of xml.matchAll(pattern)) {
    found.push(match[1] ?? "");
  }
  return found;
}

/** The text of the first element called `name`, decoded, or undefined when there is none. */
export function xmlText(xml: string, name: string): string | undefined {
  const [content] = xmlElements(xml, name);
  return content === undefined ? undefined : decodeXml(content.trim());
}

const namedEntities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decodeXml(text: string): string {
  return text.replace(/&(#x[0-9a-fA-F]{1,6}|#[0-9]{1,7}|amp|lt|gt|quot|apos);/g, (whole, entity: string) => {
    if (!entity.startsWith("#")) {
      return namedEntities[entity] ?? whole;
    }
    const code = entity.startsWith("#x") ? Number.parseInt(entity.slice(2), 16) : Number.parseInt(entity.slice(1), 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
