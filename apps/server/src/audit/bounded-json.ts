import { isSecretField, namingFields, redacted, withoutSecrets } from "./secret-fields.ts";

/** Room that closing brackets and marks of what was left out take: per level 2 and at most 20 bytes. */
const deepestLevel = 8;
const closingRoom = (deepestLevel + 1) * 24;
/** Characters of one text that are kept. */
const longestText = 1024;
const leftOut = '"…"';

/**
 * A value as JSON of at most `limitBytes` bytes, without the values of secret fields. What does not fit is left out, which `…` shows; what
 * is there is always whole JSON. The value is looked at only as far as there is room for it, however large it is.
 *
 * Memory  twice `limitBytes`
 */
export function boundedJson(value: unknown, limitBytes: number): string {
  return new BoundedWriter(limitBytes - closingRoom).write(value, 0);
}

class BoundedWriter {
  #roomBytes: number;

  constructor(roomBytes: number) {
    this.#roomBytes = roomBytes;
  }

  write(value: unknown, level: number): string {
    if (typeof value === "string") {
      return this.#writeText(value);
    }
    if (typeof value !== "object" || value === null) {
      return this.#take(typeof value === "number" || typeof value === "boolean" ? JSON.stringify(value) : "null");
    }
    if (level === deepestLevel) {
      return this.#take(leftOut);
    }
    this.#roomBytes -= 2;
    return Array.isArray(value) ? this.#writeList(value, level) : this.#writeObject(value, level);
  }

  #writeText(text: string): string {
    const cut = text.length > longestText ? `${text.slice(0, longestText)}…` : text;
    return this.#take(JSON.stringify(withoutSecrets(cut)));
  }

  #writeList(list: readonly unknown[], level: number): string {
    const items: string[] = [];
    for (const item of list) {
      if (this.#isFull) {
        items.push(leftOut);
        break;
      }
      items.push(this.write(item, level + 1));
      this.#roomBytes -= 1;
    }
    return `[${items.join(",")}]`;
  }

  #writeObject(object: object, level: number): string {
    const members: string[] = [];
    const namesSecret = namingFields.some((field) => {
      const name: unknown = Reflect.get(object, field);
      return typeof name === "string" && isSecretField(name);
    });
    for (const name in object) {
      if (!Object.hasOwn(object, name)) {
        continue;
      }
      if (this.#isFull) {
        members.push(`${leftOut}:${leftOut}`);
        break;
      }
      const isSecret = isSecretField(name) || (namesSecret && (name === "value" || name === "values"));
      const member: unknown = isSecret ? redacted : Reflect.get(object, name);
      members.push(`${this.#writeText(name)}:${this.write(member, level + 1)}`);
      this.#roomBytes -= 2;
    }
    return `{${members.join(",")}}`;
  }

  get #isFull(): boolean {
    return this.#roomBytes <= 0;
  }

  /** What does not fit is left out, and then nothing more fits. */
  #take(json: string): string {
    this.#roomBytes -= Buffer.byteLength(json);
    return this.#roomBytes < 0 ? leftOut : json;
  }
}
