import { Lock } from "lucide-react";
import { getTranslations } from "next-intl/server";

/** In place of a page that takes another role; the rest of the console stays around it. */
export default async function Forbidden() {
  const t = await getTranslations("settings");
  const roles = await getTranslations("roles");
  return (
    <div role="alert" className="flex items-start gap-3 rounded-panel border border-high p-4">
      <Lock aria-hidden size={20} className="mt-0.5 shrink-0 text-high" />
      <div>
        <p className="text-heading font-semibold">{roles("needs", { role: roles("admin") })}</p>
        <p className="text-second">{t("noPermission")}</p>
      </div>
    </div>
  );
}
