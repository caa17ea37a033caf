import type { OsListSource } from "../ports/os-list-files.ts";
import type { KnownSystems } from "./known-systems.ts";
import { loadOsLists } from "./load-os-lists.ts";
import armFiles from "./shipped/arm-files.json" with { type: "json" };
import flavors1 from "./shipped/flavors-6-1.json" with { type: "json" };
import flavors2 from "./shipped/flavors-6-2.json" with { type: "json" };
import flavors3 from "./shipped/flavors-6-3.json" with { type: "json" };
import flavors4 from "./shipped/flavors-6-4.json" with { type: "json" };
import flavors5 from "./shipped/flavors-6-5.json" with { type: "json" };
import systems from "./shipped/systems.json" with { type: "json" };
import uefi from "./shipped/uefi.json" with { type: "json" };
import x86Files from "./shipped/x86-files.json" with { type: "json" };

/** The lists that come with the service. */
export const shippedOsLists: readonly OsListSource[] = Object.entries({
  "arm-files": armFiles,
  "flavors-6-1": flavors1,
  "flavors-6-2": flavors2,
  "flavors-6-3": flavors3,
  "flavors-6-4": flavors4,
  "flavors-6-5": flavors5,
  systems,
  uefi,
  "x86-files": x86Files,
}).map(([name, content]) => ({ name, content }));

/** What they say together. */
export function shippedSystems(): KnownSystems {
  const loaded = loadOsLists(shippedOsLists, []);
  if ("problems" in loaded) {
    throw new Error(`The lists that come with the service are broken: ${loaded.problems.join("; ")}`);
  }
  return loaded.systems;
}
