import { isDiskError } from "../core/disk-error.ts";
import { answerBlockStatus } from "./answer-block-status.ts";
import { answerRead } from "./answer-read.ts";
import type { BlockDevice } from "./block-device.ts";
import { ByteBudget } from "./byte-budget.ts";
import { findFault } from "./check-request.ts";
import type { RequestFault } from "./check-request.ts";
import { parseRequest, REQUEST_BYTES } from "./parse-request.ts";
import type { NbdRequest } from "./parse-request.ts";
import { commands, errorNumbers, MAX_PAYLOAD_BYTES } from "./protocol.table.ts";
import { errorReply, simpleReply } from "./reply-heads.ts";
import type { NbdSession } from "./session.ts";
import { WireViolation } from "./wire.ts";
import type { Wire } from "./wire.ts";

/** Data under way at a time, in bytes; a request for more goes alone. */
const MAX_UNDER_WAY_BYTES = 4 * 1024 * 1024;

/** What a request without data counts, in bytes: at most 64 of them are under way. */
const MIN_COST_BYTES = 64 * 1024;

/** Told of what is asked for, and of what goes wrong. */
export interface TransmissionEvents {
  /** A range that a client reads. */
  readonly onRead?: ((offset: number, length: number) => void) | undefined;
  /** A request that failed on our side; the client was told. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
}

/** What a connection in the transmission phase works with. */
export interface Transmission {
  readonly wire: Wire;
  readonly device: BlockDevice;
  readonly session: NbdSession;
  readonly events: TransmissionEvents;
  /** Aborted when the connection is cut: what is under way stops. */
  readonly signal: AbortSignal;
}

/**
 * Answers requests until the client says goodbye; several at a time, each when it is ready.
 *
 * Memory  4 MiB of data asked for or sent, or one request of up to 32 MiB, counted until the network has taken the answer; a request waits
 *         unread while there is no room
 * Throws  WireEnd, WireViolation; by then nothing is under way any more
 */
export async function transmit(transmission: Transmission): Promise<void> {
  const { wire, device, session } = transmission;
  const budget = new ByteBudget(MAX_UNDER_WAY_BYTES);
  const underWay = new Set<Promise<void>>();
  try {
    for (;;) {
      const request = parseRequest(await wire.read(REQUEST_BYTES));
      if (request.command === commands.disconnect) {
        return;
      }
      const dataBytes = dataBytesOf(request);
      const fault = findFault(request, device, session);
      const giveBack = await budget.take(costOf(request, fault));
      const data = await wire.read(dataBytes);
      const work = answer(transmission, { request, fault, data }).finally(giveBack);
      underWay.add(work);
      // An answer that cannot be sent has no taker any more; the next read says so.
      void Promise.allSettled([work]).then(() => underWay.delete(work));
    }
  } catch (error) {
    wire.destroy();
    throw error;
  } finally {
    await Promise.allSettled(underWay);
  }
}

function costOf({ command, length }: NbdRequest, fault: RequestFault | undefined): number {
  const carriesData = command === commands.write || (command === commands.read && fault === undefined);
  return Math.max(carriesData ? length : 0, MIN_COST_BYTES);
}

/** Bytes that follow a request, also one that will be refused. */
function dataBytesOf({ command, length }: NbdRequest): number {
  if (command !== commands.write) {
    return 0;
  }
  if (length > MAX_PAYLOAD_BYTES) {
    throw new WireViolation(`A request carries ${length} bytes; at most ${MAX_PAYLOAD_BYTES} are taken.`);
  }
  return length;
}

interface Task {
  readonly request: NbdRequest;
  readonly fault: RequestFault | undefined;
  readonly data: Uint8Array;
}

async function answer({ wire, device, session, events, signal }: Transmission, { request, fault, data }: Task): Promise<void> {
  let parts: readonly Uint8Array[];
  try {
    if (fault === undefined) {
      parts = await perform(request, data, { device, session, events, signal });
    } else {
      parts = refusal(request, session, fault);
    }
  } catch (error) {
    if (!signal.aborted) {
      events.onFailure?.(error);
    }
    parts = refusal(request, session, faultOf(error));
  }
  await wire.send(...parts);
}

async function perform(
  request: NbdRequest,
  data: Uint8Array,
  { device, session, events, signal }: Omit<Transmission, "wire">,
): Promise<readonly Uint8Array[]> {
  const { command, offset, length, cookie } = request;
  switch (command) {
    case commands.read:
      events.onRead?.(offset, length);
      return answerRead(request, { device, session, signal });
    case commands.blockStatus:
      return answerBlockStatus(request, device, signal);
    // What is under way goes on to its end when the client leaves: a write half done would be the worse end.
    case commands.write:
      await device.writes?.write(offset, data);
      break;
    case commands.writeZeroes:
      await device.writes?.writeZeroes(offset, length);
      break;
    case commands.trim:
      await device.writes?.trim(offset, length);
      break;
    default:
    // Nothing to do for a flush, since what was written lives as long as the server, nor for a hint to read ahead.
  }
  return [simpleReply(cookie, errorNumbers.none)];
}

function refusal({ cookie }: NbdRequest, session: NbdSession, { errorNumber, message }: RequestFault): readonly Uint8Array[] {
  return session.structuredReplies ? errorReply(cookie, errorNumber, message) : [simpleReply(cookie, errorNumber)];
}

/** Only our own errors are worded for people; of all others the client learns that there was one. */
function faultOf(error: unknown): RequestFault {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG") {
    return { errorNumber: errorNumbers.noSpace, message: "There is no room for what is written." };
  }
  return { errorNumber: errorNumbers.io, message: isDiskError(error) ? error.message : "The server failed at this request." };
}
