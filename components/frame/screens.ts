import { Boxes, FlaskConical, LayoutDashboard, ListTree, Settings, Siren, type LucideIcon } from "lucide-react";

/** The screens there are, in the order of the rail. Later ones join here with their page. */
export const screens = [
  { key: "overview", href: "/", letter: "r", icon: LayoutDashboard },
  { key: "abTesting", href: "/ab-testing", letter: "p", icon: FlaskConical },
  { key: "predictions", href: "/predictions", letter: "x", icon: ListTree },
  { key: "dispatches", href: "/dispatches", letter: "e", icon: Siren },
  { key: "models", href: "/models", letter: "m", icon: Boxes },
  { key: "settings", href: "/settings", letter: "j", icon: Settings },
] as const satisfies readonly { key: string; href: string; letter: string; icon: LucideIcon }[];

export type ScreenKey = (typeof screens)[number]["key"];

export function screenOf(path: string): ScreenKey {
  return screens.find(({ href }) => (href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`)))?.key ?? "overview";
}

/** The part of the query that goes along to another screen: the period. Filters belong to one screen. */
export function periodOf(search: Iterable<[string, string]>): string {
  return new URLSearchParams([...search].filter(([key]) => key === "range" || key === "from" || key === "to")).toString();
}
