/** Crew and target of a severity; 5 is critical. Minutes on the dispatch clock. */
export type SeverityRule = {
  seniorParamedics: number;
  juniorParamedics: number;
  nurse: boolean;
  targetMinutes: number;
  /** Lowest ambulance type that the call asks for. */
  unitType: "basica" | "intermedia" | "avanzada";
};

const rules: Record<number, SeverityRule> = {
  5: { seniorParamedics: 2, juniorParamedics: 1, nurse: true, targetMinutes: 8, unitType: "avanzada" },
  4: { seniorParamedics: 1, juniorParamedics: 1, nurse: true, targetMinutes: 8, unitType: "intermedia" },
  3: { seniorParamedics: 0, juniorParamedics: 2, nurse: false, targetMinutes: 15, unitType: "basica" },
  2: { seniorParamedics: 0, juniorParamedics: 1, nurse: false, targetMinutes: 20, unitType: "basica" },
  1: { seniorParamedics: 0, juniorParamedics: 1, nurse: false, targetMinutes: 30, unitType: "basica" },
};

export function severityRule(severity: number): SeverityRule {
  const rule = rules[severity];
  if (!rule) throw new RangeError(`severity ${severity} is not 1 to 5`);
  return rule;
}
