import { CheckCircle2, Circle, CircleDashed, Diamond, Info, OctagonX, Triangle, type LucideIcon } from "lucide-react";

const shapes = {
  critical: { icon: OctagonX, color: "text-critical" },
  high: { icon: Triangle, color: "text-high" },
  medium: { icon: Diamond, color: "text-medium" },
  low: { icon: Circle, color: "text-low" },
  info: { icon: Info, color: "text-info" },
  normal: { icon: CheckCircle2, color: "text-normal" },
  unknown: { icon: CircleDashed, color: "text-third" },
} as const satisfies Record<string, { icon: LucideIcon; color: string }>;
export type State = keyof typeof shapes;

/** One shape per state, so that nothing depends on colour. Always beside a word. */
export function StateIcon({ state, size = 16 }: { state: State; size?: number }) {
  const { icon: Icon, color } = shapes[state];
  return <Icon aria-hidden size={size} strokeWidth={2.25} className={`shrink-0 ${color}`} />;
}
