import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const launcher = new URL("../../apps/cli/bin/tintype.js", import.meta.url).pathname;
const { version } = JSON.parse(await readFile(new URL("../../apps/cli/package.json", import.meta.url), "utf8")) as { version: string };

/** Makes this Node say that it is 20, as the launcher sees it. */
const pretendToBe20 = "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.19.0'}})";

async function runOnNode20(file: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  const child = spawn(process.execPath, ["--import", pretendToBe20, file, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (text: Buffer) => (stdout += text.toString()));
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  await once(child, "close");
  return { code: child.exitCode, stdout, stderr };
}

/** A project folder whose pinned `node` is a script of the test's. */
async function withPinnedNode(script: string | undefined, work: (file: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "tintype-launcher-"));
  try {
    const file = join(folder, "apps", "cli", "bin", "tintype.js");
    await mkdir(join(folder, "node_modules", ".bin"), { recursive: true });
    await mkdir(join(folder, "apps", "cli", "bin"), { recursive: true });
    await copyFile(launcher, file);
    await writeFile(join(folder, "package.json"), '{"type":"module"}');
    if (script !== undefined) {
      await writeFile(join(folder, "node_modules", ".bin", "node"), script, { mode: 0o755 });
    }
    await work(file, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("on an old Node the command runs on the one that the project pins", async () => {
  assert.deepEqual(await runOnNode20(launcher, ["--version"]), { code: 0, stdout: `${version}\n`, stderr: "" });
  assert.equal((await runOnNode20(launcher, ["disk", "info"])).code, 64);
});

test("arguments, exit code and end by a signal are passed on", () =>
  withPinnedNode('#!/bin/sh\nshift\nprintf "%s|" "$@"\nexit 7\n', async (file, folder) => {
    assert.deepEqual(await runOnNode20(file, ["a b", "", "--x=y"]), { code: 7, stdout: "a b||--x=y|", stderr: "" });
    await writeFile(join(folder, "node_modules", ".bin", "node"), "#!/bin/sh\nkill -KILL $$\n");
    assert.equal((await runOnNode20(file, [])).code, 128 + 9);
  }));

/** Stands in for a command that ends in its own way. It ends by itself after a while, should the interrupt never come. */
const interruptible = `#!${process.execPath}
process.on("SIGINT", () => process.exit(2));
setTimeout(() => process.exit(3), 30_000);
console.log("ready");
`;

test("an interrupt reaches the command, which decides how it ends", () =>
  withPinnedNode(interruptible, async (file) => {
    const child = spawn(process.execPath, ["--import", pretendToBe20, file], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    child.kill("SIGINT");
    await once(child, "close");
    assert.equal(child.exitCode, 2);
  }));

test("without a pinned Node, or with one that is too old itself, one sentence says what is needed", async () => {
  await withPinnedNode(undefined, async (file) => {
    const { code, stderr } = await runOnNode20(file, ["--version"]);
    assert.equal(code, 1);
    assert.match(stderr, /^Error: tintype needs Node 24 or newer, and this is v.*"npm ci".*\n$/);
  });
  const relay = `#!/bin/sh\nexec "${process.execPath}" --import "${pretendToBe20}" "$@"\n`;
  await withPinnedNode(relay, async (file) => {
    assert.match((await runOnNode20(file, ["--version"])).stderr, /^Error: tintype needs Node 24 or newer/);
  });
});

test("only the warnings about native calls and SQLite are silenced", () =>
  withPinnedNode(undefined, async (file, folder) => {
    await mkdir(join(folder, "apps", "cli", "src"));
    const main =
      'export async function runCli() { await import("node:sqlite"); await import("node:ffi").catch(() => {}); process.emitWarning("look out", "ExperimentalWarning"); }';
    await writeFile(join(folder, "apps", "cli", "src", "main.ts"), main);
    const child = spawn(process.execPath, [file], { stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
    await once(child, "close");
    assert.match(stderr, /look out/);
    assert.doesNotMatch(stderr, /FFI|SQLite/);
  }));

test(
  "what runs for days begins with settings that give memory back, unless the operator has his own",
  { skip: process.platform !== "linux" },
  () =>
    withPinnedNode('#!/bin/sh\necho "$MALLOC_ARENA_MAX"\n', async (file) => {
      const env = { PATH: process.env["PATH"] };
      assert.equal((await runOnNode20(file, ["serve"], env)).stdout, "2\n");
      assert.equal((await runOnNode20(file, ["serve"], { ...env, MALLOC_ARENA_MAX: "7" })).stdout, "7\n");
      assert.equal((await runOnNode20(file, ["image", "list"], env)).stdout, "\n");
    }),
);

test("a server that is started on a Node that is new enough has these settings too", { skip: process.platform !== "linux" }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "tintype-launcher-"));
  const env = { PATH: process.env["PATH"], TINTYPE_DATA_DIR: folder, TINTYPE_HTTP_PORT: "0", TINTYPE_OBS_PORT: "0" };
  const child = spawn(process.execPath, [launcher, "serve"], { env, stdio: ["ignore", "pipe", "pipe"] });
  try {
    for await (const text of child.stdout) {
      if (String(text).includes("ready")) {
        break;
      }
    }
    assert.match(await readFile(`/proc/${child.pid}/environ`, "latin1"), /MALLOC_ARENA_MAX=2/);
  } finally {
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    await gone;
    await rm(folder, { recursive: true });
  }
});
