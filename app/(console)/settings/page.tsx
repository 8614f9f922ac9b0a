import { redirect } from "next/navigation";

/** Everybody has a profile; the other sections are the administrator's. */
export default function SettingsPage() {
  redirect("/settings/profile");
}
