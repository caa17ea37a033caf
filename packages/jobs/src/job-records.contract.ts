import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { JobRecord, JobRecords } from "./job-record.ts";
import { newJob } from "./new-job.ts";

/** What an adapter's test opens: empty records, closed by disposal. */
export interface OpenJobRecords extends AsyncDisposable {
  readonly records: JobRecords;
}

const startOfYear = Date.UTC(2026, 0, 1);

function job(number: number, parts: Partial<JobRecord> = {}): JobRecord {
  const id = number.toString(16).padStart(32, "0");
  return { ...newJob({ id, kind: "import", projectId: "p1", input: null, now: startOfYear + number }), ...parts };
}

function idsOf(rows: readonly JobRecord[]): readonly number[] {
  return rows.map((row) => Number.parseInt(row.id, 16));
}

/** The suite that every adapter of `JobRecords` passes. */
export function testJobRecords(adapter: string, open: () => Promise<OpenJobRecords>): void {
  describe(`${adapter} as job records`, () => {
    testRows(open);
    testUpdates(open);
    testLists(open);
  });
}

function testRows(open: () => Promise<OpenJobRecords>): void {
  test("a row comes back as it was inserted", async () => {
    await using opened = await open();
    const full = job(1, {
      subjectId: "image-1",
      status: "failed",
      input: { text: "磁盘 \u{1f4bf} \u0000 '\"", list: [1.5, null, true, { deep: [] }] },
      steps: [
        { name: "inspect", attempts: 2, finishedAt: startOfYear + 5, output: { format: "qcow2" }, undoneAt: startOfYear + 7 },
        { name: "store", attempts: 1, undoError: { code: "x", message: "y" } },
      ],
      currentStep: "store",
      progress: { doneBytes: 2 ** 52, totalBytes: 2 ** 53 - 1 },
      cancelRequested: true,
      result: ["done"],
      error: { code: "disk.corrupt", message: "L1 table at 0x30000" },
      startedAt: startOfYear + 2,
      finishedAt: startOfYear + 9,
    });
    await opened.records.insert(full);
    await opened.records.insert(job(2));
    assert.deepEqual(await opened.records.get(full.id), full);
    assert.deepEqual(await opened.records.get(job(2).id), job(2));
  });

  test("an id that is not there has no row", async () => {
    await using opened = await open();
    assert.equal(await opened.records.get(job(1).id), undefined);
  });

  test("an id can be inserted once", async () => {
    await using opened = await open();
    await opened.records.insert(job(1));
    await assert.rejects(opened.records.insert(job(1, { kind: "export" })));
    assert.deepEqual(await opened.records.get(job(1).id), job(1));
  });

  test("a row does not change with the object that it was made from, nor with one that was read", async () => {
    await using opened = await open();
    const input = { size: 1 };
    await opened.records.insert(job(1, { input }));
    input.size = 2;
    const read = await opened.records.get(job(1).id);
    Object.assign(read ?? {}, { status: "failed" });
    assert.deepEqual(await opened.records.get(job(1).id), job(1, { input: { size: 1 } }));
  });
}

function testUpdates(open: () => Promise<OpenJobRecords>): void {
  test("an update changes what it names, keeps the rest, and answers the new row", async () => {
    await using opened = await open();
    await opened.records.insert(job(1, { subjectId: "image-1", error: { code: "a", message: "b" }, startedAt: 5 }));
    const changed = await opened.records.update(job(1).id, ["queued"], {
      status: "running",
      input: { less: true },
      steps: [{ name: "inspect", attempts: 1 }],
      currentStep: "inspect",
      progress: { doneBytes: 3, totalBytes: 7 },
      cancelRequested: true,
      result: { ok: true },
      error: undefined,
      startedAt: undefined,
      finishedAt: 9,
    });
    assert.deepEqual(
      changed,
      job(1, {
        subjectId: "image-1",
        status: "running",
        input: { less: true },
        steps: [{ name: "inspect", attempts: 1 }],
        currentStep: "inspect",
        progress: { doneBytes: 3, totalBytes: 7 },
        cancelRequested: true,
        result: { ok: true },
        finishedAt: 9,
      }),
    );
    assert.deepEqual(await opened.records.get(job(1).id), changed);
  });

  test("an update of one field leaves every other as it was", async () => {
    await using opened = await open();
    await opened.records.insert(job(1, { currentStep: "store", progress: { doneBytes: 1, totalBytes: 2 }, startedAt: 4 }));
    await opened.records.update(job(1).id, ["queued"], { cancelRequested: true });
    const expected = job(1, { currentStep: "store", progress: { doneBytes: 1, totalBytes: 2 }, startedAt: 4, cancelRequested: true });
    assert.deepEqual(await opened.records.get(job(1).id), expected);
  });

  test("an update that changes nothing still answers by status", async () => {
    await using opened = await open();
    await opened.records.insert(job(1));
    assert.deepEqual(await opened.records.update(job(1).id, ["queued"], {}), job(1));
    assert.equal(await opened.records.update(job(1).id, ["running"], {}), undefined);
  });

  test("an update is refused when the status is another or the row is not there", async () => {
    await using opened = await open();
    await opened.records.insert(job(1, { status: "succeeded" }));
    assert.equal(await opened.records.update(job(1).id, ["queued", "running"], { status: "failed" }), undefined);
    assert.equal(await opened.records.update(job(1).id, [], { status: "failed" }), undefined);
    assert.equal(await opened.records.update(job(2).id, ["queued"], { status: "failed" }), undefined);
    assert.equal((await opened.records.get(job(1).id))?.status, "succeeded");
  });

  test("of many that take a queued job at once, one gets it", async () => {
    await using opened = await open();
    await opened.records.insert(job(1));
    const takers = Array.from({ length: 8 }, (_, at) => opened.records.update(job(1).id, ["queued"], { status: "running", startedAt: at }));
    const taken = (await Promise.all(takers)).filter((row) => row !== undefined);
    assert.equal(taken.length, 1);
    assert.deepEqual(await opened.records.get(job(1).id), taken[0]);
  });
}

