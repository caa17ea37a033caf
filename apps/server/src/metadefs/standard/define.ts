import type { MetadefDefinition } from "@tintype/contract/image-v2/metadefs.ts";

/** A namespace that comes with the service. Public, and its owner is the service. */
export interface StandardSet {
  readonly namespace: string;
  readonly title: string;
  readonly description: string;
  readonly protected: boolean;
  /** For which types of things: the name of each, with what comes before the names of properties there. */
  readonly types: readonly StandardType[];
  readonly properties?: Readonly<Record<string, MetadefDefinition>>;
  readonly objects?: readonly StandardObject[];
}

export interface StandardType {
  readonly name: string;
  readonly prefix?: string;
  readonly properties_target?: string;
}

export interface StandardObject {
  readonly name: string;
  readonly description: string;
  readonly properties: Readonly<Record<string, MetadefDefinition>>;
}

type More = Omit<MetadefDefinition, "title" | "type" | "description">;

const define =
  (type: MetadefDefinition["type"]) =>
  (title: string, description?: string, more: More = {}): MetadefDefinition => ({
    title,
    type,
    ...(description !== undefined && { description }),
    ...more,
  });

export const text = define("string");
export const whole = define("integer");
export const decimal = define("number");
export const flag = define("boolean");

/** A text that is one of several. Where `operators` are allowed, a requirement may name more than one. */
export function choice(title: string, values: readonly string[], description?: string, more: More = {}): MetadefDefinition {
  return text(title, description, { enum: [...values], ...more });
}

/** Texts out of several. */
export function several(title: string, values: readonly string[], description?: string): MetadefDefinition {
  const items = { type: "string" as const, enum: [...values] };
  return { ...define("array")(title, description), operators: ["<or>", "<all-in>"], items };
}

/** For a choice of which a requirement may name more than one. */
export const oneOrMore: More = { operators: ["<or>"] };
export const fromZero: More = { minimum: 0 };

/** A port of TCP. */
export function port(title: string, usual: number): MetadefDefinition {
  return whole(title, "TCP port that it listens on", { minimum: 1, maximum: 65_535, default: usual });
}

const type =
  (name: string) =>
  (prefix?: string): StandardType => ({ name, ...(prefix !== undefined && { prefix }) });
export const images = type("OS::Glance::Image");
export const flavors = type("OS::Nova::Flavor");
export const aggregates = type("OS::Nova::Aggregate");
export const volumes = type("OS::Cinder::Volume");
export const databases = type("OS::Trove::Instance");
/** A volume has its own metadata beside that of the image that it was made from; this is the latter. */
export const volumeImages = (prefix?: string): StandardType => ({ ...volumes(prefix), properties_target: "image" });
export const serverMetadata: StandardType = { name: "OS::Nova::Server", properties_target: "metadata" };
export const schedulerHints: StandardType = { name: "OS::Nova::Server", properties_target: "scheduler_hints" };
