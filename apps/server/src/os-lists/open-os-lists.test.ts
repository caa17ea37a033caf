import assert from "node:assert/strict";
import { test } from "node:test";
import { isServiceError } from "@tintype/contract/service-error.ts";
import type { OsListSource } from "../ports/os-list-files.ts";
import { knownSystem } from "./known-systems.ts";
import { openOsLists } from "./open-os-lists.ts";
import type { ReloadableOsLists } from "./open-os-lists.ts";

const head = { title: "t", version: 2, date: "2026-01-31", source: "s" };
const plan9 = { family: "Plan 9", platform: "Plan 9", osType: "Other", bits: 64, versions: ["4"] };

interface Opened {
  readonly lists: ReloadableOsLists;
  readonly warnings: readonly string[];
  /** What the next reading finds. */
  put(...sources: readonly (OsListSource | readonly [name: string, content: unknown])[]): void;
}

async function opened(): Promise<Opened> {
  let sources: readonly OsListSource[] = [];
  const warnings: string[] = [];
  const log = { info() {}, error() {}, warn: (_: object, message: string) => void warnings.push(message) };
  const lists = await openOsLists({ files: { read: async () => sources }, log });
  const put: Opened["put"] = (...given) => {
    sources = given.map((source) => ("name" in source ? source : { name: source[0], content: source[1] }));
  };
  return { lists, warnings, put };
}

async function problemsOf(lists: ReloadableOsLists): Promise<string> {
  const before = lists.current;
  const refusal = await lists.reload().then(
    () => assert.fail("it was taken"),
    (error: unknown) => error,
  );
  assert.ok(isServiceError(refusal) && refusal.code === "api.osListsRefused");
  assert.equal(lists.current, before, "the lists are as they were");
  return String(refusal.data["problems"]);
}

test("R-236: what a new file says counts from its reading on, and no longer once the file is gone", async () => {
  const { lists, put } = await opened();
  assert.equal(knownSystem(lists.current, "Plan 9 4 64bit"), undefined);
  put(
    ["own", { ...head, use: "systems", systems: [plan9] }],
    ["own-files", { ...head, use: "files", architecture: "x86", systems: [{ family: "Plan 9", versions: ["4*"] }] }],
  );
  const { changes } = await lists.reload();
  assert.deepEqual(
    changes.filter(({ change }) => change !== "unchanged"),
    [
      { name: "own", version: 2, date: "2026-01-31", change: "added" },
      { name: "own-files", version: 2, date: "2026-01-31", change: "added" },
    ],
  );
  assert.deepEqual([...(knownSystem(lists.current, "plan 9 4 64BIT")?.uses ?? [])], ["x86"]);
  put();
  const again = await lists.reload();
  assert.deepEqual(
    again.changes.filter(({ change }) => change === "removed").map(({ name }) => name),
    ["own", "own-files"],
  );
  assert.equal(knownSystem(lists.current, "Plan 9 4 64bit"), undefined);
});

test("a trial tells what would change, and changes nothing", async () => {
  const { lists, put, warnings } = await opened();
  const before = lists.current;
  put(["uefi", { ...head, version: 1, use: "uefi", systems: [] }]);
  const { changes, warnings: told } = await lists.reload({ isTrial: true });
  assert.equal(changes.find(({ name }) => name === "uefi")?.change, "replaced");
  assert.equal(told.length, 1);
  assert.equal(lists.current, before);
  assert.deepEqual(warnings, []);
});

test("R-236: a version that goes backwards, or stays while the list does not, is taken with a warning", async () => {
  const { lists, put, warnings } = await opened();
  const uefi = (version: number, ...systems: readonly object[]) => ["uefi", { ...head, version, use: "uefi", systems }] as const;
  put(uefi(7));
  assert.deepEqual((await lists.reload()).warnings, []);
  put(uefi(6));
  assert.deepEqual((await lists.reload()).warnings, ["uefi: version 6 takes the place of version 7, which is newer"]);
  assert.equal(lists.current.lists.find(({ name }) => name === "uefi")?.version, 6);
  put(uefi(6, { family: "CentOS", versions: ["7.6"] }));
  assert.deepEqual((await lists.reload()).warnings, ["uefi: it is another list, with the same version 6"]);
  put();
  assert.match((await lists.reload()).warnings[0] ?? "", /version 1 takes the place of version 6/);
  assert.equal(warnings.length, 3);
});

