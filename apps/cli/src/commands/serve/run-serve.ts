import type { Environment } from "../../environment.ts";

/** Starts the server. It takes its settings and handles signals itself, so nothing of the command line's own stands around it. */
export async function runServe(argv: readonly string[], env: Environment): Promise<void> {
  const { serve } = await import("@tintype/server/main.ts");
  await serve(argv, env);
}
