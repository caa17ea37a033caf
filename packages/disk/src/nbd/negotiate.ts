import { parseContextRequest, parseInfoRequest } from "./option-data.ts";
import { contextData, exportFacts, infoData, optionReply, serverData } from "./option-reply.ts";
import {
  ALLOCATION_CONTEXT,
  ALLOCATION_CONTEXT_ID,
  handshakeFlags,
  magic,
  MAX_OPTION_BYTES,
  optionReplies,
  options,
} from "./protocol.table.ts";
import type { NbdExport, NbdSession } from "./session.ts";
import { WireViolation } from "./wire.ts";
import type { Wire } from "./wire.ts";

/** What the handshake works with. */
export interface Negotiation {
  readonly wire: Wire;
  readonly served: NbdExport;
  /** Goes on encrypted; present when everything else is refused before. */
  readonly startTls: ((wire: Wire) => void) | undefined;
}

interface Option {
  readonly code: number;
  readonly data: Buffer;
}

/**
 * Agrees with a client on what both can do, until it chooses the export. Answers undefined when the client has politely left.
 *
 * Memory  one option of at most 64 KiB
 * Throws  WireEnd, WireViolation
 * Source  NetworkBlockDevice/nbd, doc/proto.md, "Fixed newstyle negotiation", "Option types"; TLS as in "FORCEDTLS mode"
 */
export async function negotiate(negotiation: Negotiation): Promise<NbdSession | undefined> {
  const { wire } = negotiation;
  const greeting = Buffer.alloc(18);
  greeting.writeBigUInt64BE(magic.greeting, 0);
  greeting.writeBigUInt64BE(magic.option, 8);
  const offered = handshakeFlags.fixedNewstyle | handshakeFlags.noZeroes;
  greeting.writeUInt16BE(offered, 16);
  await wire.send(greeting);
  const flags = (await wire.read(4)).readUInt32BE();
  if ((flags & ~offered) !== 0) {
    throw new WireViolation(`The client answers the greeting with the flags 0x${flags.toString(16)}, which were not offered.`);
  }
  const haggling = new Haggling(negotiation, (flags & handshakeFlags.noZeroes) !== 0);
  for (;;) {
    const outcome = await haggling.answer(await readOption(wire));
    if (outcome !== "go on") {
      return outcome === "left" ? undefined : haggling.session();
    }
  }
}

async function readOption(wire: Wire): Promise<Option> {
  const head = await wire.read(16);
  if (head.readBigUInt64BE() !== magic.option) {
    throw new WireViolation("An option does not begin with the magic number.");
  }
  const length = head.readUInt32BE(12);
  if (length > MAX_OPTION_BYTES) {
    throw new WireViolation(`An option has ${length} bytes; at most ${MAX_OPTION_BYTES} are read.`);
  }
  return { code: head.readUInt32BE(8), data: await wire.read(length) };
}

type Outcome = "go on" | "chosen" | "left";

/** Answers options, and remembers what was agreed. */
class Haggling {
  readonly #negotiation: Negotiation;
  readonly #noZeroes: boolean;
  #isEncrypted = false;
  #structuredReplies = false;
  #blockStatus = false;

  constructor(negotiation: Negotiation, noZeroes: boolean) {
    this.#negotiation = negotiation;
    this.#noZeroes = noZeroes;
  }

  session(): NbdSession {
    return { structuredReplies: this.#structuredReplies, blockStatus: this.#blockStatus };
  }

  async answer(option: Option): Promise<Outcome> {
    const { startTls } = this.#negotiation;
    switch (option.code) {
      case options.abort:
        await this.#reply(option, optionReplies.ack);
        return "left";
      case options.startTls:
        return this.#startTls(option);
      default:
        if (startTls === undefined || this.#isEncrypted) {
          return this.#answerAllowed(option);
        }
        if (option.code === options.exportName) {
          throw new WireViolation("The client chooses an export without TLS, which this server insists on.");
        }
        return this.#reply(option, optionReplies.tlsRequired);
    }
  }

  async #answerAllowed(option: Option): Promise<Outcome> {
    switch (option.code) {
      case options.exportName:
        return this.#chooseByName(option);
      case options.info:
      case options.go:
        return this.#inform(option);
      case options.list:
        return this.#list(option);
      case options.structuredReply:
        if (option.data.length > 0) {
          return this.#reply(option, optionReplies.invalid);
        }
        this.#structuredReplies = true;
        return this.#reply(option, optionReplies.ack);
      case options.listMetaContext:
      case options.setMetaContext:
        return this.#contexts(option);
      default:
        return this.#reply(option, optionReplies.unsupported);
    }
  }

