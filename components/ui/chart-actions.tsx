"use client";

import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { toast } from "../frame/toast";
import { Button } from "./button";
import { csvFile, download, fileName } from "./download";
import { Menu, MenuItem } from "./menu";
import { useSeparator } from "./separator";
import { toCsv, type Cell } from "./to-csv";

/** What every chart offers: its figures as a table, and figures and picture as files. `csv` is asked for at the press. */
export function ChartActions({ title, csv, asTable, onTable }: { title: string; csv: () => { head: readonly string[]; rows: readonly (readonly Cell[])[] }; asTable: boolean; onTable: (asTable: boolean) => void }) {
  const t = useTranslations("ui");
  const separator = useSeparator();
  const place = useRef<HTMLSpanElement>(null);
  const take = (format: "png" | "svg"): void => {
    const figure = place.current?.closest("section")?.querySelector("figure");
    if (!figure) return;
    // Loaded at the press: few take a picture.
    void import("./chart-image").then(({ downloadChart }) => downloadChart(figure, title, format)).catch(() => toast.error(t("noPicture")));
  };
  return (
    <span ref={place} className="contents">
      <Button tone="quiet" onClick={() => onTable(!asTable)}>
        {asTable ? t("asChart") : t("asTable")}
      </Button>
      <Menu
        trigger={
          <Button tone="quiet" aria-label={`${t("export")}: ${title}`}>
            <Download aria-hidden size={14} />
            {t("export")}
          </Button>
        }
      >
        <MenuItem
          onSelect={() => {
            const { head, rows } = csv();
            download(fileName(title, new Date(), "csv"), csvFile(toCsv(head, rows, separator)));
          }}
        >
          {t("asCsv")}
        </MenuItem>
        {asTable ? null : (
          <>
            <MenuItem onSelect={() => take("png")}>{t("asPng")}</MenuItem>
            <MenuItem onSelect={() => take("svg")}>{t("asSvg")}</MenuItem>
          </>
        )}
      </Menu>
    </span>
  );
}
