/** Mean Earth radius in km, as the contract fixes it. */
export const EARTH_RADIUS_KM = 6371;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/**
 * Great-circle distance in km on a sphere of radius 6371.0 (Sinnott, 1984). The root is clamped: near the antipode rounding
 * can carry it past 1, where the arc sine is undefined.
 */
export function haversineKm(latitude1: number, longitude1: number, latitude2: number, longitude2: number): number {
  const dLatitude = Math.sin(radians(latitude2 - latitude1) / 2);
  const dLongitude = Math.sin(radians(longitude2 - longitude1) / 2);
  const a = dLatitude * dLatitude + Math.cos(radians(latitude1)) * Math.cos(radians(latitude2)) * dLongitude * dLongitude;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(a)));
}