  async #startTls(option: Option): Promise<Outcome> {
    const { startTls, wire } = this.#negotiation;
    if (startTls === undefined) {
      return this.#reply(option, optionReplies.unsupported);
    }
    if (this.#isEncrypted || option.data.length > 0) {
      return this.#reply(option, optionReplies.invalid);
    }
    // Whatever came before the encryption would be taken for encrypted afterwards: somebody in between could have put it there.
    if (wire.waitingBytes > 0) {
      throw new WireViolation("The client sends more before encryption has begun.");
    }
    await this.#reply(option, optionReplies.ack);
    startTls(wire);
    this.#isEncrypted = true;
    return "go on";
  }

  async #chooseByName({ data }: Option): Promise<Outcome> {
    const { wire, served } = this.#negotiation;
    if (!isNameOf(served, data.toString("utf8"))) {
      throw new WireViolation("The client chooses an export that there is not.");
    }
    await wire.send(exportFacts(served, this.#structuredReplies), Buffer.alloc(this.#noZeroes ? 0 : 124));
    return "chosen";
  }

  async #inform(option: Option): Promise<Outcome> {
    const { wire, served } = this.#negotiation;
    const request = parseInfoRequest(option.data);
    if (request === undefined) {
      return this.#reply(option, optionReplies.invalid);
    }
    if (!isNameOf(served, request.exportName)) {
      return this.#reply(option, optionReplies.unknownExport);
    }
    const infos = infoData(served, this.#structuredReplies, request.infoTypes);
    await wire.send(
      ...infos.map((data) => optionReply(option.code, optionReplies.info, data)),
      optionReply(option.code, optionReplies.ack),
    );
    return option.code === options.go ? "chosen" : "go on";
  }

  async #list(option: Option): Promise<Outcome> {
    if (option.data.length > 0) {
      return this.#reply(option, optionReplies.invalid);
    }
    const { wire, served } = this.#negotiation;
    await wire.send(optionReply(option.code, optionReplies.server, serverData(served.name)), optionReply(option.code, optionReplies.ack));
    return "go on";
  }

  async #contexts(option: Option): Promise<Outcome> {
    const { wire, served } = this.#negotiation;
    const request = this.#structuredReplies ? parseContextRequest(option.data) : undefined;
    if (request === undefined) {
      return this.#reply(option, optionReplies.invalid);
    }
    if (!isNameOf(served, request.exportName)) {
      return this.#reply(option, optionReplies.unknownExport);
    }
    const isList = option.code === options.listMetaContext;
    // A list may ask for everything, by no query or by the name before the colon; a choice names what it means.
    const isWanted = (query: string): boolean => query === ALLOCATION_CONTEXT || (isList && query === "base:");
    const found = request.queries.some(isWanted) || (isList && request.queries.length === 0);
    if (!isList) {
      this.#blockStatus = found;
    }
    const contexts = found ? [optionReply(option.code, optionReplies.metaContext, contextData(isList ? 0 : ALLOCATION_CONTEXT_ID))] : [];
    await wire.send(...contexts, optionReply(option.code, optionReplies.ack));
    return "go on";
  }

  async #reply(option: Option, type: number): Promise<"go on"> {
    await this.#negotiation.wire.send(optionReply(option.code, type));
    return "go on";
  }
}

function isNameOf({ name }: NbdExport, asked: string): boolean {
  return asked === "" || asked === name;
}
