"use client";

import { useTranslations } from "next-intl";
import { useFormats } from "../time/formats";
import type { CalibrationView } from "./to-calibration";

const SIZE = 240;
const at = (value: number): number => value * SIZE;

/** Colours and sizes as attributes, so that a picture taken of it has them. Observed against predicted, each bin with its interval; on the diagonal the model is right on average. */
export function CalibrationChart({ view, summary }: { view: CalibrationView; summary: string }) {
  const t = useTranslations("models");
  const { number } = useFormats();
  return (
    <svg role="img" aria-label={`${t("calibration")}. ${summary}`} viewBox={`-36 -8 ${SIZE + 48} ${SIZE + 44}`} className="w-full max-w-sm text-second">
      <rect width={SIZE} height={SIZE} fill="var(--page)" stroke="var(--line)" />
      <line x1={0} y1={SIZE} x2={SIZE} y2={0} strokeDasharray="4 4" stroke="var(--control)" />
      {[0, 0.5, 1].map((tick) => (
        <g key={tick} fill="var(--text-second)" fontSize={11}>
          <text x={at(tick)} y={SIZE + 14} textAnchor="middle">
            {number(tick, 1)}
          </text>
          <text x={-6} y={SIZE - at(tick) + 4} textAnchor="end">
            {number(tick, 1)}
          </text>
        </g>
      ))}
      <text x={SIZE / 2} y={SIZE + 30} textAnchor="middle" fill="var(--text-second)" fontSize={11}>
        {t("predicted")}
      </text>
      <text transform={`translate(-28 ${SIZE / 2}) rotate(-90)`} textAnchor="middle" fill="var(--text-second)" fontSize={11}>
        {t("observed")}
      </text>
      {view.points.map((point) => (
        <g key={`${point.x} ${point.y}`}>
          <line x1={at(point.x)} x2={at(point.x)} y1={SIZE - at(point.low)} y2={SIZE - at(point.high)} strokeWidth={4} opacity={0.35} stroke="var(--series-2)" />
          <rect x={at(point.x) - 3} y={SIZE - at(point.y) - 3} width={6} height={6} fill="var(--series-2)" />
        </g>
      ))}
    </svg>
  );
}
