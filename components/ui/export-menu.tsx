"use client";

import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "./button";
import { Menu, MenuItem } from "./menu";

/** Both forms of the whole filtered set. The address is made at the press: a rolling period ends then. */
export function ExportMenu({ addressOf }: { addressOf: (format: "csv" | "jsonl") => string }) {
  const t = useTranslations("ui");
  return (
    <Menu
      trigger={
        <Button>
          <Download aria-hidden size={14} />
          {t("export")}
        </Button>
      }
    >
      <MenuItem onSelect={() => location.assign(addressOf("csv"))}>{t("asCsv")}</MenuItem>
      <MenuItem onSelect={() => location.assign(addressOf("jsonl"))}>{t("asJsonLines")}</MenuItem>
    </Menu>
  );
}
