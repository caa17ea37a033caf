/** `npm run check`: everything that can be said about the tree without running the product. Prints what failed, exits 1 then. */
import { spawnSync } from "node:child_process";

interface Check {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

const node = [process.execPath, "--disable-warning=ExperimentalWarning"] as const;

const checks: readonly Check[] = [
  { name: "types", command: "tsc", args: ["-p", "."] },
  { name: "lint", command: "oxlint", args: ["--type-aware", "--deny-warnings"] },
  { name: "format", command: "oxfmt", args: ["--check"] },
  { name: "unused code", command: "knip", args: ["--no-progress"] },
  { name: "sizes", command: node[0], args: [node[1], "tools/sizes.ts"] },
  { name: "layers", command: node[0], args: [node[1], "--test", "tools/layers.test.ts"] },
  { name: "format matrix", command: node[0], args: [node[1], "tools/format-matrix.ts", "--check"] },
  { name: "requirements", command: node[0], args: [node[1], "tools/requirements.ts", "--check"] },
  { name: "rules and limits", command: node[0], args: [node[1], "tools/docs.ts", "--check"] },
  { name: "permissions", command: node[0], args: [node[1], "tools/permissions.ts", "--check"] },
  { name: "openapi", command: node[0], args: [node[1], "tools/openapi.ts", "--check"] },
];

const failed: string[] = [];
for (const { name, command, args } of checks) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  const ok = status === 0;
  console.log(`${ok ? "ok  " : "FAIL"} ${name}`);
  if (!ok || name === "sizes") {
    console.log(`${stdout ?? ""}${stderr ?? ""}${error?.message ?? ""}`.trimEnd());
  }
  if (!ok) {
    failed.push(name);
  }
}
if (failed.length > 0) {
  console.log(`\nFailed: ${failed.join(", ")}`);
  process.exit(1);
}
