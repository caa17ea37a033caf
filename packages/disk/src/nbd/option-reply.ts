import { ALLOCATION_CONTEXT, infoTypes, magic, MAX_PAYLOAD_BYTES, transmissionFlags } from "./protocol.table.ts";
import type { NbdExport } from "./session.ts";

/** One reply to an option. */
export function optionReply(option: number, type: number, data: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(20);
  head.writeBigUInt64BE(magic.optionReply, 0);
  head.writeUInt32BE(option, 8);
  head.writeUInt32BE(type, 12);
  head.writeUInt32BE(data.length, 16);
  return Buffer.concat([head, data]);
}

/** Names an export, for a list. */
export function serverData(name: string): Buffer {
  const text = Buffer.from(name, "utf8");
  return Buffer.concat([u32(text.length), text]);
}

/** Names the one metadata context. Its number counts only where it was selected. */
export function contextData(id: number): Buffer {
  return Buffer.concat([u32(id), Buffer.from(ALLOCATION_CONTEXT)]);
}

/** Size and flags of an export, as every way into the transmission phase tells them. */
export function exportFacts({ device }: NbdExport, structuredReplies: boolean): Buffer {
  const { hasFlags, sendFlush, canMultiConn, sendCache, readOnly, sendFua, sendTrim, sendWriteZeroes, sendDf } = transmissionFlags;
  const byAccess = device.writes === undefined ? readOnly : sendFua | sendTrim | sendWriteZeroes;
  const facts = Buffer.alloc(10);
  facts.writeBigUInt64BE(BigInt(device.sizeBytes), 0);
  facts.writeUInt16BE(hasFlags | sendFlush | canMultiConn | sendCache | byAccess | (structuredReplies ? sendDf : 0), 8);
  return facts;
}

/** What is told of an export besides its size: its name and description where they were asked for, and how to ask for its bytes. */
export function infoData(served: NbdExport, structuredReplies: boolean, wanted: readonly number[]): readonly Buffer[] {
  const texts = [
    { type: infoTypes.name, text: served.name },
    { type: infoTypes.description, text: served.description },
  ].filter(({ type, text }) => wanted.includes(type) && text !== "");
  return [
    Buffer.concat([u16(infoTypes.export), exportFacts(served, structuredReplies)]),
    ...texts.map(({ type, text }) => Buffer.concat([u16(type), Buffer.from(text, "utf8")])),
    // Any byte may be read; pages are best.
    Buffer.concat([u16(infoTypes.blockSize), u32(1), u32(4096), u32(MAX_PAYLOAD_BYTES)]),
  ];
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
