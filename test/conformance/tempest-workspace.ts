import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { tempestConf } from "./tempest-settings.ts";
import type { TempestSettings } from "./tempest-settings.ts";

/** How a run goes: which tests, and how many classes of them at once. */
export interface RunChoice {
  readonly regex: string;
  readonly concurrency: number;
}

/** A folder in which Debian's tempest runs. It looks nowhere else for settings, and leaves nothing elsewhere. */
export class TempestWorkspace {
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(folder: string) {
    this.#folder = folder;
    // The interpreter is the package's own, not one that this process was started with.
    const { PYTHON: _, PYTHONPATH: __, ...env } = process.env;
    this.#env = { ...env, HOME: folder, NO_PROXY: "*", no_proxy: "*" };
  }

  /** Writes the settings into `parent`. */
  static async prepare(
    parent: string,
    accounts: string,
    settings: Omit<TempestSettings, "folder" | "accountsFile">,
  ): Promise<TempestWorkspace> {
    const folder = join(parent, "tempest");
    await mkdir(folder);
    const workspace = new TempestWorkspace(folder);
    // Where the package keeps its tests is known to the package alone.
    await workspace.#tempest("init", "--workspace-path", join(folder, "workspaces.yaml"), join(folder, "made"));
    const made = await readFile(join(folder, "made", ".stestr.conf"), "utf8");
    const tests = /^test_path=(.*)$/m.exec(made)?.[1];
    if (tests === undefined) {
      throw new Error(`tempest init wrote no test_path:\n${made}`);
    }
    // `top_dir` is one folder too low there: tests would not be found by their names.
    await writeFile(
      join(folder, ".stestr.conf"),
      `[DEFAULT]\ntest_path=${tests}\ntop_dir=${dirname(dirname(tests))}\ngroup_regex=([^\\.]*\\.)*\n`,
    );
    const accountsFile = join(folder, "accounts.yaml");
    await writeFile(accountsFile, accounts);
    await writeFile(join(folder, "tempest.conf"), tempestConf({ ...settings, folder, accountsFile }));
    return workspace;
  }

  /** Runs tests and answers what was printed. */
  async run({ regex, concurrency }: RunChoice): Promise<string> {
    // What locks accounts outlives a run that was killed.
    await rm(join(this.#folder, "locks"), { recursive: true, force: true });
    await mkdir(join(this.#folder, "locks"));
    const config = join(this.#folder, "tempest.conf");
    const parallel = concurrency === 1 ? ["--serial"] : ["--concurrency", String(concurrency)];
    return await this.#tempest("run", "--config-file", config, "--regex", regex, ...parallel);
  }

  async #tempest(...args: readonly string[]): Promise<string> {
    const child = spawn("tempest", args, { cwd: this.#folder, env: this.#env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (text: Buffer) => (output += text.toString()));
    child.stderr.on("data", (text: Buffer) => (output += text.toString()));
    await once(child, "close");
    return output;
  }
}
