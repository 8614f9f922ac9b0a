"use client";

import { useQuery } from "@tanstack/react-query";
import { Keyboard, LogOut, Search, UserRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { signOut } from "../login/sign-in";
import { Button } from "../ui/button";
import { IconButton } from "../ui/icon-button";
import { Menu, MenuItem, MenuLink } from "../ui/menu";
import { LiveIndicator, NoDataLine } from "./live-indicator";
import { LanguageSwitch, ThemeMenu } from "./look";
import { meQuery } from "./me";
import { RangePicker } from "./range-picker";
import { StateSentence } from "./state-sentence";

export function TopBar({ onPalette, onKeys }: { onPalette: () => void; onKeys: () => void }) {
  const t = useTranslations("frame");
  return (
    <header data-screen-only className="sticky top-0 z-20 flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-line bg-page px-4 py-1.5">
      <StateSentence />
      <div className="flex flex-wrap items-center gap-1">
        <RangePicker />
        <NoDataLine />
        <LiveIndicator />
        <Button tone="quiet" keys="Control+K" aria-label={t("palette")} onClick={onPalette}>
          <Search aria-hidden size={14} />
          <kbd className="font-sans text-label max-md:hidden">Ctrl K</kbd>
        </Button>
        <LanguageSwitch />
        <ThemeMenu />
        <PersonMenu onKeys={onKeys} />
      </div>
    </header>
  );
}

function PersonMenu({ onKeys }: { onKeys: () => void }) {
  const t = useTranslations("frame");
  const roles = useTranslations("roles");
  const { data } = useQuery(meQuery);
  const initials = data?.name
    .split(/\s+/)
    .map((word) => word[0] ?? "")
    .join("")
    .slice(0, 2)
    .toUpperCase();
  return (
    <>
      <IconButton name={t("keys")} keys="?" onClick={onKeys} className="max-md:hidden">
        <Keyboard aria-hidden size={16} />
      </IconButton>
      <Menu
        trigger={
          <Button tone="quiet" aria-label={data ? `${data.name}, ${roles(data.role)}` : t("person")}>
            {initials ? <span className="font-semibold">{initials}</span> : <UserRound aria-hidden size={16} />}
          </Button>
        }
      >
        {data ? (
          <p className="px-2 py-1.5">
            <span className="block font-medium">{data.name}</span>
            <span className="text-label text-second">{roles(data.role)}</span>
          </p>
        ) : null}
        <MenuItem onSelect={onKeys}>
          <Keyboard aria-hidden size={14} />
          {t("keys")}
        </MenuItem>
        <MenuLink href="/settings/profile">
          <UserRound aria-hidden size={14} />
          {t("profile")}
        </MenuLink>
        <MenuItem onSelect={() => void signOut()}>
          <LogOut aria-hidden size={14} />
          {t("signOut")}
        </MenuItem>
      </Menu>
    </>
  );
}
