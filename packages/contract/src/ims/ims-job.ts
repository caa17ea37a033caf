import { Type } from "typebox";
import type { Static } from "typebox";
import { TrustNote } from "./members.ts";

const Status = Type.Enum(["INIT", "RUNNING", "SUCCESS", "FAIL"]);
const OptionalText = Type.Union([Type.String(), Type.Null()]);

/** The part of a task that makes one of its images. */
const SubJob = Type.Object({
  status: Status,
  job_id: Type.String(),
  job_type: Type.String(),
  begin_time: Type.String(),
  end_time: Type.String(),
  error_code: OptionalText,
  fail_reason: OptionalText,
  entities: Type.Object({ image_id: Type.Optional(Type.String()), image_name: Type.Optional(Type.String()) }),
});
export type SubJob = Static<typeof SubJob>;

/** A task, as both job queries of IMS show it. */
export const ImsJob = Type.Object(
  {
    job_id: Type.String({ description: "32 hex digits" }),
    job_type: Type.String(),
    status: Status,
    begin_time: Type.String({ description: "UTC with milliseconds" }),
    end_time: Type.String({ description: "UTC with milliseconds, empty until the task is over" }),
    error_code: OptionalText,
    fail_reason: OptionalText,
    entities: Type.Object({
      image_id: Type.Optional(Type.String({ description: "absent when the task left no image" })),
      image_name: Type.Optional(Type.String()),
      process_percent: Type.Number({ minimum: 0, maximum: 1 }),
      current_task: Type.Optional(Type.String()),
      error_code: Type.Optional(Type.String()),
      error: Type.Optional(Type.String()),
      results: Type.Optional(
        Type.Array(
          Type.Object({
            image_id: Type.String(),
            project_id: Type.String(),
            status: Type.Enum(["success", "failed"]),
            error_code: Type.Optional(Type.String({ description: "IMG.xxxx, when it failed by itself" })),
            fail_reason: Type.Optional(Type.String()),
          }),
          { description: "when members were changed: what became of every image and project" },
        ),
      ),
      trust_note: Type.Optional(TrustNote),
      subJobId: Type.Optional(Type.String({ description: "only in the progress query" })),
      warnings: Type.Optional(Type.Array(Type.String(), { description: "what the user of an import should know" })),
      sub_jobs_list: Type.Optional(Type.Array(Type.String(), { description: "the parts of a task that makes several images" })),
      sub_jobs_result: Type.Optional(Type.Array(SubJob)),
    }),
  },
  { description: "A task" },
);
export type ImsJob = Static<typeof ImsJob>;
