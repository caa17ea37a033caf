import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { actions, isAction } from "@tintype/contract/permissions/actions.table.ts";
import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import type { GrantedStatement, PolicyCondition } from "../ports/policy.ts";
import type { Principal } from "../ports/principal.ts";
import { principalOf } from "../testing/transfer-world.ts";
import { explainDenied, mayDo } from "./authorize.ts";
import { parsePolicy } from "./parse-policy.ts";
import { resolveRights } from "./resolve-rights.ts";
import type { ResourceFacts } from "./resource-facts.ts";

const names = Object.keys(actions).filter(isAction);
const pattern = fc.oneof(
  fc.constantFrom(...names.map((name) => name.toLowerCase())),
  fc.constantFrom("*", "ims:*", "ims:images:*", "*:*:list", "obs:object:*", "kms:*:*"),
);
const condition: fc.Arbitrary<PolicyCondition> = fc.record({
  operator: fc.constantFrom("StringEquals", "StringNotEquals", "StringLike", "StringStartWith"),
  key: fc.constantFrom("g:enterpriseprojectid", "g:username", "g:resourcetag/team"),
  values: fc.array(fc.constantFrom("0", "a", "b*", "user of p"), { minLength: 1, maxLength: 2 }),
});
const statement: fc.Arbitrary<GrantedStatement> = fc.record({
  effect: fc.constantFrom("Allow", "Deny"),
  actions: fc.array(pattern, { minLength: 1, maxLength: 3 }),
  resources: fc.oneof(
    fc.constant([]),
    fc.constantFrom("*", "x", "y*").map((id) => [{ service: "*", domain: "*", type: "image", id }]),
  ),
  conditions: fc.array(condition, { maxLength: 2 }),
  enterpriseProjectId: fc.constantFrom(undefined, "0", "a"),
  isGlobalOnly: fc.boolean(),
  mayOperate: fc.boolean(),
});
const statements = fc.array(statement, { maxLength: 5 });
const action: fc.Arbitrary<Action> = fc.constantFrom(...names);
const resource: fc.Arbitrary<ResourceFacts> = fc.record({
  id: fc.constantFrom("x", "yy", "z"),
  enterpriseProjectId: fc.constantFrom("0", "a", "b"),
  tags: fc.constantFrom([], ["team=a"], ["team=b2", "other"], ["team"]),
});

function having(given: readonly GrantedStatement[]): Principal {
  return { ...principalOf("p"), rights: { statements: given, idle: [] } };
}

test("without a statement nothing is allowed", () => {
  fc.assert(fc.property(action, fc.option(resource, { nil: undefined }), (asked, thing) => !mayDo(having([]), asked, thing)));
});

test("a denial without conditions wins, whatever else is allowed", () => {
  fc.assert(
    fc.property(statements, action, resource, (given, asked, thing) => {
      const all = { resources: [], conditions: [], enterpriseProjectId: undefined, isGlobalOnly: false, mayOperate: true };
      const denial: GrantedStatement = { ...all, effect: "Deny", actions: [asked.toLowerCase()] };
      return !mayDo(having([...given, denial]), asked, thing) && !mayDo(having([denial, ...given]), asked);
    }),
  );
});

test("one more thing allowed takes no right away, and one more thing denied gives none", () => {
  fc.assert(
    fc.property(statements, statement, action, resource, (given, extra, asked, thing) => {
      const [before, after] = [mayDo(having(given), asked, thing), mayDo(having([...given, extra]), asked, thing)];
      assert.ok(extra.effect === "Allow" ? !before || after : before || !after);
    }),
  );
});

test("the order of statements does not matter", () => {
  fc.assert(
    fc.property(statements, action, fc.option(resource, { nil: undefined }), (given, asked, thing) => {
      assert.equal(mayDo(having(given), asked, thing), mayDo(having(given.toReversed()), asked, thing));
    }),
  );
});

