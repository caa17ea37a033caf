import type { Rule } from "./check-rules.ts";
import type { FlavorUse } from "./flavor-use.ts";

const machineWords = { x86: "x86", arm: "Kunpeng (ARM)" } as const;

/** Whether machines of a flavor can have the system of an image: when they are made, and when their system is changed. */
export const flavorRules: readonly Rule<FlavorUse>[] = [
  {
    name: "sameArchitecture",
    requirement: "R-211, R-212, R-213, R-214",
    code: "api.flavorArchitecture",
    // Of flavors without a list the architecture is not known.
    holds: ({ image, list }) => list === undefined || image.architecture === list.architecture,
    data: ({ image, flavor, list }) => ({
      flavor,
      image: machineWords[image.architecture],
      machine: machineWords[list?.architecture ?? image.architecture],
    }),
  },
];
