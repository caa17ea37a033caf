import { networkFailure } from "./network-failure.ts";

/**
 * Reads a whole answer as text.
 *
 * Memory  at most `maxBytes`; what comes after is not read and not returned
 * Throws  ConnectionError when the answer breaks off; the signal's reason when it was aborted
 */
export async function readText(response: Response, maxBytes: number, signal?: AbortSignal): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let room = maxBytes;
  try {
    // Leaving the loop early cancels the rest of the body.
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk.subarray(0, room), { stream: true });
      room -= chunk.length;
      if (room <= 0) {
        break;
      }
    }
  } catch (error) {
    throw networkFailure(error, { origin: new URL(response.url).origin, signal });
  }
  return text + decoder.decode();
}