test("what is allowed with some thing is not refused before the thing is known", () => {
  fc.assert(
    fc.property(statements, action, resource, (given, asked, thing) => !mayDo(having(given), asked, thing) || mayDo(having(given), asked)),
  );
});

test("actions of operators are the role admin's alone, even where a policy says everything", () => {
  const everything = { name: "all", document: { Version: "1.1", Statement: [{ Effect: "Allow", Action: ["*"] }] } };
  const given = [{ roleId: "custom", scope: "project" as const, enterpriseProjectId: undefined, policy: everything }];
  const principal = { ...principalOf("p"), rights: resolveRights(given).rights };
  assert.ok(mayDo(principal, "ims:images:delete"));
  assert.ok(!mayDo(principal, "tintype:store:maintain"));
  assert.ok(mayDo(principalOf("p", "admin"), "tintype:store:maintain"));
});

test("R-303: a policy is read strictly, and the refusal names the place", () => {
  const good = { Version: "1.1", Statement: [{ Effect: "Allow", Action: ["ims:images:*"], Resource: ["ims:*:*:image:x"] }] };
  assert.equal(parsePolicy(good).statements[0]?.resources[0]?.id, "x");
  const faults: readonly (readonly [object, RegExp])[] = [
    [{ Effect: "Perhaps" }, /\/Statement\/0\/Effect/],
    [{ Action: [] }, /\/Statement\/0\/Action/],
    [{ Action: ["ims:images:lst"] }, /\/Statement\/0\/Action\/0/],
    [{ Action: ["no action"] }, /\/Statement\/0\/Action\/0/],
    [{ Resource: ["image"] }, /\/Statement\/0\/Resource\/0/],
    [{ Resource: ["ims:elsewhere:*:image:x"] }, /region has to be/],
    [{ Condition: { StringIs: { "g:UserName": ["x"] } } }, /StringIs/],
    [{ Condition: { StringEquals: { "g:Weather": ["x"] } } }, /g:UserName/],
    [{ Condition: { StringEquals: { __proto__: null, constructor: ["x"] } } }, /key has to be/],
    [{ Extra: 1 }, /\/Statement\/0/],
  ];
  for (const [change, place] of faults) {
    const bad = { ...good, Statement: [{ ...good.Statement[0], ...change }] };
    assert.throws(() => parsePolicy(bad), place, JSON.stringify(change));
  }
  assert.throws(() => parsePolicy({ ...good, Statement: Array.from({ length: 9 }, () => good.Statement[0]) }), /\/Statement/);
  assert.ok(parsePolicy({ ...good, Statement: Array.from({ length: 8 }, () => good.Statement[0]) }));
  assert.throws(() => parsePolicy(null), /identity|policy/);
});

test("R-300, R-301: what a dependent role lacks is said, along the whole chain", () => {
  const denied = (...roles: readonly string[]) => explainDenied(principalOf("p", ...roles), "ims:images:delete").idleRoles;
  assert.deepEqual(denied("ims_adm"), [{ name: "IMS Administrator", needs: "Tenant Administrator" }]);
  assert.deepEqual(denied("server_adm", "te_admin"), [{ name: "Server Administrator", needs: "IMS Administrator" }]);
  assert.equal(mayDo(principalOf("p", "server_adm", "ims_adm"), "ims:images:delete"), false);
  assert.equal(principalOf("p", "server_adm", "ims_adm", "te_admin").rights.idle.length, 0);
});

test("a pattern with many stars is matched in a time that stays small", () => {
  const hard: GrantedStatement = {
    effect: "Allow",
    actions: [`${"*a".repeat(60)}*b`],
    resources: [],
    conditions: [],
    enterpriseProjectId: undefined,
    isGlobalOnly: false,
    mayOperate: false,
  };
  assert.equal(mayDo(having([hard]), "ims:images:list"), false);
});

