import { randomBytes, randomFillSync } from "node:crypto";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";

const idBytes = 16;

/**
 * Names from the machine's random source.
 *
 * `uuid` answers UUIDs of version 7 that only grow: 48 bits of time, a 12-bit counter that starts at random below half its range
 * in each millisecond, 62 random bits. When the counter is used up, or the clock goes back, the time of the last UUID is kept and counted on.
 *
 * Source  RFC 9562, sections 5.7 and 6.2 (method 1)
 */
export function randomIds(clock: Clock): Ids {
  let lastMs = 0;
  let counter = 0;

  // Asking for as little as an id needs costs as much as asking for this.
  const drawn = Buffer.alloc(256 * idBytes);
  let used = drawn.length;
  const draw = (): Buffer => {
    if (used === drawn.length) {
      randomFillSync(drawn);
      used = 0;
    }
    used += idBytes;
    return drawn.subarray(used - idBytes, used);
  };

  const nextMoment = (random: Buffer): void => {
    const now = clock.now();
    if (now > lastMs) {
      lastMs = now;
      counter = random.readUInt16BE(6) & 0x7ff;
    } else if (counter < 0xfff) {
      counter += 1;
    } else {
      lastMs += 1;
      counter = 0;
    }
  };

  return {
    uuid() {
      const bytes = draw();
      nextMoment(bytes);
      bytes.writeUIntBE(lastMs, 0, 6);
      bytes.writeUInt16BE(0x7000 | counter, 6);
      bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
      return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    },
    hex32: () => draw().toString("hex"),
    secret: (bytes) => randomBytes(bytes).toString("base64url"),
  };
}
