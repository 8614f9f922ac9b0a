"use client";

import { useQuery } from "@tanstack/react-query";
import { Search, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { memo, useEffect, useRef, useState } from "react";
import { useShortcut } from "../frame/shortcuts";
import { modelsQuery } from "../models/queries";
import { Button } from "../ui/button";
import { inputClass } from "../ui/field";
import { noFilters, useFilters } from "./filters";

const TYPING_MS = 300;

export const FilterBar = memo(function FilterBar() {
  const t = useTranslations("predictions");
  const ui = useTranslations("ui");
  const severity = useTranslations("severity");
  const phase = useTranslations("phase");
  const { filters, change, any } = useFilters();
  const models = useQuery({ ...modelsQuery, refetchInterval: false });
  const levels = filters.sev?.split(",") ?? [];
  const toggle = (level: string): void => {
    const next = levels.includes(level) ? levels.filter((each) => each !== level) : [...levels, level].sort().reverse();
    change({ sev: next.length === 0 || next.length === 5 ? null : next.join(",") });
  };
  return (
    <div role="search" aria-label={t("list")} className="flex flex-wrap items-end gap-x-3 gap-y-2">
      <SearchBox value={filters.q ?? ""} onChange={(q) => change({ q: q === "" ? null : q }, true)} />
      <Choice label={phase("label")} value={filters.phase} onChange={(value) => change({ phase: value })} options={[["1", phase("1")], ["2", phase("2")]]} all={t("all")} />
      <Choice label={t("model")} value={filters.model} onChange={(value) => change({ model: value })} options={modelChoices(models.data?.rows.map((row) => row.id) ?? [], filters.model)} all={t("anyModel")} />
      <Choice label={t("fallback")} value={filters.fallback} onChange={(value) => change({ fallback: value })} options={[["true", t("onlyFallback")], ["false", t("noFallback")]]} all={t("all")} />
      <Choice label={t("outcome")} value={filters.outcome} onChange={(value) => change({ outcome: value })} options={[["joined", t("joined")], ["censored", t("censored")], ["none", t("none")]]} all={t("all")} />
      <fieldset className="flex flex-col gap-1">
        <legend className="pb-1 text-label font-medium text-second">{severity("label")}</legend>
        <div className="flex gap-1">
          {["5", "4", "3", "2", "1"].map((level) => (
            <Button key={level} aria-pressed={levels.includes(level)} aria-label={`${level}, ${severity(level as "1")}`} className="min-w-8 aria-pressed:border-accent aria-pressed:font-semibold aria-pressed:text-accent" onClick={() => toggle(level)}>
              {level}
            </Button>
          ))}
        </div>
      </fieldset>
      <fieldset className="flex flex-col gap-1">
        <legend className="pb-1 text-label font-medium text-second">{t("confidence")}</legend>
        <div className="flex items-center gap-1.5">
          <Bound label={`${t("confidence")} ${t("from")}`} value={filters.min} onChange={(min) => change({ min }, true)} />
          <span aria-hidden>–</span>
          <Bound label={`${t("confidence")} ${t("to")}`} value={filters.max} onChange={(max) => change({ max }, true)} />
        </div>
      </fieldset>
      {any ? (
        <Button tone="quiet" onClick={() => change(noFilters)}>
          <X aria-hidden size={14} />
          {ui("clear")}
        </Button>
      ) : null}
    </div>
  );
});

function modelChoices(known: readonly string[], chosen: string | null): [string, string][] {
  return [...new Set([...known, ...(chosen === null ? [] : [chosen])])].map((id) => [id, id]);
}

function Choice<Value extends string>({ label, value, options, all, onChange }: { label: string; value: Value | null; options: readonly (readonly [Value, string])[]; all: string; onChange: (value: Value | null) => void }) {
  return (
    <label className="flex flex-col gap-1 text-label font-medium text-second">
      {label}
      <select className={`${inputClass} font-normal`} value={value ?? ""} onChange={(event) => onChange(options.find(([each]) => each === event.target.value)?.[0] ?? null)}>
        <option value="">{all}</option>
        {options.map(([each, words]) => (
          <option key={each} value={each}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

function Bound({ label, value, onChange }: { label: string; value: number | null; onChange: (value: number | null) => void }) {
  return <input type="number" min={0} max={1} step={0.05} aria-label={label} className={`${inputClass} w-20`} value={value ?? ""} onChange={(event) => onChange(event.target.value === "" ? null : event.target.valueAsNumber)} />;
}

function SearchBox({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useTranslations("predictions");
  const ui = useTranslations("ui");
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const [from, setFrom] = useState(value);
  // The address changed by itself (back, a link, "remove filters"): take it over.
  if (from !== value) {
    setFrom(value);
    setText(value);
  }
  useShortcut("/", ui("search"), () => input.current?.focus());
  // A timer: the address changes when typing rests.
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <label className="flex w-56 flex-col gap-1 text-label font-medium text-second">
      {t("search")}
      <span className="relative">
        <Search aria-hidden size={14} className="absolute top-1/2 left-2 -translate-y-1/2" />
        <input ref={input} type="search" aria-keyshortcuts="/" autoComplete="off" spellCheck={false} maxLength={36} className={`${inputClass} pl-7 font-normal`} value={text} onChange={(event) => setText(event.target.value)} />
      </span>
    </label>
  );
}
