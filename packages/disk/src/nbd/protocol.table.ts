/**
 * Numbers of the NBD protocol, as the wire carries them.
 *
 * Source  NetworkBlockDevice/nbd, doc/proto.md, "Values"
 */
export const magic = {
  /** `NBDMAGIC` */
  greeting: 0x4e42444d41474943n,
  /** `IHAVEOPT` */
  option: 0x49484156454f5054n,
  optionReply: 0x0003e889045565a9n,
  request: 0x25609513,
  simpleReply: 0x67446698,
  structuredReply: 0x668e33ef,
} as const;

/** The server's flags of the greeting, and the client's answer to them, bit for bit. */
export const handshakeFlags = { fixedNewstyle: 1, noZeroes: 2 } as const;

export const options = {
  exportName: 1,
  abort: 2,
  list: 3,
  startTls: 5,
  info: 6,
  go: 7,
  structuredReply: 8,
  listMetaContext: 9,
  setMetaContext: 10,
} as const;

export const optionReplies = {
  ack: 1,
  server: 2,
  info: 3,
  metaContext: 4,
  unsupported: 0x8000_0001,
  invalid: 0x8000_0003,
  tlsRequired: 0x8000_0005,
  unknownExport: 0x8000_0006,
} as const;

export const infoTypes = { export: 0, name: 1, description: 2, blockSize: 3 } as const;

export const transmissionFlags = {
  hasFlags: 1 << 0,
  readOnly: 1 << 1,
  sendFlush: 1 << 2,
  sendFua: 1 << 3,
  sendTrim: 1 << 5,
  sendWriteZeroes: 1 << 6,
  sendDf: 1 << 7,
  canMultiConn: 1 << 8,
  sendCache: 1 << 10,
} as const;

export const commands = { read: 0, write: 1, disconnect: 2, flush: 3, trim: 4, cache: 5, writeZeroes: 6, blockStatus: 7 } as const;

export const commandFlags = { fua: 1, noHole: 2, dontFragment: 4, oneExtent: 8 } as const;

/** Chunks of a structured reply. */
export const chunkTypes = { none: 0, offsetData: 1, offsetHole: 2, blockStatus: 5, error: 0x8001 } as const;

/** Set on the last chunk of a reply. */
export const CHUNK_DONE = 1;

/** The two states of `base:allocation`: nothing is stored there, and it reads as zeros. */
export const allocation = { hole: 1, zero: 2 } as const;

export const errorNumbers = { none: 0, notPermitted: 1, io: 5, invalid: 22, noSpace: 28 } as const;

/** The one metadata context that is served, and the number it goes by. */
export const ALLOCATION_CONTEXT = "base:allocation";
export const ALLOCATION_CONTEXT_ID = 1;

/** Most data that one request may carry or ask for, in bytes: what clients assume where nothing is said. */
export const MAX_PAYLOAD_BYTES = 32 * 1024 * 1024;

/** Longest option that is read, in bytes. An honest one has a name of at most 4096 bytes and a few queries. */
export const MAX_OPTION_BYTES = 64 * 1024;
