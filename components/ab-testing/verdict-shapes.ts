import type { AnalysisOut } from "@/lib/ab-testing/contract";
import type { State } from "../ui/state-icon";

export const verdictShapes: Record<AnalysisOut["verdict"], State> = { unhealthy: "high", harmful: "critical", "too-early": "unknown", better: "normal", equivalent: "info", undecided: "unknown" };
