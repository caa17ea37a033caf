import assert from "node:assert/strict";
import { test } from "node:test";
import { deriveUuid, formatUuid, parseUuid } from "./uuid.ts";

test("a UUID is spelled in the order of its bytes, and read back", () => {
  const bytes = Buffer.from(Array.from({ length: 16 }, (_, index) => index));
  assert.equal(formatUuid(bytes), "00010203-0405-0607-0809-0a0b0c0d0e0f");
  assert.deepEqual(parseUuid("00010203-0405-0607-0809-0A0B0C0D0E0F"), bytes);
  for (const text of ["", "00010203", "{00010203-0405-0607-0809-0a0b0c0d0e0f}", "0001020g-0405-0607-0809-0a0b0c0d0e0f"]) {
    assert.throws(() => parseUuid(text), RangeError, text);
  }
});

test("a derived UUID follows from its parts, and is of version 8", () => {
  assert.equal(deriveUuid("vhd", 512), deriveUuid("vhd", 512));
  assert.notEqual(deriveUuid("vhd", 512), deriveUuid("vhd5", 12));
  assert.match(deriveUuid("vhd", 512), /^.{14}8.{4}[89ab]/);
});
