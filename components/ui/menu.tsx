"use client";

import { cloneElement, use, useId, useRef, useState, type ComponentProps, type ReactElement, type ReactNode } from "react";
import { MenuContext, type MenuParts } from "./menu-parts";
import { onUse } from "./on-use";

const List = onUse(() => import("./menu-list").then((module) => module.MenuList));

export function Menu({ trigger, children }: { trigger: ReactElement<ComponentProps<"button">>; children: ReactNode }) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  // Opened by the keyboard, the first item is chosen; by the pointer, none is.
  const [open, setOpen] = useState<"keys" | "pointer" | null>(null);
  return (
    <span className="relative inline-flex">
      {cloneElement(trigger, {
        ref: button,
        id: `${id}-button`,
        "aria-haspopup": "menu",
        "aria-expanded": open !== null,
        "aria-controls": open === null ? undefined : id,
        onClick: (event) => setOpen((now) => (now !== null ? null : event.detail === 0 ? "keys" : "pointer")),
        onKeyDown: (event) => {
          if (event.key !== "ArrowDown") return;
          event.preventDefault();
          setOpen("keys");
        },
      })}
      {open === null ? null : (
        <List id={id} button={button} first={open === "keys"} onClose={() => setOpen(null)}>
          {children}
        </List>
      )}
    </span>
  );
}

function useParts(): MenuParts {
  const parts = use(MenuContext);
  if (!parts) throw new Error("a menu item outside a menu");
  return parts;
}

export function MenuItem(props: { onSelect: () => void; children: ReactNode }) {
  const { Item } = useParts();
  return <Item {...props} />;
}

export function MenuLink(props: { href: string; current?: boolean; children: ReactNode }) {
  const { Link } = useParts();
  return <Link {...props} />;
}

export function MenuChoice<Value extends string>({ label, value, options, onChange }: { label: string; value: Value; options: readonly { value: Value; label: string }[]; onChange: (value: Value) => void }) {
  const { Choice } = useParts();
  return <Choice label={label} value={value} options={options} onChange={(next) => onChange(options.find((each) => each.value === next)?.value ?? value)} />;
}

export function MenuCheck(props: { checked: boolean; onChange: (checked: boolean) => void; children: ReactNode }) {
  const { Check } = useParts();
  return <Check {...props} />;
}
