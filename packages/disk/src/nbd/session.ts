import type { BlockDevice } from "./block-device.ts";

/** What is offered, and what is told of it. */
export interface NbdExport {
  /** The name clients may ask for; the empty name means this one too. */
  readonly name: string;
  readonly description: string;
  readonly device: BlockDevice;
}

/** What client and server agreed upon before the first request. */
export interface NbdSession {
  readonly structuredReplies: boolean;
  /** True when the client may ask which parts are zeros. */
  readonly blockStatus: boolean;
}
