import assert from "node:assert/strict";
import { test } from "node:test";
import type { DomainId, ProjectId } from "./ids.ts";
import type { TraceCatalog, TraceFilter, TraceRecord } from "./trace-catalog.ts";
import type { TrackerCatalog } from "./tracker-catalog.ts";

const mine = "p-mine" as ProjectId;
const theirs = "p-theirs" as ProjectId;

/** A trace with every field set, so that a field that an adapter forgets is noticed. */
export function aTrace(fields: Partial<TraceRecord> = {}): TraceRecord {
  return {
    id: "t-1",
    projectId: mine,
    at: 1_000,
    kind: "call",
    rating: "warning",
    service: "IMS",
    resourceType: "image",
    name: "updateImage",
    resourceId: "i-1",
    resourceName: "name",
    user: { id: "u", name: "user", domainId: "d", domainName: "domain", accessKeyId: "AK", agency: "agency" },
    jobId: "j-1",
    sourceIp: "192.0.2.1",
    status: 409,
    errorCode: "IMG.0046",
    request: '{"a":1}',
    response: '{"b":2}',
    message: "sentence",
    requestId: "req-1",
    apiVersion: "v2",
    location: "PATCH /v2/images/i-1",
    ...fields,
  };
}

const all: TraceFilter = { projectId: mine, withUnassigned: false, from: 0, to: Number.MAX_SAFE_INTEGER };

/** Both catalogs of the audit trail, over the same database. */
export interface AuditCatalogs {
  readonly traces: TraceCatalog;
  readonly trackers: TrackerCatalog;
}

/** What every catalog of traces must do. `open` answers empty ones. */
export function traceCatalogContract(open: () => Promise<AuditCatalogs>): void {
  testList(open);
  testNumbers(open);
  testPruning(open);
}

async function filled(open: () => Promise<AuditCatalogs>, traces: readonly Partial<TraceRecord>[]): Promise<AuditCatalogs> {
  const catalogs = await open();
  await catalogs.traces.append(traces.map((fields, index) => aTrace({ id: `t-${index}`, at: 1_000 + index, ...fields })));
  return catalogs;
}

async function idsOf({ traces }: AuditCatalogs, filter: Partial<TraceFilter> = {}): Promise<readonly string[] | undefined> {
  const found = await traces.list({ ...all, ...filter }, { limit: 100 });
  return found?.map(({ id }) => id);
}

function testList(open: () => Promise<AuditCatalogs>): void {
  test("a trace comes back as it was appended, also with nothing in it that may be missing", async () => {
    const whole = aTrace();
    const { projectId: _projectId, ...rest } = aTrace({ id: "t-2", user: undefined, jobId: undefined, status: undefined, kind: "service" });
    const bare: TraceRecord = { ...rest, projectId: undefined };
    const { traces } = await open();
    await traces.append([whole, bare]);
    assert.deepEqual(await traces.list({ ...all, withUnassigned: true, id: "t-1" }, { limit: 5 }), [whole]);
    assert.deepEqual(await traces.list({ ...all, withUnassigned: true, id: "t-2" }, { limit: 5 }), [bare]);
  });

  test("a trace whose id is there already is left as it was", async () => {
    const catalogs = await filled(open, [{ name: "first" }]);
    await catalogs.traces.append([aTrace({ id: "t-0", name: "second" }), aTrace({ id: "t-9" })]);
    assert.deepEqual(await idsOf(catalogs, { name: "first" }), ["t-0"]);
    assert.deepEqual(await idsOf(catalogs), ["t-9", "t-0"]);
  });

  test("a list is newest first, and the later one first of those made at once", async () => {
    const catalogs = await filled(open, [{ at: 5 }, { at: 9 }, { at: 5 }]);
    assert.deepEqual(await idsOf(catalogs), ["t-1", "t-2", "t-0"]);
  });

  test("other projects' traces are not seen, and those of no project only when asked for", async () => {
    const catalogs = await filled(open, [{}, { projectId: theirs }, { projectId: undefined }]);
    assert.deepEqual(await idsOf(catalogs), ["t-0"]);
    assert.deepEqual(await idsOf(catalogs, { withUnassigned: true }), ["t-2", "t-0"]);
    assert.equal(await catalogs.traces.list(all, { after: "t-1", limit: 5 }), undefined);
  });

  test("conditions hold together, and instants include their ends", async () => {
    const other = { service: "KMS", resourceType: "cmk", name: "x", resourceId: "y", resourceName: "z", rating: "normal" } as const;
    const catalogs = await filled(open, [{}, { ...other, user: undefined }, { resourceId: "i-2" }]);
    assert.deepEqual(await idsOf(catalogs, { service: "IMS", resourceType: "image", name: "updateImage", resourceId: "i-1" }), ["t-0"]);
    assert.deepEqual(await idsOf(catalogs, { resourceName: "name", rating: "warning", userName: "user" }), ["t-2", "t-0"]);
    assert.deepEqual(await idsOf(catalogs, { service: "KMS", resourceType: "image" }), []);
    assert.deepEqual(await idsOf(catalogs, { from: 1_001, to: 1_001 }), ["t-1"]);
  });

  test("pages meet every trace once, also while others are appended", async () => {
    const catalogs = await filled(
      open,
      Array.from({ length: 7 }, (_, index) => ({ at: 1_000 + (index % 3) })),
    );
    const seen: string[] = [];
    for (let after: string | undefined; ; after = seen.at(-1)) {
      const page = await catalogs.traces.list(all, { after, limit: 2 });
      seen.push(...(page ?? []).map(({ id }) => id));
      await catalogs.traces.append([aTrace({ id: `later-${seen.length}-${page?.length}`, at: 2_000 })]);
      if (page === undefined || page.length === 0) {
        break;
      }
    }
    assert.deepEqual(seen, ["t-5", "t-2", "t-4", "t-1", "t-6", "t-3", "t-0"]);
  });

  test("the call that started a job is found, and what the service did about it is not taken for it", async () => {
    const catalogs = await filled(open, [{ jobId: "j", kind: "service" }, { jobId: "j" }, { jobId: undefined }]);
    assert.equal((await catalogs.traces.callOfJob("j"))?.id, "t-1");
    assert.equal(await catalogs.traces.callOfJob("nobody"), undefined);
  });
}