function testLists(open: () => Promise<OpenJobRecords>): void {
  test("a list has the newest first, and of one instant the highest id first", async () => {
    await using opened = await open();
    const sameInstant = [3, 1, 2].map((number) => job(number, { createdAt: startOfYear }));
    for (const row of [...sameInstant, job(0, { createdAt: startOfYear + 1 }), job(9, { createdAt: startOfYear - 1 })]) {
      await opened.records.insert(row);
    }
    assert.deepEqual(idsOf(await opened.records.list({})), [0, 3, 2, 1, 9]);
  });

  test("pages that follow one another show every job once, also when jobs are added and changed meanwhile", async () => {
    await using opened = await open();
    for (let number = 1; number <= 7; number += 1) {
      await opened.records.insert(job(number));
    }
    const seen: number[] = [];
    for (let before: string | undefined; ; before = job(seen.at(-1) ?? 0).id) {
      const page = await opened.records.list({ status: ["queued"], limit: 3, ...(before !== undefined && { before }) });
      seen.push(...idsOf(page));
      if (page.length < 3) {
        break;
      }
      await opened.records.insert(job(100 + seen.length));
      await opened.records.update(job(seen.at(-1) ?? 0).id, ["queued"], { status: "running" });
    }
    assert.deepEqual(seen, [7, 6, 5, 4, 3, 2, 1]);
  });

  test("nothing comes after a job that is not there", async () => {
    await using opened = await open();
    await opened.records.insert(job(1));
    assert.deepEqual(await opened.records.list({ before: job(2).id }), []);
  });

  test("filters hold together", async () => {
    await using opened = await open();
    await opened.records.insert(job(1, { projectId: "p1", subjectId: "a", status: "queued" }));
    await opened.records.insert(job(2, { projectId: "p1", subjectId: "b", status: "running" }));
    await opened.records.insert(job(3, { projectId: "p2", subjectId: "a", status: "running" }));
    await opened.records.insert(job(4, { projectId: "p2", status: "failed" }));
    assert.deepEqual(idsOf(await opened.records.list({ projectId: "p1" })), [2, 1]);
    assert.deepEqual(idsOf(await opened.records.list({ subjectId: "a" })), [3, 1]);
    assert.deepEqual(idsOf(await opened.records.list({ status: ["running", "queued"] })), [3, 2, 1]);
    assert.deepEqual(idsOf(await opened.records.list({ status: [] })), []);
    assert.deepEqual(idsOf(await opened.records.list({ projectId: "p2", subjectId: "a", status: ["running"] })), [3]);
    assert.deepEqual(idsOf(await opened.records.list({ subjectIds: ["b", "c"], status: ["running"] })), [2]);
    assert.deepEqual(idsOf(await opened.records.list({ subjectIds: ["a", "b"] })), [3, 2, 1]);
    assert.deepEqual(idsOf(await opened.records.list({ subjectIds: [] })), []);
    assert.deepEqual(idsOf(await opened.records.list({ projectId: "p1", before: job(2).id })), [1]);
    assert.deepEqual(idsOf(await opened.records.list({ limit: 0 })), []);
    await opened.records.insert(job(5, { kind: "another" }));
    assert.deepEqual(idsOf(await opened.records.list({ kinds: ["another", "a third"] })), [5]);
    assert.deepEqual(idsOf(await opened.records.list({ kinds: [] })), []);
  });

  test("a list without a limit is bounded", async () => {
    await using opened = await open();
    for (let number = 1; number <= 101; number += 1) {
      await opened.records.insert(job(number));
    }
    assert.equal((await opened.records.list({})).length, 100);
  });
}
