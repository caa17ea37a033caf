import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { WorkerPool } from "./worker-pool.ts";

interface TestTasks {
  readonly double: { readonly input: number; readonly output: number };
  readonly fail: { readonly input: string; readonly output: never };
  readonly exit: { readonly input: number; readonly output: never };
  readonly crash: { readonly input: string; readonly output: never };
  readonly hang: { readonly input: null; readonly output: never };
}

const script = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from "node:worker_threads";
    parentPort.on("message", ({ id, kind, input }) => {
      if (kind === "double") parentPort.postMessage({ id, output: input * 2 });
      if (kind === "fail") parentPort.postMessage({ id, failure: input });
      if (kind === "exit") process.exit(input);
      if (kind === "crash") throw new Error(input);
    });
  `)}`,
);

describe("a worker pool", () => {
  it("answers every task with its own output", async () => {
    await using pool = new WorkerPool<TestTasks>(script, 3);
    const numbers = Array.from({ length: 100 }, (_, number) => number);
    const outputs = await Promise.all(numbers.map((number) => pool.run("double", number)));
    assert.deepEqual(
      outputs,
      numbers.map((number) => number * 2),
    );
  });

  it("rejects the task that failed, and only that one", async () => {
    await using pool = new WorkerPool<TestTasks>(script, 1);
    const failing = assert.rejects(pool.run("fail", "bad chunk"), {
      code: "store.io",
      message: "A chunk could not be processed: bad chunk",
    });
    const [, doubled] = await Promise.all([failing, pool.run("double", 4)]);
    assert.equal(doubled, 8);
  });

  it("rejects the tasks of a thread that dies, and starts another one", async () => {
    await using pool = new WorkerPool<TestTasks>(script, 1);
    await assert.rejects(pool.run("exit", 7), { code: "store.io", message: /stopped unexpectedly/ });
    assert.equal(await pool.run("double", 1), 2);
    await assert.rejects(pool.run("crash", "out of luck"), (error: Error) => {
      assert.match(String(error.cause), /out of luck/);
      return true;
    });
    assert.equal(await pool.run("double", 2), 4);
  });

  it("rejects unfinished tasks and refuses new ones when it is disposed", async () => {
    const pool = new WorkerPool<TestTasks>(script, 1);
    const hanging = Array.from({ length: 5 }, () => assert.rejects(pool.run("hang", null), { code: "store.closed" }));
    await pool[Symbol.asyncDispose]();
    await Promise.all(hanging);
    await assert.rejects(pool.run("double", 1), { code: "store.closed" });
  });
});