function testNumbers(open: () => Promise<AuditCatalogs>): void {
  test("numbers ascend over all projects, and a project's traces come by them", async () => {
    const catalogs = await filled(open, [{}, { projectId: theirs }, {}]);
    await catalogs.traces.append([aTrace({ id: "t-3" })]);
    const last = await catalogs.traces.lastNumber();
    const found = await catalogs.traces.numbered(mine, { after: 0, upTo: last, limit: 10 });
    assert.deepEqual(
      found.map(({ trace }) => trace.id),
      ["t-0", "t-2", "t-3"],
    );
    const numbers = found.map(({ number }) => number);
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
    );
    assert.equal(numbers.at(-1), last);
    const [first = 0, second = 0] = numbers;
    const between = await catalogs.traces.numbered(mine, { after: first, upTo: second, limit: 10 });
    assert.deepEqual(
      between.map(({ trace }) => trace.id),
      ["t-2"],
    );
    assert.equal((await catalogs.traces.numbered(mine, { after: 0, upTo: last, limit: 1 })).length, 1);
  });

  test("there is no last number before the first trace, and what was appended at once has numbers of its own", async () => {
    const { traces } = await open();
    assert.equal(await traces.lastNumber(), 0);
    await Promise.all(Array.from({ length: 20 }, (_, index) => traces.append([aTrace({ id: `t-${index}` })])));
    const found = await traces.numbered(mine, { after: 0, upTo: await traces.lastNumber(), limit: 100 });
    assert.equal(new Set(found.map(({ number }) => number)).size, 20);
  });
}

function testPruning(open: () => Promise<AuditCatalogs>): void {
  const place = { bucket: "b", filePrefix: "", compression: "gzip", isSortedByService: true } as const;
  const tracker = { id: "k", projectId: mine, domainId: "d" as DomainId, createdAt: 0, isEnabled: true, place, madeBucket: false };

  test("old traces are removed, of every project", async () => {
    const catalogs = await filled(open, [{}, { projectId: theirs }, { projectId: undefined }, {}, { projectId: theirs }]);
    assert.deepEqual(await catalogs.traces.prune({ before: 1_003, unsavedBefore: 0 }), { removed: 3, unsaved: 0 });
    assert.deepEqual(await idsOf(catalogs, { withUnassigned: true }), ["t-3"]);
    assert.deepEqual(await idsOf(catalogs, { projectId: theirs }), ["t-4"]);
  });

  test("more than one statement takes are removed too", async () => {
    const catalogs = await filled(
      open,
      Array.from({ length: 1_001 }, () => ({ at: 1 })),
    );
    assert.equal((await catalogs.traces.prune({ before: 2, unsavedBefore: 0 })).removed, 1_001);
    assert.deepEqual(await idsOf(catalogs), []);
  });

  test("what a tracker has not saved yet waits longer", async () => {
    const catalogs = await filled(open, [{}, {}, {}]);
    const [first] = await catalogs.traces.numbered(mine, { after: 0, upTo: 100, limit: 1 });
    await catalogs.trackers.insert({ ...tracker, problem: undefined, batch: undefined, savedTo: first?.number ?? 0 });
    assert.deepEqual(await catalogs.traces.prune({ before: 5_000, unsavedBefore: 0 }), { removed: 1, unsaved: 0 });
    assert.deepEqual(await idsOf(catalogs), ["t-2", "t-1"]);
    assert.deepEqual(await catalogs.traces.prune({ before: 5_000, unsavedBefore: 1_002 }), { removed: 1, unsaved: 1 });
    assert.deepEqual(await idsOf(catalogs), ["t-2"]);
    await catalogs.trackers.update(mine, { isEnabled: false });
    assert.deepEqual(await catalogs.traces.prune({ before: 5_000, unsavedBefore: 0 }), { removed: 1, unsaved: 0 });
  });
}
