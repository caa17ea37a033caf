import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** Rows that one statement deletes at most, so that nobody waits long for the database. */
const rowsPerStatement = 1000;

/** Removes old traces, project by project, as `TraceCatalog.prune` says. */
export async function pruneTraces(
  db: Kysely<Tables>,
  { before, unsavedBefore }: { readonly before: number; readonly unsavedBefore: number },
): Promise<{ readonly removed: number; readonly unsaved: number }> {
  const total = { removed: 0, unsaved: 0 };
  for (let project = await nextProject(db, undefined); project !== undefined; project = await nextProject(db, project)) {
    const savedTo = await savedNumber(db, project);
    total.removed += await removeSome(db, { project, before, upTo: savedTo });
    if (savedTo !== undefined) {
      total.unsaved += await removeSome(db, { project, before: unsavedBefore, upTo: undefined });
    }
  }
  return { removed: total.removed + total.unsaved, unsaved: total.unsaved };
}

/** Jumps from one project to the next in the index; undefined at the end. */
async function nextProject(db: Kysely<Tables>, previous: string | undefined): Promise<string | undefined> {
  let query = db.selectFrom("traces").select("project_id").orderBy("project_id").limit(1);
  if (previous !== undefined) {
    query = query.where("project_id", ">", previous);
  }
  return (await query.executeTakeFirst())?.project_id;
}

/** Up to where a project's tracker has saved; undefined when none saves. */
async function savedNumber(db: Kysely<Tables>, project: string): Promise<number | undefined> {
  const tracker = await db
    .selectFrom("trackers")
    .select("saved_to")
    .where("project_id", "=", project)
    .where("is_enabled", "=", 1)
    .where("place", "is not", null)
    .executeTakeFirst();
  return tracker?.saved_to;
}

interface Removal {
  readonly project: string;
  readonly before: number;
  readonly upTo: number | undefined;
}

async function removeSome(db: Kysely<Tables>, { project, before, upTo }: Removal): Promise<number> {
  for (let removed = 0; ;) {
    let old = db.selectFrom("traces").select("id").where("project_id", "=", project).where("made_at", "<", before).limit(rowsPerStatement);
    if (upTo !== undefined) {
      old = old.where("number", "<=", upTo);
    }
    const { numDeletedRows } = await db.deleteFrom("traces").where("id", "in", old).executeTakeFirstOrThrow();
    removed += Number(numDeletedRows);
    if (numDeletedRows < rowsPerStatement) {
      return removed;
    }
  }
}
