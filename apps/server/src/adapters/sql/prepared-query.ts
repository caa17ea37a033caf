import type { Compilable, CompiledQuery, Kysely, QueryResult } from "kysely";
import type { Tables } from "./tables.ts";

/** Stands for the value of that name, which is known when the query is run. */
class Place {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

type Values = Readonly<Record<string, string | number | null>>;

/**
 * A query that is put together once, for what every call of the service asks: that takes several times as long as running it on a row.
 * `build` gets a place instead of each value; it must not look at them. Runs in transactions too.
 *
 * Memory  one text for each set of names that values come with
 * Throws  Error while running, for a value that is undefined
 */
export function preparedQuery<V extends Values, Row = never>(
  build: (db: Kysely<Tables>, places: Readonly<Record<keyof V, never>>) => Compilable,
): (db: Kysely<Tables>, values: V) => Promise<QueryResult<Row>> {
  // Databases may word it differently; a database and its transactions have their adapter in common. A row may lack what has a default.
  const compiledFor = new WeakMap<object, Map<string, CompiledQuery>>();
  return async (db, values) => {
    const { adapter } = db.getExecutor();
    const ofAdapter = compiledFor.get(adapter) ?? new Map<string, CompiledQuery>();
    compiledFor.set(adapter, ofAdapter);
    const names = Object.keys(values);
    const key = names.join();
    let compiled = ofAdapter.get(key);
    if (compiled === undefined) {
      // Queries take any value; what a place stands for has the type that `V` says.
      const places = Object.fromEntries(names.map((name) => [name, new Place(name)])) as Record<keyof V, never>;
      compiled = build(db, places).compile();
      ofAdapter.set(key, compiled);
    }
    const { parameters } = compiled;
    return await db.executeQuery<Row>({ ...compiled, parameters: parameters.map((parameter) => valueOf(parameter, values)) });
  };
}

function valueOf(parameter: unknown, values: Values): unknown {
  if (!(parameter instanceof Place)) {
    return parameter;
  }
  const value = values[parameter.name];
  if (value === undefined) {
    throw new Error(`A query was run without its ${parameter.name}`);
  }
  return value;
}
