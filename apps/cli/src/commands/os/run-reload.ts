import { OsLists } from "@tintype/client/os-lists.ts";
import { openSession } from "../../connection/open-session.ts";
import type { CliContext } from "../../context.ts";
import { writeJson, writeTable } from "../../output/write-result.ts";
import type { Reloading, ReloadFlags } from "./reload.ts";

const columns = [{ title: "NAME" }, { title: "VERSION", align: "right" }, { title: "DATE" }, { title: "CHANGE" }] as const;

export function runReload(reloading: Reloading): (this: CliContext, flags: ReloadFlags) => Promise<void> {
  return async function run(this, flags) {
    const lists = new OsLists(await openSession(this, flags));
    const report = await lists.reload({ isTrial: reloading === "check", signal: this.signal });
    if (flags.json) {
      writeJson(this, report);
      return;
    }
    const rows = report.changes.map(({ name, version, date, change }) => [
      name,
      version === undefined ? "" : String(version),
      date ?? "",
      change,
    ]);
    writeTable(this, columns, rows);
    for (const warning of report.warnings) {
      this.process.stderr.write(`Warning: ${warning}\n`);
    }
  };
}
