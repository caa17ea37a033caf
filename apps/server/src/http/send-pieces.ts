import type { ServerResponse } from "node:http";

/**
 * Sends the pieces of a body at the pace of whoever receives them, and ends the answer. The next piece is asked for when the network has
 * taken the one before: its memory may be used again then.
 *
 * Memory  one piece, and what the pieces read ahead
 * Throws  what making the pieces throws; Error when the client went away
 */
export async function sendPieces(response: ServerResponse, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const bytes of pieces) {
    await written(response, bytes);
  }
  response.end();
}

async function written(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onClose = () => reject(new Error("The client went away."));
  response.once("close", onClose);
  response.write(bytes, (error) => (error ? reject(error) : resolve()));
  try {
    await promise;
  } finally {
    response.off("close", onClose);
  }
}
