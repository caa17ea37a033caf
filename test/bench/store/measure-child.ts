/** One measurement in a process of its own: `measure-child.js NAME JSON`; prints what came of it, and the peak of its memory, as JSON. */
import { measurements } from "./measurements.table.ts";

const [name = "", input = "{}"] = process.argv.slice(2);
const measurement = measurements[name];
if (measurement === undefined) {
  throw new Error(`There is no measurement "${name}".`);
}
// Only `measure` writes this argument.
const figures = await measurement(JSON.parse(input) as never);
console.log(JSON.stringify({ figures, peakRssMiB: process.resourceUsage().maxRSS / 1024 }));
