import type { Compilable, CompiledQuery } from "kysely";

/** Stands for a value that is known when the query is run. */
class Place {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * A query that is put together once, for what every call of the service asks: that takes several times as long as running it on a row.
 * `build` gets a place for each of the values that a run is given; it must not look at them.
 *
 * Throws  Error while running, for a value that was not given
 */
export function preparedQuery<Values extends Readonly<Record<string, string>>, Row>(
  build: (place: (name: keyof Values & string) => never) => Compilable<Row>,
): (values: Values) => CompiledQuery<Row> {
  let compiled: CompiledQuery<Row> | undefined;
  return (values) => {
    // Queries take any value; what a place stands for has the type that `Values` says.
    compiled ??= build((name) => new Place(name) as never).compile();
    return { ...compiled, parameters: compiled.parameters.map((parameter) => valueOf(parameter, values)) };
  };
}

function valueOf(parameter: unknown, values: Readonly<Record<string, string>>): unknown {
  if (!(parameter instanceof Place)) {
    return parameter;
  }
  const value = values[parameter.name];
  if (value === undefined) {
    throw new Error(`A query was run without its ${parameter.name}`);
  }
  return value;
}
