import { Profile } from "../console/settings-contract";

export const defaultProfile: Profile = { language: null, zone: "centre", theme: "system", density: "comfortable", sound: false, sound_volume: 0.5, single_keys: true, reduced_motion: false };

/** Stored text to preferences; what is missing or no longer allowed is the default. */
export function readProfile(json: string): Profile {
  const stored: unknown = JSON.parse(json);
  const parsed = Profile.partial().safeParse(stored);
  return parsed.success ? Profile.parse({ ...defaultProfile, ...parsed.data }) : defaultProfile;
}
