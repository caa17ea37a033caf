import assert from "node:assert/strict";
import { test } from "node:test";
import type { Timers } from "@tintype/client/timing/timers.ts";
import { ProgressLine } from "./progress-line.ts";
import type { Progress, ProgressMode } from "./progress-line.ts";

const MIB = 1024 * 1024;

/** A progress line whose clock the test moves, and everything it wrote. */
function startLine(options: { mode?: ProgressMode; isTty?: boolean; columns?: number } = {}) {
  let nowMs = 0;
  let written = "";
  const timers: Timers = { now: () => new Date(nowMs), delay: () => Promise.resolve() };
  const line = new ProgressLine({
    mode: options.mode,
    isTty: options.isTty ?? false,
    columns: options.columns ?? 100,
    stream: { write: (text) => void (written += text) },
    timers,
  });
  return {
    line,
    at: (ms: number, step: string, doneMiB: number, totalMiB: number) => {
      nowMs = ms;
      line.update({ step, doneBytes: doneMiB * MIB, totalBytes: totalMiB * MIB });
    },
    pushed: (ms: number, doneMiB: number, part: Pick<Progress, "reusedBytes" | "earlierBytes">) => {
      nowMs = ms;
      line.update({ step: "push", doneBytes: doneMiB * MIB, totalBytes: 1000 * MIB, ...part });
    },
    written: () => written,
  };
}

test("away from a terminal there is a line every 5 s and one at the end of each step", () => {
  const { line, at, written } = startLine();
  for (let second = 0; second <= 12; second += 1) {
    at(second * 1000, "upload", second * 10, 1000);
  }
  at(13_000, "store", 0, 50);
  at(14_000, "store", 50, 50);
  line.end();
  assert.deepEqual(written().split("\n"), [
    "  5.0 %    50.0 MiB of 1000.0 MiB    10.0 MiB/s  ETA 1:35     upload",
    " 10.0 %   100.0 MiB of 1000.0 MiB    10.0 MiB/s  ETA 1:30     upload",
    " 12.0 %   120.0 MiB of 1000.0 MiB    10.0 MiB/s  ETA 1:28     upload",
    "100.0 %    50.0 MiB of   50.0 MiB    50.0 MiB/s  ETA 0:00     store",
    "",
  ]);
});

test("on a terminal it is one line that is written over, within the terminal's width, and ends once", () => {
  const { line, at, written } = startLine({ isTty: true, columns: 40 });
  at(0, "upload", 1, 1000);
  at(50, "upload", 2, 1000);
  at(200, "upload", 3, 1000);
  line.end();
  line.end();
  const lines = written().split("\r").slice(1);
  assert.equal(lines.length, 2);
  assert.ok(lines.every((text) => text.trimEnd().length < 40));
  assert.equal(written().split("\n").length, 2);
});

test("the rate is that of the last 10 s, and what an earlier run had done does not count", () => {
  const { line, at, written } = startLine({ mode: "json" });
  at(0, "upload", 0, 1000);
  at(1000, "upload", 500, 1000);
  for (let second = 2; second <= 20; second += 1) {
    at(second * 1000, "upload", 500 + second, 1000);
  }
  line.update({ step: "verify", doneBytes: 0, totalBytes: 10 * MIB, reusedBytes: 0 });
  line.end();
  const lines = written()
    .trim()
    .split("\n")
    .map((text) => JSON.parse(text) as { step: string; bytesPerSecond: number });
  assert.equal(lines.findLast(({ step }) => step === "upload")?.bytesPerSecond, MIB);

  const resumed = startLine({ mode: "json" });
  resumed.line.update({ step: "upload", doneBytes: 0, totalBytes: 1000 * MIB });
  resumed.at(500, "upload", 1, 1000);
  resumed.line.update({ step: "upload", doneBytes: 501 * MIB, totalBytes: 1000 * MIB, reusedBytes: 500 * MIB });
  resumed.line.end();
  assert.match(resumed.written(), /"doneBytes":525336576,"totalBytes":1048576000,"reusedBytes":524288000,"bytesPerSecond":2097152,/);
});

test("the time left is not guessed before 3 % or 10 s", () => {
  const { line, at, written } = startLine({ mode: "json" });
  at(0, "upload", 0, 1000);
  at(2000, "upload", 20, 1000);
  at(4000, "upload", 40, 1000);
  line.end();
  const etas = written()
    .trim()
    .split("\n")
    .map((text) => (JSON.parse(text) as { etaSeconds: number | null }).etaSeconds);
  assert.deepEqual(etas, [null, null, 96]);
});

test("a step ends with the rate over all of it, also where nothing moved in the end", () => {
  for (const isTty of [true, false]) {
    const { line, at, written } = startLine({ isTty });
    at(0, "store", 0, 100);
    at(10_000, "store", 100, 100);
    at(25_000, "store", 100, 100);
    line.end();
    assert.match(written(), /100\.0 MiB of  100\.0 MiB     4\.0 MiB\/s  ETA 0:00     store *\n$/);
  }
  const broken = startLine({ isTty: true });
  broken.at(0, "store", 0, 100);
  broken.at(10_000, "store", 50, 100);
  broken.at(25_000, "store", 50, 100);
  broken.line.end();
  assert.match(broken.written(), / 0 B\/s .* 2\.0 MiB\/s [^\r]*\n$/s);
});

test("a step that is seen at its end alone tells no rate", () => {
  const { line, at, written } = startLine();
  at(0, "store", 50, 50);
  line.end();
  assert.equal(written(), "100.0 %    50.0 MiB of   50.0 MiB                ETA 0:00     store\n");
});

test("the time left counts what is spared on the way as it came so far, and is not told in the first seconds", () => {
  const { line, pushed, written } = startLine({ mode: "json" });
  const spared = (doneMiB: number) => ({ reusedBytes: (400 + (doneMiB - 400) * 0.9) * MIB, earlierBytes: 400 * MIB });
  pushed(0, 400, spared(400));
  for (const second of [2, 4, 6]) {
    pushed(second * 1000, 400 + second * 10, spared(400 + second * 10));
  }
  line.end();
  const lines = written()
    .trim()
    .split("\n")
    .map((text) => JSON.parse(text) as { bytesPerSecond: number; etaSeconds: number | null });
  assert.deepEqual(
    lines.map(({ etaSeconds }) => etaSeconds),
    [null, null, 56, 54],
  );
  assert.equal(lines.at(-1)?.bytesPerSecond, MIB);
});

test("a step without a size shows its name, a note stands on a line of its own", () => {
  const { line, at, written } = startLine({ isTty: true });
  at(0, "inspect", 0, 0);
  line.note("The service is away. Trying again …");
  at(200, "inspect", 0, 0);
  line.end();
  assert.equal(written(), "\r        inspect\r               \rThe service is away. Trying again …\n\r        inspect\n");
});

test("what several parts say at once is said once, and again after a while", () => {
  const { line, at, written } = startLine({ mode: "json" });
  line.note("away");
  line.note("away");
  at(5000, "upload", 0, 0);
  line.note("away");
  line.note("back");
  assert.equal(written().match(/"away"/g)?.length, 2);
  assert.equal(written().match(/"back"/g)?.length, 1);
});

test("asked for none, nothing is written", () => {
  const { line, at, written } = startLine({ mode: "none", isTty: true });
  at(0, "upload", 0, 10);
  line.note("x");
  at(9000, "store", 1, 1);
  line.end();
  assert.equal(written(), "");
});
