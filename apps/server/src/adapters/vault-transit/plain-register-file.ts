import type { KeyRegisterFile } from "../key-register/key-material.ts";
import { parseKeyRecords } from "../key-register/key-record.ts";
import type { KeyRecord } from "../key-register/key-record.ts";
import { KeySetupError } from "../key-register/key-setup-error.ts";
import { readIfThere } from "../key-register/read-if-there.ts";
import { writeKeyFile } from "../key-register/write-key-file.ts";

/**
 * What a transit engine has no place for: aliases, owners, states, planned deletions. It holds no secret, so it is not sealed.
 *
 * Throws  KeySetupError from `load`: the file is damaged
 */
export function plainRegisterFile(path: string): KeyRegisterFile {
  return {
    async load() {
      const text = await readIfThere(path);
      return text === undefined ? [] : parse(text, path);
    },
    async save(records) {
      await writeKeyFile(path, `${JSON.stringify({ format: "tintype-transit-keys", version: 1, keys: records }, undefined, 2)}\n`);
    },
  };
}

function parse(text: string, path: string): readonly KeyRecord[] {
  try {
    const content: unknown = JSON.parse(text);
    const field = (name: string): unknown => (typeof content === "object" && content !== null ? Reflect.get(content, name) : undefined);
    if (field("format") !== "tintype-transit-keys" || field("version") !== 1) {
      throw new TypeError("it has another format or version");
    }
    return parseKeyRecords(field("keys"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KeySetupError(`${path} cannot be used: ${reason}. Bring it back from a backup.`, { cause: error });
  }
}
