import { Type } from "typebox";
import type { Static } from "typebox";

/** Query of `GET /api/v1/images/{image_id}/capabilities`. */
export const CapabilitiesQuery = Type.Object({
  language: Type.Optional(Type.Enum(["en", "zh"], { description: "of the sentences; en when absent" })),
  flavor: Type.Optional(
    Type.String({
      pattern: "^[A-Za-z][A-Za-z0-9]{0,30}(\\.[A-Za-z0-9._-]{1,60})?$",
      description: "tell also whether machines of this flavor, or family of flavors, can have the image's system",
    }),
  ),
  kernel: Type.Optional(
    Type.String({ pattern: "^[0-9][A-Za-z0-9._+~-]{0,79}$", description: "with a flavor: the kernel in the image, as uname -r tells it" }),
  ),
});

/** One rule that stands in the way of an operation. */
export const CapabilityReason = Type.Object({
  rule: Type.String({ description: "its name in docs/rules.md" }),
  requirement: Type.String({ description: "where the rule comes from" }),
  code: Type.String({ description: "what the operation is refused with" }),
  sentence: Type.String({ description: "what stands in the way" }),
  remedy: Type.String({ description: "what would make it possible" }),
});
export type CapabilityReason = Static<typeof CapabilityReason>;

/** Whether one operation would pass now, and every reason why not. */
export const Capability = Type.Object({
  operation: Type.String({ description: "its name in docs/rules.md" }),
  allowed: Type.Boolean(),
  reasons: Type.Array(CapabilityReason, { description: "empty when it is allowed" }),
});
export type Capability = Static<typeof Capability>;

/** What the lists of systems say of the one in an image. */
export const ImageNote = Type.Object({
  name: Type.String(),
  requirement: Type.String({ description: "where it comes from" }),
  sentence: Type.String(),
});
export type ImageNote = Static<typeof ImageNote>;

/** Whether machines of a flavor can have the system of an image, as far as it is known without machines. */
export const FlavorFit = Type.Object({
  name: Type.String({ description: "as it was asked" }),
  allowed: Type.Boolean(),
  reasons: Type.Array(CapabilityReason, { description: "empty when it is allowed" }),
});
export type FlavorFit = Static<typeof FlavorFit>;

/** Answer of `GET /api/v1/images/{image_id}/capabilities`. */
export const ImageCapabilities = Type.Object(
  {
    imageId: Type.String(),
    capabilities: Type.Array(Capability, { description: "every operation" }),
    notes: Type.Array(ImageNote, { description: "what stops nothing and should be known" }),
    flavor: Type.Optional(FlavorFit),
  },
  { description: "What may be done with an image now" },
);
export type ImageCapabilities = Static<typeof ImageCapabilities>;
