import assert from "node:assert/strict";
import { test } from "node:test";
import { renderTable } from "./table.ts";

const columns = [{ title: "NAME" }, { title: "SIZE", align: "right" }] as const;
const rows = [
  ["debian", { text: "1.0 GiB", raw: "1073741824" }],
  ["镜像", { text: "512 B", raw: "512" }],
] as const;

test("people see titles, aligned columns and rounded sizes, also where signs are two columns wide", () => {
  assert.equal(renderTable(columns, rows, true), "NAME       SIZE\ndebian  1.0 GiB\n镜像      512 B\n");
});

test("scripts see exact values, tabs and no titles", () => {
  assert.equal(renderTable(columns, rows, false), "debian\t1073741824\n镜像\t512\n");
});

test("what others named cannot control the terminal, nor break a row", () => {
  assert.equal(renderTable(columns, [["a\u001b[2J\tb\nc", ""]], false), "a�[2J�b�c\t\n");
});

test("nothing is an empty table with titles for people, and nothing at all for scripts", () => {
  assert.equal(renderTable(columns, [], true), "NAME  SIZE\n");
  assert.equal(renderTable(columns, [], false), "");
});
