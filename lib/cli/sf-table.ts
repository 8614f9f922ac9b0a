import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { stringify } from "csv-stringify/sync";
import { sfColumns } from "@/lib/sf-fire/features";
import { readRecords, readStations } from "@/lib/sf-fire/server/read-records";
import { sfTable } from "@/lib/sf-fire/table";
import { severityRule } from "@/lib/dispatch/severity";
import { severityOf } from "@/lib/sf-fire/record";

/** Writes the feature table of real records and its declaration, for `model:train`: every unit response that arrived. */
function main(): void {
  const { values, positionals } = parseArgs({ options: { out: { type: "string" }, stations: { type: "string" }, version: { type: "string", default: "1" } }, allowPositionals: true });
  if (positionals.length === 0 || !values.out) throw new Error("usage: npm run sf:table -- FILES… --out FILE.csv (the declaration goes to FILE.spec.json)");
  const { records } = readRecords(positionals);
  const { table, records: chosen, censored } = sfTable(records, readStations(values.stations, positionals[0]!), {
    ambulancesOnly: false,
    minMinutes: 0,
    maxMinutes: 24 * 60,
    declared: {},
    label: (record, minutes) => (minutes <= severityRule(severityOf(record.originalPriority, record.callType)).targetMinutes ? 1 : 0),
  });
  const header = ["row", "dispatch_at", "day", "call", "severity", "unit", "hour", ...sfColumns.map((column) => column.name), "on_time"];
  const cell = (value: number): string => (Number.isNaN(value) ? "" : String(value));
  const rows = chosen.map((record, at) => [record.rowId, new Date(record.dispatchMs).toISOString(), table.day[at]!, record.call, table.slices.severity![at]!, table.slices.unit![at]!, table.slices.hour![at]!, ...sfColumns.map((_, column) => cell(table.values[column]![at]!)), String(table.label[at]!)]);
  writeFileSync(values.out, stringify([header, ...rows]));
  const spec = {
    name: "sf-ontime",
    version: values.version,
    description: "Whether a unit arrives within the target of its severity, learnt from San Francisco fire and EMS dispatch records (DataSF nuek-vuh3, PDDL). It knows that city, not yours: it shows the service on real records until a model of your own is trained.",
    task: "binary",
    target: { column: "on_time", unit: "class", description: "1 when the unit arrived within the target of the call's severity: 8 min for 4 and 5, 15, 20 and 30 min below (dispatch clock)" },
    time: "dispatch_at",
    timeZone: "America/Los_Angeles",
    day: "day",
    group: "call",
    slices: { severity: "severity", unit: "unit", hour: "hour" },
    ignore: ["row", "severity", "unit", "hour"],
    columns: sfColumns.map(({ name, unit, kind, description, availableAt, validRange, allowMissing }) => ({ name, unit, kind, description, availableAt, validRange, allowMissing })),
    split: { train: 0.65, calibrate: 0.15, test: 0.2 },
    parameters: { num_round: 200, max_depth: 5, eta: 0.05, min_child_weight: 20, subsample: 0.7, colsample_bytree: 0.5 },
    data: "San Francisco unit responses with an arrival, six neighbourhoods in 2018 and the whole city over New Year 2017; the week of April 2020 was kept apart",
    limits: [
      "No position of ambulances is in the records: distances are to the last job or the home station, weak stand-ins.",
      "Units cancelled on the way are not in the training rows; slow units are cancelled more often, so figures on arrivals are optimistic.",
      "In the six-neighbourhood file the same units work elsewhere unseen: counts of busy units are a lower bound there.",
    ],
  };
  const specFile = values.out.replace(/(\.csv)?$/, ".spec.json");
  writeFileSync(specFile, `${JSON.stringify(spec, null, 2)}\n`);
  console.log(`${rows.length} rows (${censored} without an arrival left out) to ${values.out}, declaration to ${specFile}`);
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
