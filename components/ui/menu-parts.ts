import { createContext, type ComponentType, type ReactNode } from "react";

/** What the items of a menu are made of; it comes with the list itself, at the first use. */
export type MenuParts = {
  Item: ComponentType<{ onSelect: () => void; children: ReactNode }>;
  Link: ComponentType<{ href: string; current?: boolean; children: ReactNode }>;
  Choice: ComponentType<{ label: string; value: string; options: readonly { value: string; label: string }[]; onChange: (value: string) => void }>;
  Check: ComponentType<{ checked: boolean; onChange: (checked: boolean) => void; children: ReactNode }>;
};
export const MenuContext = createContext<MenuParts | null>(null);
