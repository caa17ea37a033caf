import type { OsLists } from "../os-lists/known-systems.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { Principal } from "../ports/principal.ts";
import { reasonsOf } from "./explain-image.ts";
import type { Reason } from "./explain-image.ts";
import { findImage } from "./find-image.ts";
import { flavorAdvice } from "./flavor-advice.table.ts";
import { flavorRules } from "./flavor-rules.table.ts";
import { flavorUse } from "./flavor-use.ts";
import { imageCaller } from "./image-caller.ts";
import { osAdvice, unknownOsAdvice } from "./os-advice.table.ts";
import type { Advice } from "./os-advice.table.ts";

/** A sentence for the owner of an image, in both languages. */
export interface AdviceNote extends Pick<Advice<never>, "name" | "requirement"> {
  readonly en: string;
  readonly zh: string;
}

/** What the lists of systems say of an image. */
export interface ImageAdvice {
  readonly notes: readonly AdviceNote[];
  /** What stands in the way of machines of the flavor that was asked about; undefined when none was. */
  readonly flavorReasons: readonly Reason[] | undefined;
}

/** What is asked about. */
export interface AdviceQuestion {
  readonly id: string;
  readonly flavor: string | undefined;
  readonly kernel: string | undefined;
}

/**
 * Tells what the lists of systems say of an image: that stops nothing, except on a machine of another architecture. Of data disks they say
 * nothing.
 *
 * Throws  IMG.0026, IMG.0027
 */
export async function adviseImage(
  { catalog, osLists, clock }: { readonly catalog: Catalog; readonly osLists: OsLists; readonly clock: Clock },
  principal: Principal,
  { id, flavor, kernel }: AdviceQuestion,
): Promise<ImageAdvice> {
  const image = await findImage(catalog, imageCaller(principal, "ims:images:get"), id);
  const systems = osLists.current;
  const notes = notesOf([unknownOsAdvice, ...osAdvice], { ...image, systems, now: clock.now() });
  if (flavor === undefined) {
    return { notes, flavorReasons: undefined };
  }
  const use = flavorUse({ image, systems, flavor, kernel });
  return image.kind === "data"
    ? { notes, flavorReasons: [] }
    : { notes: [...notes, ...notesOf(flavorAdvice, use)], flavorReasons: reasonsOf(flavorRules, use) };
}

function notesOf<Subject>(rows: readonly Advice<Subject>[], subject: Subject): readonly AdviceNote[] {
  return rows
    .filter((row) => row.isDue(subject))
    .map(({ name, requirement, en, zh }) => ({ name, requirement, en: en(subject), zh: zh(subject) }));
}
