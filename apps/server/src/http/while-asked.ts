import type { ServerResponse } from "node:http";

/** Does something for as long as whoever asked for it is there: the signal aborts when they leave before it is done. */
export async function whileAsked<T>(response: ServerResponse, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const left = new AbortController();
  const leave = (): void => left.abort(new Error("The client went away."));
  response.once("close", leave);
  try {
    return await work(left.signal);
  } finally {
    response.off("close", leave);
  }
}