/** What a policy with one condition says of an image with that tag, at that time. */
function allows(condition: object, { tag, at = 0 }: { readonly tag?: string; readonly at?: number } = {}): boolean {
  const document = { Version: "1.1", Statement: [{ Effect: "Allow", Action: ["ims:*:*"], Condition: condition }] };
  const bounds = { enterpriseProjectId: undefined, isGlobalOnly: false, mayOperate: false };
  const given = parsePolicy(document).statements.map((parsed) => ({ ...parsed, ...bounds }));
  const thing = { id: "x", enterpriseProjectId: "0", tags: tag === undefined ? [] : [`level=${tag}`] };
  return mayDo({ ...having(given), at }, "ims:images:get", thing);
}

const level = "g:ResourceTag/level";

test("conditions compare numbers as numbers, written as such or as texts; what is no number is neither equal nor less", () => {
  for (const [operator, wanted, passing, failing] of [
    ["NumberEquals", [5, "7"], ["5", "5.0", "7"], ["6", "x", ""]],
    ["NumberNotEquals", 5, ["6", "x", ""], ["5", "5.00"]],
    ["NumberLessThan", 10, ["9", "-1", "9.5"], ["10", "11", "9x", "1e1", ""]],
    ["NumberLessThanEquals", "10", ["10", "9"], ["10.5"]],
    ["NumberGreaterThan", 10, ["100"], ["10", "9"]],
    ["NumberGreaterThanEquals", 10, ["10", "100"], ["9"]],
  ] as const) {
    for (const tag of passing) {
      assert.ok(allows({ [operator]: { [level]: wanted } }, { tag }), `${operator} ${tag}`);
    }
    for (const tag of failing) {
      assert.ok(!allows({ [operator]: { [level]: wanted } }, { tag }), `${operator} not ${tag}`);
    }
  }
  assert.ok(!allows({ NumberLessThan: { [level]: 10 } }), "nothing to compare");
});

test("conditions compare truth values, also that nobody has a second factor", () => {
  assert.ok(allows({ Bool: { [level]: true } }, { tag: "True" }));
  assert.ok(!allows({ Bool: { [level]: true } }, { tag: "1" }));
  assert.ok(allows({ Bool: { "g:MFAPresent": false } }));
  assert.ok(!allows({ Bool: { "g:MFAPresent": ["true"] } }));
});

test("conditions compare the time of the call, to the millisecond", () => {
  const at = Date.UTC(2026, 0, 31, 8);
  const noon = "2026-01-31T08:00:00Z";
  const outcomes = (operator: string) => [at - 1, at, at + 1].map((now) => allows({ [operator]: { "g:CurrentTime": noon } }, { at: now }));
  assert.deepEqual(outcomes("DateLessThan"), [true, false, false]);
  assert.deepEqual(outcomes("DateLessThanEquals"), [true, true, false]);
  assert.deepEqual(outcomes("DateGreaterThan"), [false, false, true]);
  assert.deepEqual(outcomes("DateGreaterThanEquals"), [false, true, true]);
});

test("values that an operator cannot compare are refused, with the place", () => {
  for (const condition of [
    { NumberEquals: { [level]: "five" } },
    { NumberEquals: { [level]: true } },
    { NumberLessThan: { [level]: ["1", "0x10"] } },
    { NumberLessThan: { [level]: "" } },
    { Bool: { "g:MFAPresent": "yes" } },
    { Bool: { "g:MFAPresent": 1 } },
    { DateLessThan: { "g:CurrentTime": "2026-01-31" } },
    { DateLessThan: { "g:CurrentTime": "2026-01-31T08:00:00+08:00" } },
    { DateLessThan: { "g:CurrentTime": "2026-13-31T08:00:00Z" } },
    { DateLessThan: { "g:CurrentTime": 1_769_846_400_000 } },
    { StringEquals: { [level]: null } },
    { StringEquals: { [level]: [{}] } },
  ]) {
    assert.throws(
      () => allows(condition),
      { code: "identity.policyInvalid", message: /\/Statement\/0\/Condition/ },
      JSON.stringify(condition),
    );
  }
});
