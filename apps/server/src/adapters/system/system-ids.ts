import { randomBytes } from "node:crypto";
import type { Clock } from "../../ports/clock.ts";
import type { Ids } from "../../ports/ids.ts";

/** Names and secrets from the machine's random source; UUIDs (version 7) begin with the clock's time, so that they sort by age. */
export function systemIds(clock: Clock): Ids {
  return {
    uuid: () => uuidV7(clock.now(), randomBytes(10)),
    hex32: () => randomBytes(16).toString("hex"),
    secret: (bytes) => randomBytes(bytes).toString("base64url"),
  };
}

/** RFC 9562 §5.7: 48 bits of milliseconds, version, 12 random bits, variant, 62 random bits. */
function uuidV7(milliseconds: number, random: Buffer): string {
  const bytes = Buffer.concat([Buffer.alloc(6), random]);
  bytes.writeUIntBE(milliseconds, 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
