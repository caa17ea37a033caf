import { coversSystem } from "../os-lists/covers-system.ts";
import type { FlavorList } from "../os-lists/known-systems.ts";
import { knownSystem } from "../os-lists/known-systems.ts";
import type { FlavorUse } from "./flavor-use.ts";
import type { Advice } from "./os-advice.table.ts";

/** The entries of the flavor's list that name the system of the image. */
function entriesOf({ image, systems, list }: FlavorUse): FlavorList["systems"] {
  const system = knownSystem(systems, image.osVersion);
  return system === undefined || list === undefined ? [] : list.systems.filter((entry) => coversSystem(entry, system));
}

/** A kernel is meant by its whole version, or by the beginning of it: what follows is its build or architecture. */
function isKernel(kernel: string, listed: string): boolean {
  return kernel === listed || (kernel.startsWith(listed) && /[.-]/.test(kernel.charAt(listed.length)));
}

/** What the lists say of the system in an image on machines of a flavor. It stops nothing. */
export const flavorAdvice: readonly Advice<FlavorUse>[] = [
  {
    name: "flavorWithoutList",
    requirement: "R-226",
    isDue: ({ list }) => list === undefined,
    en: ({ family }) => `There is no list of systems for flavors of the family ${family}. What runs on them, their own notes say.`,
    zh: ({ family }) => `没有 ${family} 系列规格的操作系统列表，支持的操作系统请参见该规格的说明。`,
  },
  {
    name: "osNotForFlavor",
    requirement: "R-221…R-231",
    isDue: (use) => use.list !== undefined && entriesOf(use).length === 0,
    en: ({ image, family, list }) =>
      `${image.osVersion} is not in the list of systems for flavors of the family ${family} (${list?.name}, version ${list?.version} of ${list?.date}).`,
    zh: ({ image, family, list }) =>
      `${image.osVersion} 不在 ${family} 系列规格的操作系统列表（${list?.name}，${list?.date} 的第 ${list?.version} 版）中。`,
  },
  {
    name: "kernelNotForFlavor",
    requirement: "R-228",
    isDue: (use) => {
      const { kernel } = use;
      const kernels = entriesOf(use).flatMap((entry) => entry.kernels ?? []);
      return kernel !== undefined && kernels.length > 0 && !kernels.some((listed) => isKernel(kernel, listed));
    },
    en: ({ image, family, kernel }) =>
      `The kernel ${kernel} is not among those that are listed for ${image.osVersion} on flavors of the family ${family}.`,
    zh: ({ image, family, kernel }) => `内核 ${kernel} 不在 ${family} 系列规格为 ${image.osVersion} 列出的内核中。`,
  },
];
