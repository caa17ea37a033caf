import { Keys } from "@tintype/client/keys.ts";
import { openSession } from "../../connection/open-session.ts";
import type { CliContext } from "../../context.ts";
import { take } from "../../output/take.ts";
import { writeJson, writeTable } from "../../output/write-result.ts";
import type { ListFlags } from "./list.ts";

const columns = [{ title: "ID" }, { title: "ALIAS" }, { title: "STATE" }, { title: "CREATED" }, { title: "DELETED AT" }] as const;

export async function runList(this: CliContext, flags: ListFlags): Promise<void> {
  const keys = new Keys(await openSession(this, flags));
  const found = await take(keys.list({ signal: this.signal }), undefined);
  if (flags.json) {
    writeJson(this, found);
  } else {
    const rows = found.map(({ id, alias, state, createdAt, deleteAt }) => [id, alias, state, createdAt, deleteAt ?? ""]);
    writeTable(this, columns, rows);
  }
}
