import type { NbdRequest } from "./parse-request.ts";
import { commandFlags, commands, errorNumbers, MAX_PAYLOAD_BYTES } from "./protocol.table.ts";
import type { BlockDevice } from "./block-device.ts";
import type { NbdSession } from "./session.ts";

/** What is wrong with a request: the number that the client gets, and a sentence for people. */
export interface RequestFault {
  readonly errorNumber: number;
  readonly message: string;
}

const changing: ReadonlySet<number> = new Set([commands.write, commands.trim, commands.writeZeroes]);
const ranged: ReadonlySet<number> = new Set([commands.read, commands.cache, commands.blockStatus, ...changing]);

/**
 * Finds what a request may not ask for, before anything is reserved for it. Answers undefined when it is fine.
 *
 * Source  NetworkBlockDevice/nbd, doc/proto.md, "Request types" and "Error values"
 */
export function findFault(request: NbdRequest, device: BlockDevice, session: NbdSession): RequestFault | undefined {
  const { command, flags, offset, length } = request;
  if (!ranged.has(command)) {
    return command === commands.flush ? faultOfFlush(request) : invalid(`There is no command ${command}.`);
  }
  if (changing.has(command) && device.writes === undefined) {
    return { errorNumber: errorNumbers.notPermitted, message: "The export is read-only." };
  }
  if ((flags & ~allowedFlags(command, device, session)) !== 0) {
    return invalid(`Command ${command} does not take the flags 0x${flags.toString(16)}.`);
  }
  if (offset + length > device.sizeBytes) {
    const message = `${length} bytes at ${offset} leave the ${device.sizeBytes} bytes of the export.`;
    return { errorNumber: changing.has(command) ? errorNumbers.noSpace : errorNumbers.invalid, message };
  }
  if (command === commands.read && length > MAX_PAYLOAD_BYTES) {
    return invalid(`At most ${MAX_PAYLOAD_BYTES} bytes are read at a time.`);
  }
  if (command === commands.blockStatus && !session.blockStatus) {
    return invalid("The map was not negotiated.");
  }
  return command === commands.blockStatus && length === 0 ? invalid("The map of no bytes is empty.") : undefined;
}

function faultOfFlush({ flags, offset, length }: NbdRequest): RequestFault | undefined {
  return (flags & ~commandFlags.fua) === 0 && offset === 0 && length === 0 ? undefined : invalid("A flush has neither place nor flags.");
}

function allowedFlags(command: number, device: BlockDevice, session: NbdSession): number {
  const fua = device.writes === undefined ? 0 : commandFlags.fua;
  switch (command) {
    case commands.read:
      return fua | (session.structuredReplies ? commandFlags.dontFragment : 0);
    case commands.writeZeroes:
      return fua | commandFlags.noHole;
    case commands.blockStatus:
      return fua | commandFlags.oneExtent;
    default:
      return fua;
  }
}

function invalid(message: string): RequestFault {
  return { errorNumber: errorNumbers.invalid, message };
}
