import type { ListOsListsAnswer, OsList, OsListsReport } from "@tintype/contract/api/os-lists.ts";
import type { CallOptions } from "./buckets.ts";
import type { Session } from "./session/session.ts";

const pageLimit = 1000;

/**
 * The service's lists of operating systems.
 *
 * Throws  ConnectionError, ApiError
 */
export class OsLists {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** All of them by name, or the one for a flavor. */
  async *list({ flavor, ...options }: CallOptions & { readonly flavor?: string | undefined } = {}): AsyncGenerator<OsList> {
    for (let cursor: string | undefined, isMore = true; isMore; isMore = cursor !== undefined) {
      const query = { limit: pageLimit, cursor, flavor };
      // The service validates its answers against this very schema.
      const page = (await this.#session.json({ method: "GET", path: "/api/v1/os-lists", query, ...options })) as ListOsListsAnswer;
      yield* page.lists;
      cursor = page.nextCursor;
    }
  }

  /** Has the operator's files read again; a trial only tells what would change. For operators. */
  async reload({ isTrial = false, ...options }: CallOptions & { readonly isTrial?: boolean } = {}): Promise<OsListsReport> {
    const query = { isTrial: String(isTrial) };
    return (await this.#session.json({ method: "POST", path: "/api/v1/os-lists/reload", query, ...options })) as OsListsReport;
  }
}
