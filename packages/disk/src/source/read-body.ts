import { DiskError } from "../core/disk-error.ts";
import type { HttpExchange } from "./http-exchange.ts";
import { TransientError } from "./retrying.ts";

/**
 * Fills `target` with a body that must be exactly as long.
 *
 * Memory  one chunk of the connection besides `target`
 * Throws  disk.io (the body is longer; or shorter, which may be over next time)
 */
export async function readBody(
  response: Response,
  target: Uint8Array,
  { exchange, name }: { exchange: HttpExchange; name: string },
): Promise<void> {
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
  let filled = 0;
  for (;;) {
    const step = await exchange.next(reader?.read() ?? Promise.resolve({ done: true as const, value: undefined }));
    if (step.done) {
      break;
    }
    if (filled + step.value.length > target.length) {
      throw new DiskError("disk.io", `${name}: the server sent more than the ${target.length} bytes it announced.`, {
        remedy: "Download the file first: this server's ranges cannot be trusted.",
      });
    }
    target.set(step.value, filled);
    filled += step.value.length;
  }
  if (filled < target.length) {
    throw new TransientError("disk.io", `${name}: the connection ended after ${filled} of ${target.length} bytes.`);
  }
}
