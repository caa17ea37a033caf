import { configKeys } from "@tintype/server/config/config-keys.ts";
import { limitHeadings } from "./limit-headings.table.ts";
import type { LimitHeading } from "./limit-headings.table.ts";
import { operationWords } from "./operation-words.table.ts";

/** The page of all limits: docs/limits.md. Throws when a setting is under no heading, or a heading names none that there is. */
export function limitsPage(): string {
  checkHeadings();
  return [
    "# Limits",
    "",
    "Made by `npm run docs` from the schema of the settings. Every limit is a setting with the documented default; the operator changes it in the",
    "configuration file, by the variable, or by a flag of `tintype serve`. What else stands in the way of an operation: [rules.md](rules.md).",
    "",
    ...limitHeadings.flatMap(section),
  ]
    .join("\n")
    .replace(/\n+$/, "\n");
}

function section({ en, zh, settings, operations, notes = [] }: LimitHeading): readonly string[] {
  return [
    `## ${en} / ${zh}`,
    "",
    ...settings.map(settingLine),
    ...notes.map((note) => `- ${note}`),
    ...operations.map((operation) => `- Rules: [\`${operation}\`](rules.md), ${operationWords[operation].en.toLowerCase()}.`),
    "",
  ];
}

function settingLine(key: string): string {
  const setting = configKeys.find((candidate) => candidate.key === key);
  if (setting === undefined) {
    throw new Error(`tools/limit-headings.table.ts names the setting ${key}, which there is not`);
  }
  const [unit = ""] = /(?:[GM]iB|Days)$/.exec(key) ?? [];
  return `- **${`${setting.default} ${unit.toLowerCase() === "days" ? "days" : unit}`.trim()}** ${setting.description} (\`${key}\`, \`${setting.env}\`)`;
}

function checkHeadings(): void {
  const named = limitHeadings.flatMap(({ settings }) => settings);
  for (const { key } of configKeys) {
    const times = named.filter((name) => name === key).length;
    if (key.startsWith("limits.") && times !== 1) {
      throw new Error(`tools/limit-headings.table.ts has the setting ${key} under ${times} headings: name it under one`);
    }
  }
}
