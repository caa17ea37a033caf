/** Why a step's signal was aborted: the reason that the signal carries. */
export class JobInterrupted extends Error {
  override readonly name = "JobInterrupted";
  readonly by: "cancel" | "shutdown";

  constructor(by: "cancel" | "shutdown") {
    super(by === "cancel" ? "The job was cancelled" : "The service is stopping; the job goes on at the next start");
    this.by = by;
  }
}
