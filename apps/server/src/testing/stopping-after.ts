/** Thrown by everything of a service that was stopped. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
}

/** Counts calls, and stops the service at one of them. */
export class CallBudget {
  #left: number;
  #isSpent = false;

  constructor(calls: number) {
    this.#left = calls;
  }

  /** True when a call was refused: the work needs more calls than there were. */
  get isSpent(): boolean {
    return this.#isSpent;
  }

  spend(): void {
    this.#left--;
    if (this.#left < 0) {
      this.#isSpent = true;
      throw new StoppedError("The service was stopped");
    }
  }
}

/**
 * The same object, every asynchronous call of which fails before it does anything once the budget is spent: as a process that is
 * killed between two of its calls. What calls answer or hand to their callbacks (writers, the catalog of a transaction) is wrapped too.
 */
export function stoppingAfter<T extends object>(target: T, budget: CallBudget): T {
  return new Proxy(target, {
    get(object, name) {
      // Not the proxy: private fields belong to the object itself.
      const value: unknown = Reflect.get(object, name, object);
      if (typeof value === "function") {
        return async (...args: unknown[]) => {
          budget.spend();
          const wrapped = args.map((argument) =>
            typeof argument === "function" ? (inner: object) => argument(stoppingAfter(inner, budget)) : argument,
          );
          const result: unknown = await Reflect.apply(value, object, wrapped);
          return isService(result) ? stoppingAfter(result, budget) : result;
        };
      }
      return isService(value) ? stoppingAfter(value, budget) : value;
    },
  });
}

/** Writers, ports and the like have functions; rows and bytes have none. */
function isService(value: unknown): value is object {
  return (
    typeof value === "object" &&
    value !== null &&
    !(value instanceof Uint8Array) &&
    Object.values(value).some(
      (member) => typeof member === "function" || (typeof member === "object" && member !== null && isService(member)),
    )
  );
}
