import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

const launcher = new URL("../../apps/cli/bin/tintype.js", import.meta.url).pathname;

/** Answers a port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  // A listening TCP server has an address object.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** What a finished command left: exit code and output. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A server in a process of its own, on free ports, and the command line that talks to it: what a user has. */
export class TintypeProcess {
  readonly env: NodeJS.ProcessEnv;
  readonly endpoint: string;
  #child: ChildProcess | undefined;
  /** What the last start printed. */
  stdout = "";
  /** The end of what the last start logged. */
  stderr = "";

  private constructor(env: NodeJS.ProcessEnv, endpoint: string) {
    this.env = env;
    this.endpoint = endpoint;
  }

  /** Chooses ports; `start` starts it. */
  static async prepare(dataDir: string, extra: Record<string, string> = {}): Promise<TintypeProcess> {
    const [httpPort, obsPort] = [await freePort(), await freePort()];
    const env = {
      ...process.env,
      TINTYPE_DATA_DIR: dataDir,
      TINTYPE_HTTP_PORT: String(httpPort),
      TINTYPE_OBS_PORT: String(obsPort),
      ...extra,
    };
    return new TintypeProcess(env, `http://127.0.0.1:${httpPort}`);
  }

  /** Resolves when the ready line was printed. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [launcher, "serve"], { env: this.env, stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    child.stderr.on("data", (text: Buffer) => {
      this.stderr = `${this.stderr}${text.toString()}`.slice(-20_000);
    });
    this.stdout = "";
    this.stderr = "";
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    child.stdout.on("data", (text: Buffer) => {
      this.stdout += text.toString();
      if (this.stdout.includes("Tintype is ready")) {
        resolve();
      }
    });
    child.once("exit", (code) => reject(new Error(`The server ended with ${code} before it was ready:\n${this.stderr}`)));
    await promise;
  }

  get pid(): number {
    return this.#child?.pid ?? -1;
  }

  /** Ends the server with a signal and waits until it is gone; answers its exit code. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) {
      return child?.exitCode ?? null;
    }
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
    return child.exitCode;
  }

  /** Runs `tintype …` against this server. */
  async run(...args: readonly string[]): Promise<CommandResult> {
    return runTintype(args, this.env);
  }
}

/** Runs the command line as a user does. */
export async function runTintype(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<CommandResult> {
  const child = spawn(process.execPath, [launcher, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (text: Buffer) => (stdout += text.toString()));
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  await once(child, "close");
  return { code: child.exitCode, stdout, stderr };
}
