import { Type } from "typebox";
import type { Static } from "typebox";

/** Query of `GET /api/v1/images/{image_id}/capabilities`. */
export const CapabilitiesQuery = Type.Object({
  language: Type.Optional(Type.Enum(["en", "zh"], { description: "of the sentences; en when absent" })),
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

/** Answer of `GET /api/v1/images/{image_id}/capabilities`. */
export const ImageCapabilities = Type.Object(
  { imageId: Type.String(), capabilities: Type.Array(Capability, { description: "every operation" }) },
  { description: "What may be done with an image now" },
);
export type ImageCapabilities = Static<typeof ImageCapabilities>;
