import assert from "node:assert/strict";
import { test } from "node:test";
import { randomIds } from "./random-ids.ts";

const instant = Date.UTC(2026, 10, 22, 4, 13);

function timeOf(uuid: string): number {
  return Number.parseInt(uuid.replaceAll("-", "").slice(0, 12), 16);
}

test("a UUID has version 7, the RFC's variant, and its instant in front", () => {
  const uuid = randomIds({ now: () => instant }).uuid();
  assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(timeOf(uuid), instant);
});

test("the example of RFC 9562, appendix A.6, has its time where we put ours", () => {
  assert.equal(timeOf("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"), Date.UTC(2022, 1, 22, 19, 22, 22));
});

test("UUIDs grow within one millisecond, past the end of the counter, and when the clock goes back", () => {
  let now = instant;
  const ids = randomIds({ now: () => now });
  const made = Array.from({ length: 10_000 }, () => ids.uuid());
  now -= 60_000;
  made.push(...Array.from({ length: 100 }, () => ids.uuid()));
  now += 120_000;
  made.push(ids.uuid());
  assert.deepEqual(made, made.toSorted());
  assert.equal(new Set(made).size, made.length);
  assert.equal(timeOf(made.at(-1) ?? ""), now);
});

test("hex names are 32 hex digits, secrets are base64url of as many bytes as asked, and none comes twice", () => {
  const ids = randomIds({ now: () => instant });
  const names = Array.from({ length: 1000 }, () => ids.hex32());
  const secrets = Array.from({ length: 1000 }, () => ids.secret(24));
  assert.ok(names.every((name) => /^[0-9a-f]{32}$/.test(name)));
  assert.ok(secrets.every((secret) => /^[\w-]{32}$/.test(secret)));
  assert.equal(new Set([...names, ...secrets]).size, 2000);
});
