import { OsLists } from "@tintype/client/os-lists.ts";
import type { OsList } from "@tintype/contract/api/os-lists.ts";
import { openSession } from "../../connection/open-session.ts";
import type { CliContext } from "../../context.ts";
import { NotFoundError } from "../../errors/command-errors.ts";
import { writeJson, writeTable } from "../../output/write-result.ts";
import type { ListOsFlags } from "./list.ts";

const listColumns = [
  { title: "NAME" },
  { title: "USE" },
  { title: "VERSION", align: "right" },
  { title: "DATE" },
  { title: "FROM" },
  { title: "FLAVORS" },
] as const;
const systemColumns = [
  { title: "SYSTEM" },
  { title: "VERSIONS" },
  { title: "BITS", align: "right" },
  { title: "KERNELS" },
  { title: "UNTIL" },
] as const;

export async function runList(this: CliContext, { flavor, ...flags }: ListOsFlags, name?: string): Promise<void> {
  const all = await Array.fromAsync(new OsLists(await openSession(this, flags)).list({ flavor, signal: this.signal }));
  const lists = name === undefined ? all : all.filter((list) => list.name === name);
  const [first] = lists;
  if (name !== undefined && first === undefined) {
    throw new NotFoundError(`There is no list ${name}. "tintype os list" names those that there are.`);
  }
  if (flags.json) {
    writeJson(this, lists);
  } else if (first !== undefined && (name !== undefined || flavor !== undefined)) {
    writeTable(this, systemColumns, rowsOf(first));
  } else {
    const rows = lists.map((list) => [
      list.name,
      list.use,
      String(list.version),
      list.date,
      list.isShipped ? "shipped" : "operator",
      list.flavorFamilies?.join(",") ?? "",
    ]);
    writeTable(this, listColumns, rows);
  }
}

function rowsOf({ systems }: OsList): readonly (readonly string[])[] {
  return systems.map(({ os, versions, bits, kernels, endOfLife }) => [
    os,
    versions.join(", "),
    bits === undefined ? "" : String(bits),
    kernels?.join(", ") ?? "",
    endOfLife ?? "",
  ]);
}
