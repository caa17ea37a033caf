import { Type } from "typebox";
import type { Static } from "typebox";

/** A task, as both job queries of IMS show it. */
export const ImsJob = Type.Object(
  {
    job_id: Type.String({ description: "32 hex digits" }),
    job_type: Type.String(),
    status: Type.Enum(["INIT", "RUNNING", "SUCCESS", "FAIL"]),
    begin_time: Type.String({ description: "UTC with milliseconds" }),
    end_time: Type.String({ description: "UTC with milliseconds, empty until the task is over" }),
    error_code: Type.Union([Type.String(), Type.Null()]),
    fail_reason: Type.Union([Type.String(), Type.Null()]),
    entities: Type.Object({
      image_id: Type.Optional(Type.String({ description: "absent when the task left no image" })),
      image_name: Type.Optional(Type.String()),
      process_percent: Type.Number({ minimum: 0, maximum: 1 }),
      current_task: Type.Optional(Type.String()),
      error_code: Type.Optional(Type.String()),
      error: Type.Optional(Type.String()),
      subJobId: Type.Optional(Type.String({ description: "only in the progress query" })),
    }),
  },
  { description: "A task" },
);
export type ImsJob = Static<typeof ImsJob>;
