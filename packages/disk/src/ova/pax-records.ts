import { corruptTar } from "./tar-header.ts";
import type { TarHeader } from "./tar-header.ts";

/**
 * Reads the records of an extended header, as far as they say where a file is: its path and its size.
 *
 * Shape   each record is "LENGTH KEY=VALUE\n", the length counts the whole record
 * Throws  disk.corrupt
 * Source  POSIX.1-2017, pax, "pax Extended Header"
 */
export function readPaxRecords(bytes: Buffer, offset: number): Partial<TarHeader> {
  const found: { name?: string; sizeBytes?: number } = {};
  for (let at = 0; at < bytes.length && bytes[at] !== 0;) {
    const [, digits] = /^(\d{1,6}) /.exec(bytes.toString("latin1", at, at + 7)) ?? [];
    const end = at + Number(digits);
    if (digits === undefined || end > bytes.length || end <= at + digits.length + 1) {
      throw corruptTar(`the extended header at ${offset} cannot be read from byte ${at}`);
    }
    const record = bytes.toString("utf8", at + digits.length + 1, end - 1);
    const value = record.slice(record.indexOf("=") + 1);
    if (record.startsWith("path=")) {
      found.name = value;
    } else if (record.startsWith("size=")) {
      found.sizeBytes = sizeOf(value, offset);
    }
    at = end;
  }
  return found;
}

function sizeOf(value: string, offset: number): number {
  const size = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(size)) {
    throw corruptTar(`the extended header at ${offset} states the size ${JSON.stringify(value.slice(0, 40))}`);
  }
  return size;
}
