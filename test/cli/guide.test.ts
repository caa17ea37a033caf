import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { planners } from "@tintype/disk/formats/planners.table.ts";
import { runTintype } from "../system/tintype-process.ts";

const guide = await readFile(new URL("../../docs/cli.md", import.meta.url), "utf8");

/** Where the guide spells a flag by its letter. */
const LETTERS: Readonly<Record<string, string>> = { "--output-format": "-O FORMAT" };

test("R-253: the guide names every command on disk images, and each of its flags", async () => {
  const { stdout } = await runTintype(["disk", "--help"]);
  const commands = [...stdout.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name = ""]) => name);
  assert.ok(commands.includes("convert") && commands.includes("check"), stdout);
  for (const command of commands) {
    assert.match(guide, new RegExp(`disk ${command}\\b`));
    const help = await runTintype(["disk", command, "--help"]);
    const flags = [...help.stdout.matchAll(/^ {2}.{0,4}\[?(--[a-z][\w-]+)/gm)].map(([, flag = ""]) => flag);
    assert.ok(flags.includes("--json"), help.stdout);
    for (const flag of flags) {
      assert.ok(guide.includes(LETTERS[flag] ?? flag), `disk ${command} ${flag}`);
    }
  }
});

test("R-253: every format that can be written has a page", async () => {
  for (const format of Object.keys(planners)) {
    const page = await readFile(new URL(`../../docs/formats/${format}.md`, import.meta.url), "utf8");
    assert.match(page, /^# /);
  }
});
