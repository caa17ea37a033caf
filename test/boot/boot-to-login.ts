import { spawn } from "node:child_process";

const bootLimitMs = 15 * 60 * 1000;

/** Starts a virtual machine from a drive, given as qemu's `-drive` takes it, and resolves when its console asks for a login. */
export async function bootToLogin(drive: string, ...more: readonly string[]): Promise<void> {
  const machine = spawn(
    "qemu-system-x86_64",
    ["-accel", "tcg", "-m", "1024", "-smp", "2", "-display", "none", "-serial", "stdio", "-no-reboot", "-drive", drive, ...more],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const limit = setTimeout(() => reject(new Error("The guest did not reach the login prompt in time")), bootLimitMs);
  let console = "";
  machine.stdout.on("data", (text: Buffer) => {
    console = `${console}${text.toString()}`.slice(-4000);
    process.stdout.write(text);
    if (/ login: /.test(console)) {
      resolve();
    }
  });
  machine.once("error", reject);
  machine.once("exit", (code) => reject(new Error(`The virtual machine ended with ${code} before the login prompt`)));
  try {
    await promise;
  } finally {
    clearTimeout(limit);
    machine.kill("SIGKILL");
  }
}
