import type { OldImage } from "@tintype/contract/ims/old-images.ts";
import type { ImageRecord } from "../../ports/image-catalog.ts";
import { toImsImage } from "./to-ims-image.ts";

/** Attributes that version 1 has at the top; the others are properties. These five are said in other ways, or not at all. */
const unknownThen: ReadonlySet<string> = new Set(["file", "self", "schema", "tags", "visibility"]);

/** Shows an image as version 1.1 does. */
export function toOldImage(image: ImageRecord): OldImage {
  const {
    id,
    name,
    status,
    owner,
    size,
    virtual_size,
    checksum,
    min_ram,
    min_disk,
    container_format,
    disk_format,
    visibility,
    protected: isProtected,
    ...others
  } = toImsImage(image);
  const { created_at: _created, updated_at: _updated, ...further } = others;
  return {
    id,
    name,
    status,
    owner,
    size,
    virtual_size,
    checksum,
    min_ram,
    min_disk,
    container_format,
    disk_format,
    is_public: visibility === "public",
    protected: isProtected,
    deleted: false,
    deleted_at: null,
    created_at: toOldInstant(image.createdAt),
    updated_at: toOldInstant(image.updatedAt),
    properties: Object.fromEntries(Object.entries(further).filter(([attribute]) => !unknownThen.has(attribute))),
  };
}

/** Tells the same in headers, as version 1 does; logic values are `True` and `False`. A property whose name is no header stays out. */
export function toOldHeaders(image: ImageRecord): Readonly<Record<string, string>> {
  const { properties, virtual_size: _virtual, deleted_at: _never, ...plain } = toOldImage(image);
  const headers: Record<string, string> = { etag: plain.checksum };
  for (const [attribute, value] of Object.entries(plain)) {
    headers[`x-image-meta-${attribute}`] = headerText(value);
  }
  for (const [property, value] of Object.entries(properties)) {
    const name = `x-image-meta-property-${property.toLowerCase()}`;
    if (/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) {
      headers[name] = headerText(value);
    }
  }
  return headers;
}

/** yyyy-MM-ddThh:mm:ss.ffffff, UTC, without a zone. */
function toOldInstant(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("Z", "000");
}

/** Headers carry bytes: text goes as UTF-8, and what would end the header goes out. */
function headerText(value: unknown): string {
  const text = typeof value === "boolean" ? (value ? "True" : "False") : String(value);
  return Buffer.from(text.replace(/\p{Cc}/gu, " "), "utf8").toString("latin1");
}
