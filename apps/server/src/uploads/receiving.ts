import type { Principal } from "../ports/principal.ts";
import type { WritingTurn } from "./upload-writers.ts";
import type { UploadsDeps } from "./uploads-deps.ts";

/** One request that writes to an upload. */
export interface Receiving {
  readonly deps: UploadsDeps;
  readonly principal: Principal;
  readonly turn: WritingTurn;
}
