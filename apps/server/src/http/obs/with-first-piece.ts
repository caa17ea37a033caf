import { beginningWith } from "../beginning-with.ts";
import type { ObsAnswer } from "./obs-answer.ts";

/**
 * Reads the first piece of a body before the status goes out, so that content which cannot be read is refused in words.
 *
 * Memory  what the body reads ahead
 * Throws  what reading the first piece throws; the body is closed then
 */
export async function withFirstPiece(answer: ObsAnswer, signal: AbortSignal): Promise<ObsAnswer> {
  const { body } = answer;
  if (typeof body !== "object") {
    return answer;
  }
  await using opened = new AsyncDisposableStack();
  opened.use(body);
  const pieces = body.bytes(signal)[Symbol.asyncIterator]();
  opened.defer(async () => void (await pieces.return?.()));
  const first = await pieces.next();
  const reading = opened.move();
  return {
    ...answer,
    body: {
      lengthBytes: body.lengthBytes,
      bytes: () => beginningWith(first, pieces),
      [Symbol.asyncDispose]: () => reading.disposeAsync(),
    },
  };
}
