import type { SeededRandom } from "@tintype/disk/core/testing/seeded-random.ts";
import type { Schema } from "./operations.ts";
import type { Words } from "./words.ts";

/** What values are made from. */
export interface ValueMaker {
  readonly random: SeededRandom;
  readonly words: Words;
  /** One optional field in so many is there. */
  readonly optionalOneIn: number;
}

/** A value that a schema takes, with likely words in it; `name` is that of the field that it is for. */
export function fittingValue(maker: ValueMaker, schema: Schema = {}, name = ""): unknown {
  const { random, words } = maker;
  if (schema.anyOf !== undefined) {
    return fittingValue(maker, random.pick(schema.anyOf), name);
  }
  if (schema.const !== undefined || schema.enum !== undefined) {
    return random.pick(schema.enum ?? [schema.const]);
  }
  const type = random.pick([schema.type ?? "anything"].flat());
  if (type === "object") {
    return fittingObject(maker, schema);
  }
  if (type === "array") {
    return Array.from({ length: 1 + random.below(3) }, () => fittingValue(maker, schema.items, name));
  }
  const likely = words.for(random, name);
  switch (type) {
    case "string":
      return typeof likely === "string" ? likely : JSON.stringify(likely);
    case "integer":
    case "number":
      return typeof likely === "number" ? likely : (schema.minimum ?? 0) + random.below(Math.min(schema.maximum ?? 100, 1000) + 1);
    case "boolean":
      return random.oneIn(2);
    case "null":
      return null;
    default:
      return likely;
  }
}

function fittingObject(maker: ValueMaker, { properties = {}, required = [] }: Schema): Readonly<Record<string, unknown>> {
  const present = Object.entries(properties).filter(([name]) => required.includes(name) || maker.random.oneIn(maker.optionalOneIn));
  return Object.fromEntries(present.map(([name, schema]) => [name, fittingValue(maker, schema, name)]));
}
