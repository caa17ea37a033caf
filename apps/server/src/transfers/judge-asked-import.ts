import type { Rule } from "../images/check-rules.ts";
import { resolveOs } from "../images/resolve-os.ts";
import type { ResolvedOs } from "../images/resolve-os.ts";
import { valueRules } from "../images/value-rules.table.ts";
import type { OsLists } from "../os-lists/known-systems.ts";
import type { Limits } from "../quotas/limits.ts";
import type { FileImport } from "./import-request.ts";
import { askedImportRules } from "./import-rules.table.ts";
import type { ImportWay } from "./import-work.ts";

/** What is done with the rules that stand in the way of something: an import refuses with the first, a check tells all of them. */
export type Judge = <Subject>(rules: readonly Rule<Subject>[], subject: Subject) => void;

/**
 * Judges what an import asks for, before anything is looked at. Answers the system that it means.
 *
 * Throws  what `judge` throws
 */
export function judgeAskedImport(
  { osLists, limits }: { readonly osLists: OsLists; readonly limits: Limits },
  request: FileImport,
  judge: Judge,
): ResolvedOs {
  const os = resolveOs(osLists.current, request);
  judge(valueRules, { ...request, osBit: os.osBit, limits });
  judge(askedImportRules, { request, os, limits });
  return os;
}

/** What a file must be, and what is done with it. */
export function wayOf({ kind, isQuick }: Pick<FileImport, "kind" | "isQuick">): ImportWay {
  if (kind === "iso") {
    return "iso";
  }
  return isQuick ? "quick" : "normal";
}
