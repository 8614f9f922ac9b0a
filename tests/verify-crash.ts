import { parseArgs } from "node:util";
import { cutUnderLoad } from "./crash-tds";
import { killUnderLoad, lockUnderLoad } from "./crash";

const { values } = parseArgs({ options: { runs: { type: "string", default: "50" }, "lock-seconds": { type: "string", default: "60" } } });
const killed = await killUnderLoad(Number(values.runs), 20_261_124, (line) => {
  console.log(line);
});
console.log(`killed ${killed.runs} times: ${killed.acknowledged} acknowledged, ${killed.missing} missing, ${killed.doubled} doubled`);
const locked = await lockUnderLoad(Number(values["lock-seconds"]));
console.log(`database locked for ${values["lock-seconds"]} s under load: ${locked.acknowledged} acknowledged, ${locked.errors.length} errors, ${locked.missing} missing, ${locked.doubled} doubled, ${locked.outOfOrder} out of order, ${locked.unrecorded} unrecorded, p99 ${locked.p99Ms.toFixed(1)} ms`);
let failed = killed.missing + killed.doubled + locked.errors.length + locked.missing + locked.doubled + locked.outOfOrder + locked.unrecorded + (locked.spooledSeen ? 0 : 1);
if (process.env.TEST_SQLSERVER_URL) {
  const cut = await cutUnderLoad(Number(values["lock-seconds"]));
  console.log(`connection to SQL Server cut for ${values["lock-seconds"]} s under load: ${cut.acknowledged} acknowledged, ${cut.errors.length} errors, ${cut.missing} missing, ${cut.doubled} doubled, ${cut.outOfOrder} out of order, ${cut.unrecorded} unrecorded, p99 ${cut.p99Ms.toFixed(1)} ms`);
  failed += cut.errors.length + cut.missing + cut.doubled + cut.outOfOrder + cut.unrecorded + (cut.spooledSeen ? 0 : 1);
} else console.log("skipped: the connection to SQL Server cut under load (set TEST_SQLSERVER_URL to run it)");
process.exit(failed > 0 ? 1 : 0);