const refused: readonly (readonly [title: string, content: unknown, problem: RegExp])[] = [
  ["no object", "text", /own: "use" must be one of systems, files, uefi, flavors, endOfLife/],
  ["nothing", null, /own: "use" must be one of/],
  ["a use that does not exist", { ...head, use: "toString", systems: [] }, /own: "use" must be one of/],
  ["no version", { ...head, version: undefined, use: "uefi", systems: [] }, /own: .*version/],
  ["a version of 0", { ...head, version: 0, use: "uefi", systems: [] }, /own: \/version must be >= 1/],
  ["a day that does not exist", { ...head, date: "2026-02-30", use: "uefi", systems: [] }, /own: there is no day 2026-02-30/],
  ["a field that nobody knows", { ...head, use: "uefi", systems: [], flavours: [] }, /own: it must not have additional properties/],
  ["a field that nobody knows in an entry", { ...head, use: "systems", systems: [{ ...plan9, bit: 64 }] }, /own: \/systems\/0 /],
  ["a width of 16 bits", { ...head, use: "systems", systems: [{ ...plan9, bits: 16 }] }, /own: \/systems\/0\/bits/],
  ["control characters", { ...head, use: "systems", systems: [{ ...plan9, versions: ["4\n5"] }] }, /own: \/systems\/0\/versions\/0/],
  ["a name twice", { ...head, use: "systems", systems: [plan9, plan9] }, /own: "Plan 9 4 64bit" is named twice/],
  [
    "a name that the service has",
    { ...head, use: "systems", systems: [{ ...plan9, family: "CentOS", platform: "CentOS", osType: "Linux", versions: ["7.6"] }] },
    /"CentOS 7.6 64bit" is named twice/,
  ],
  [
    "a family on another platform",
    { ...head, use: "systems", systems: [{ ...plan9, family: "CentOS", versions: ["99"] }] },
    /CentOS has another platform or osType elsewhere/,
  ],
  [
    "a system that nobody named",
    { ...head, use: "uefi", systems: [{ family: "CentOS", bits: 64, versions: ["7.6", "7.66"] }] },
    /own: "CentOS 7.66 64bit" is in no list of names/,
  ],
  [
    "a beginning that no system has",
    { ...head, use: "uefi", systems: [{ family: "CentOS", versions: ["99*"] }] },
    /own: "CentOS 99\*" is in no list/,
  ],
  [
    "flavors of another list",
    { ...head, use: "flavors", architecture: "x86", flavorFamilies: ["s6"], systems: [] },
    /own: the flavors s6 are in flavors-6-1 too/,
  ],
  [
    "flavors twice",
    { ...head, use: "flavors", architecture: "x86", flavorFamilies: ["x1", "x1"], systems: [] },
    /own: the flavors x1 are in it twice/,
  ],
  [
    "two last days of a system",
    {
      ...head,
      use: "endOfLife",
      systems: [
        { family: "CentOS", versions: ["7.6"], until: "2024-06-30" },
        { family: "CentOS", versions: ["7.*"], until: "2024-07-30" },
      ],
    },
    /"CentOS 7.6 64bit" ends on two days, 2024-06-30 and 2024-07-30/,
  ],
];

for (const [title, content, problem] of refused) {
  test(`R-236: a file with ${title} is refused with the reason, and the lists stay as they were`, async () => {
    const { lists, put } = await opened();
    put(["own", content]);
    assert.match(await problemsOf(lists), problem);
  });
}

test("R-236: one bad file keeps the good ones beside it from counting, and every bad one is named", async () => {
  const { lists, put } = await opened();
  put(["good", { ...head, use: "systems", systems: [plan9] }], ["one", 1], { name: "other", problem: "it is not JSON" });
  assert.match(await problemsOf(lists), /^one: .*; other: it is not JSON$/);
  assert.equal(knownSystem(lists.current, "Plan 9 4 64bit"), undefined);
});

test("a list that takes the place of another is for the same use and architecture", async () => {
  const { lists, put } = await opened();
  put(["uefi", { ...head, use: "files", architecture: "x86", systems: [] }]);
  assert.match(await problemsOf(lists), /uefi: the list that it replaces is for uefi/);
  put(["arm-files", { ...head, use: "files", architecture: "x86", systems: [] }]);
  assert.match(await problemsOf(lists), /arm-files: the list that it replaces is for files, arm/);
});

test("of very many problems the first are told, and how many more there are", async () => {
  const { lists, put } = await opened();
  put(["own", { ...head, use: "uefi", systems: [{ family: "X", versions: Array.from({ length: 500 }, (_, index) => `v${index}`) }] }]);
  const problems = await problemsOf(lists);
  assert.match(problems, /and 480 more$/);
  assert.ok(problems.length < 4000);
});

test("readings that are asked for together happen one after the other, and the last one counts", async () => {
  let [version, underWay, most] = [0, 0, 0];
  const read = async (): Promise<readonly OsListSource[]> => {
    underWay += 1;
    most = Math.max(most, underWay);
    version += 1;
    const content = { ...head, version, use: "uefi", systems: [] };
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    return [version === 3 ? { name: "uefi", problem: "it is not there" } : { name: "uefi", content }];
  };
  const lists = await openOsLists({ files: { read }, log: { info() {}, warn() {}, error() {} } });
  const outcomes = await Promise.allSettled([lists.reload(), lists.reload(), lists.reload()]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  assert.equal(most, 1);
  assert.equal(lists.current.lists.find(({ name }) => name === "uefi")?.version, 4);
});
