import assert from "node:assert/strict";
import { test } from "node:test";
import type { ErrorDescriptor } from "../service-error.ts";
import { apiErrors } from "./api.table.ts";
import { ctsErrors } from "./cts.table.ts";
import { epsErrors } from "./eps.table.ts";
import { imsErrors } from "./ims.table.ts";
import { kmsErrors } from "./kms.table.ts";
import { tmsErrors } from "./tms.table.ts";

const placesOf = (text: string): readonly string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "").toSorted();
/** Places that come in both languages are named after them. */
const withoutLanguage = (name: string): string => name.replace(/(En|Zh)$/, "");

for (const [code, descriptor] of Object.entries<ErrorDescriptor>({
  ...imsErrors,
  ...apiErrors,
  ...kmsErrors,
  ...ctsErrors,
  ...epsErrors,
  ...tmsErrors,
})) {
  test(`${code} says the same in both languages: what is wrong, and what to do`, () => {
    for (const text of [descriptor.en, descriptor.zh, descriptor.remedyEn, descriptor.remedyZh]) {
      assert.match(text, /[.。}]$/);
    }
    assert.deepEqual(placesOf(descriptor.en).map(withoutLanguage), placesOf(descriptor.zh).map(withoutLanguage));
    assert.deepEqual(placesOf(descriptor.remedyEn).map(withoutLanguage), placesOf(descriptor.remedyZh).map(withoutLanguage));
  });
}

test("IMG codes are four digits, and answered with the statuses that clients of IMS expect", () => {
  const unusual = {
    "IMG.0023": 404,
    "IMG.0026": 403,
    "IMG.0027": 404,
    "IMG.0061": 500,
    "IMG.0086": 404,
    "IMG.0106": 403,
    "IMG.0112": 409,
    "IMG.0114": 404,
    "IMG.0149": 409,
  };
  for (const [code, { status }] of Object.entries<ErrorDescriptor>(imsErrors)) {
    assert.match(code, /^IMG\.\d{4}$/);
    assert.equal(status, (unusual as Record<string, number>)[code] ?? 400, code);
  }
});
