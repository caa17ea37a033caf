/** `npm run test:crash -- [--kills N] [--seed S]`: many more kill points than the test of the same name. 10,000 by default. */
import { parseArgs } from "node:util";
import { crashStore } from "./crash-store.ts";

const { values } = parseArgs({ options: { kills: { type: "string" }, seed: { type: "string" } } });
const kills = Number(values.kills ?? 10_000);
const seed = values.seed ?? String(Date.now());
if (!Number.isSafeInteger(kills) || kills < 1) {
  console.error("--kills takes a whole number from 1 on.");
  process.exit(2);
}
console.log(`${kills} kill points, seed ${seed}`);
const startedAt = Date.now();
const perSecond = (done: number): string => ((done * 1000) / (Date.now() - startedAt)).toFixed(1);
let printed = 0;
const report = await crashStore({ kills, seed }, (done) => {
  if (done - printed >= 500) {
    printed = done;
    console.log(`${done} kill points, ${perSecond(done)} a second`);
  }
});
console.log(`${JSON.stringify(report)}: nothing lost, nothing left over, ${perSecond(report.kills)} kill points a second`);
