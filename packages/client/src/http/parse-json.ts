import { SetupError } from "../errors/setup-error.ts";

/** Reads an answer as JSON. Throws SetupError when it is none: something else than the service answers there. */
export function parseJson(text: string, request: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SetupError(`The answer to ${request} is not JSON. Check that the address is that of the service.`, { cause: error });
  }
}
