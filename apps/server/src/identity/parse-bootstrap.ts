import { Value } from "typebox/value";
import { BootstrapSchema } from "./bootstrap-schema.ts";
import type { Bootstrap } from "./bootstrap-schema.ts";

/**
 * Reads the text of a bootstrap file.
 *
 * Throws  Error that names the place in the file and what is wrong there; it never repeats a value, which could be a secret
 */
export function parseBootstrap(text: string): Bootstrap {
  const value = parseJson(text);
  if (Value.Check(BootstrapSchema, value)) {
    return value;
  }
  const [first] = Value.Errors(BootstrapSchema, value);
  throw new Error(`${first?.instancePath || "/"} ${first?.message ?? "is not as it should be"}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's own message quotes the text around the fault.
    throw new Error("it is not JSON", { cause: error });
  }
}
