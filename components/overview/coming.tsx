import { useTranslations } from "next-intl";
import { StateIcon } from "../ui/state-icon";

/** Says what will stand here, instead of numbers that do not exist. */
export function Coming({ what }: { what: "alerts" | "drift" }) {
  const t = useTranslations("overview");
  return (
    <section aria-label={t(what)} className="rounded-panel border border-dashed border-control p-3">
      <h2 className="flex items-center gap-2 text-heading font-semibold">
        <StateIcon state="unknown" />
        {t(what)}
      </h2>
      <p className="pt-1 text-second">{t(`${what}Later`)}</p>
    </section>
  );
}
