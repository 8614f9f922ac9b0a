/** Minutes of each step of a call: medians and the standard deviation of the logarithm. */
export const steps = {
  processing: { median: 2.15, sigma: 0.75 },
  processingCritical: { median: 1.2, sigma: 0.6 },
  chuteAtBase: { median: 1.2, sigma: 0.5 },
  chuteOnRoad: { median: 0.2, sigma: 0.9 },
  travelSigma: 0.34,
  sceneTransported: { median: 16.7, sigma: 0.47 },
  sceneTransportedCritical: { median: 20, sigma: 0.5 },
  sceneLeft: { median: 15, sigma: 1 },
  handover: { median: 30, sigma: 0.3 },
} as const;

export const NIGHT_CHUTE = 1.3;
export const MAX_KMH = 90;

/** Travel at lights and siren in quiet streets: square root on the first kilometre, a line beyond it. */
export function travelMedian(km: number): number {
  return km <= 1 ? 3.2 * Math.sqrt(km) : 1.6 + 1.6 * km;
}

const weekday = [0.92, 0.92, 0.92, 0.92, 0.92, 0.92, 1, 1.3, 1.3, 1.12, 1.12, 1.12, 1.25, 1.25, 1.1, 1.1, 1.1, 1.4, 1.4, 1.4, 1.1, 1.1, 0.97, 0.97];

export function traffic(hour: number, day: number): number {
  const factor = weekday[hour]!;
  return day >= 5 ? Math.min(1.15, factor) : factor;
}

export const isNight = (hour: number): boolean => hour >= 22 || hour < 6;

/** Nobody drives with lights for a sprained ankle; severity 4 and 5 are given way. */
export const urgency = (severity: number): number => (severity <= 2 ? 1.6 : severity === 3 ? 1 : 0.73);

/** With lights and siren only part of the traffic is felt: + 5 to 13 % at the peak in real records. */
export const feltTraffic = (factor: number, severity: number): number => (severity >= 4 ? 1 + 0.35 * (factor - 1) : factor);
