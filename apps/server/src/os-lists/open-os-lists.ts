import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Log } from "../ports/log.ts";
import type { OsListFiles } from "../ports/os-list-files.ts";
import { compareOsLists, osListWarnings } from "./compare-os-lists.ts";
import type { OsListChange } from "./compare-os-lists.ts";
import type { KnownSystems, OsLists } from "./known-systems.ts";
import { loadOsLists } from "./load-os-lists.ts";
import { shippedOsLists, shippedSystems } from "./shipped-os-lists.ts";

/** What reading the lists again changed. */
export interface OsListsReport {
  readonly changes: readonly OsListChange[];
  readonly warnings: readonly string[];
}

/** Lists that can be read again while the service runs. */
export interface ReloadableOsLists extends OsLists {
  /**
   * Reads the operator's files again and puts what they say in force, all of it or nothing. A trial only tells what would change.
   *
   * Throws  api.osListsRefused, with every reason
   */
  reload(options?: { readonly isTrial?: boolean }): Promise<OsListsReport>;
}

const shownProblems = 20;

/**
 * Opens the lists: those that come with the service, and over them an operator's files.
 *
 * Throws  api.osListsRefused
 */
export async function openOsLists({ files, log }: { readonly files: OsListFiles; readonly log: Log }): Promise<ReloadableOsLists> {
  let current: KnownSystems = shippedSystems();
  // One after the other: of two at once, the one that read first could end last.
  let last: Promise<unknown> = Promise.resolve();
  const load = async (isTrial: boolean): Promise<OsListsReport> => {
    const loaded = loadOsLists(shippedOsLists, await files.read());
    if ("problems" in loaded) {
      throw refusal(loaded.problems);
    }
    const report = { changes: compareOsLists(current, loaded.systems), warnings: osListWarnings(current, loaded.systems) };
    if (!isTrial) {
      report.warnings.forEach((warning) => log.warn({}, `List of operating systems ${warning}`));
      current = loaded.systems;
    }
    return report;
  };
  const reload: ReloadableOsLists["reload"] = async ({ isTrial = false } = {}) => {
    const loading = last.then(async () => await load(isTrial));
    // Whoever asked for it is told why it failed; the next one begins all the same.
    last = loading.catch(() => undefined);
    return await loading;
  };
  await reload();
  return {
    get current() {
      return current;
    },
    reload,
  };
}

function refusal(problems: readonly string[]): ServiceError {
  const more = problems.length - shownProblems;
  const shown = [...problems.slice(0, shownProblems), ...(more > 0 ? [`and ${more} more`] : [])];
  return new ServiceError("api.osListsRefused", { problems: shown.join("; ") });
}
