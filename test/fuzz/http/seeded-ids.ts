import type { Ids } from "@tintype/server/ports/ids.ts";
import type { SeededRandom } from "@tintype/disk/core/testing/seeded-random.ts";

const uuidForm = /^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/;

/** Names that are the same for the same seed, so that a run can be repeated. UUIDs grow, as those of the service do. */
export function seededIds(random: SeededRandom): Ids {
  let count = 0;
  return {
    uuid() {
      count += 1;
      const hex = count.toString(16).padStart(12, "0") + random.bytes(10).toString("hex");
      return hex.replace(uuidForm, "$1-$2-7$3-8$4-$5");
    },
    hex32: () => random.bytes(16).toString("hex"),
    secret: (bytes) => random.bytes(bytes).toString("base64url"),
  };
}
