import { Type } from "typebox";
import type { Static } from "typebox";

const Instant = Type.String({ description: "ISO 8601, UTC" });
const JobError = Type.Object({
  code: Type.String(),
  message: Type.String({ description: "in English" }),
  messageZh: Type.Optional(
    Type.String({ description: "in Chinese; of an error that has no words in both languages, and of older jobs, absent" }),
  ),
});
const JobStatus = Type.Enum(["queued", "running", "succeeded", "failed", "cancelled"]);

/** Whatever JSON a step or a job answered. */
const Output = Type.Unknown();

/** One long action, in full. */
export const Job = Type.Object(
  {
    id: Type.String({ description: "32 hex digits" }),
    kind: Type.String(),
    projectId: Type.String(),
    subjectId: Type.Optional(Type.String({ description: "what the job is about: an image's id" })),
    status: JobStatus,
    currentStep: Type.Optional(Type.String()),
    steps: Type.Array(
      Type.Object({
        name: Type.String(),
        attempts: Type.Integer(),
        finishedAt: Type.Optional(Instant),
        undoneAt: Type.Optional(Instant),
        output: Type.Optional(Output),
        undoError: Type.Optional(JobError),
      }),
    ),
    progress: Type.Object(
      { doneBytes: Type.Integer(), totalBytes: Type.Integer() },
      { description: "of the current step; 0 of 0 while unknown" },
    ),
    cancelRequested: Type.Boolean(),
    result: Type.Optional(Output),
    error: Type.Optional(JobError),
    createdAt: Instant,
    startedAt: Type.Optional(Instant),
    finishedAt: Type.Optional(Instant),
  },
  { description: "A job" },
);
export type Job = Static<typeof Job>;

/** Query of `GET /api/v1/jobs`. */
export const ListJobsQuery = Type.Object({
  status: Type.Optional(JobStatus),
  subjectId: Type.Optional(Type.String({ minLength: 1 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: "at most so many jobs; 50 when absent" })),
  cursor: Type.Optional(Type.String({ description: "nextCursor of the page before" })),
});
export type ListJobsQuery = Static<typeof ListJobsQuery>;

/** Answer of `GET /api/v1/jobs`: newest first; without `nextCursor` it is the last page. */
export const ListJobsAnswer = Type.Object(
  { jobs: Type.Array(Job), nextCursor: Type.Optional(Type.String()) },
  { description: "One page of jobs" },
);
export type ListJobsAnswer = Static<typeof ListJobsAnswer>;
