"use client";

import { Check as CheckMark } from "lucide-react";
import Link from "next/link";
import { DropdownMenu } from "radix-ui";
import { useEffect, useRef, type ReactNode, type RefObject } from "react";
import { MenuContext, type MenuParts } from "./menu-parts";

const item = "flex cursor-pointer items-center gap-2 rounded-control px-2 py-1.5 text-body outline-none select-none data-[highlighted]:bg-panel data-[highlighted]:outline-2 data-[highlighted]:outline-accent";

function Mark() {
  return (
    <span className="w-4">
      <DropdownMenu.ItemIndicator>
        <CheckMark aria-hidden size={14} />
      </DropdownMenu.ItemIndicator>
    </span>
  );
}

const parts: MenuParts = {
  Item: ({ onSelect, children }) => (
    <DropdownMenu.Item className={item} onSelect={onSelect}>
      {children}
    </DropdownMenu.Item>
  ),
  Link: ({ href, current = false, children }) => (
    <DropdownMenu.Item asChild className={`${item} aria-[current]:font-medium aria-[current]:text-accent pointer-coarse:min-h-11`}>
      <Link href={href} aria-current={current ? "page" : undefined}>
        {children}
      </Link>
    </DropdownMenu.Item>
  ),
  Choice: ({ label, value, options, onChange }) => (
    <DropdownMenu.RadioGroup value={value} onValueChange={onChange}>
      <DropdownMenu.Label className="px-2 pt-1.5 pb-1 text-label font-medium text-third">{label}</DropdownMenu.Label>
      {options.map((option) => (
        <DropdownMenu.RadioItem key={option.value} value={option.value} className={item}>
          <Mark />
          {option.label}
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  ),
  Check: ({ checked, onChange, children }) => (
    <DropdownMenu.CheckboxItem checked={checked} onCheckedChange={onChange} onSelect={(event) => event.preventDefault()} className={item}>
      <Mark />
      {children}
    </DropdownMenu.CheckboxItem>
  ),
};

/**
 * The open list. It hangs on a mark over the button and not on the button itself, which was on the page before this code came
 * and stays the same element.
 */
export function MenuList({ id, button, first, onClose, children }: { id: string; button: RefObject<HTMLButtonElement | null>; first: boolean; onClose: () => void; children: ReactNode }) {
  const content = useRef<HTMLDivElement>(null);
  const leftElsewhere = useRef(false);
  // The list takes the focus when it is placed; only then can its first item have it. Focus is outside React.
  useEffect(() => {
    if (!first) return;
    const frame = requestAnimationFrame(() => content.current?.querySelector<HTMLElement>('[role^="menuitem"]')?.focus());
    return () => cancelAnimationFrame(frame);
  }, [first]);
  return (
    <DropdownMenu.Root open modal={false} onOpenChange={(open) => (open ? undefined : onClose())}>
      <DropdownMenu.Trigger asChild>
        <span aria-hidden className="pointer-events-none absolute inset-0" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          ref={content}
          id={id}
          aria-labelledby={`${id}-button`}
          align="end"
          sideOffset={6}
          collisionPadding={8}
          className="z-50 min-w-44 rounded-panel border border-line bg-page p-1 shadow-lg"
          onInteractOutside={(event) => {
            // A press on the button closes through the button.
            if (event.target instanceof Node && button.current?.contains(event.target)) event.preventDefault();
            else leftElsewhere.current = true;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (!leftElsewhere.current) button.current?.focus();
          }}
        >
          <MenuContext value={parts}>{children}</MenuContext>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
