import { draw } from "@/lib/ab-testing/draw";
import { proportionsAtPlan, welchAtPlan } from "@/lib/ab-testing/fixed-sample";
import { betaBetter } from "@/lib/stats/beta-better";
import { chiSquareSf } from "@/lib/stats/chi-square";
import { hodgesLehmann } from "@/lib/stats/hodges-lehmann";
import { liftPosterior } from "@/lib/stats/lift-posterior";
import { mannWhitneyU } from "@/lib/stats/mann-whitney-u";
import { alwaysValidP, mixtureHalfWidth, mixtureRho } from "@/lib/stats/mixture-interval";
import { binaryEvidencePath } from "@/lib/stats/randomisation-e-process";
import { sampleSizeProportions } from "@/lib/stats/sample-size";
import { srmChiSquare, srmLogE } from "@/lib/stats/srm-e-value";

/** Printed values of the methods document, sections 2.1, 3 and 4.2-4.7. `printed` is text: its digits set the tolerance. */
export type ReferenceValue = { name: string; printed: string; actual: number; kind: "value" | "p" };

export function referenceValues(): ReferenceValue[] {
  return [...drawn(), ...health(), ...fixedSample(), ...watched(), ...evidence(), ...bayes()];
}

/**
 * Equal in every printed digit; from 10 significant digits on to 1e-9 relative (p-values 1e-8). Half a unit of the last
 * printed digit is what rounding may hide.
 */
export function agrees({ printed, actual, kind }: ReferenceValue): boolean {
  const expected = Number(printed);
  const [mantissa = "", exponent = "0"] = printed.split("e");
  const decimals = (mantissa.split(".")[1] ?? "").length;
  const halfDigit = 0.5000001 * 10 ** (Number(exponent) - decimals);
  const digits = mantissa.replace(/[-.]/g, "").replace(/^0+/, "").length;
  const relative = digits >= 10 ? Math.abs(expected) * (kind === "p" ? 1e-8 : 1e-9) : 0;
  return Math.abs(actual - expected) <= Math.max(halfDigit, relative);
}

const value = (name: string, printed: string, actual: number): ReferenceValue => ({ name, printed, actual, kind: "value" });
const pValue = (name: string, printed: string, actual: number): ReferenceValue => ({ name, printed, actual, kind: "p" });

function drawn(): ReferenceValue[] {
  return [
    value("draw D-1001", "0.7969016639451064", draw("exp-1", "D-1001")),
    value("draw D-1002", "0.4480768401616193", draw("exp-1", "D-1002")),
    value("draw D-1003", "0.017567307959728606", draw("exp-1", "D-1003")),
  ];
}

function health(): ReferenceValue[] {
  const chi = (n2: number, n: number, w: number): number => srmChiSquare(n2, n * w, n * w * (1 - w))!;
  return [
    value("chi-square 5100/4900", "4", chi(5100, 10_000, 0.5)),
    pValue("chi-square p 5100/4900", "0.045500263896", chiSquareSf(chi(5100, 10_000, 0.5), 1)),
    pValue("chi-square p 5250/4750", "5.733031437584e-07", chiSquareSf(chi(5250, 10_000, 0.5), 1)),
    pValue("chi-square p 520/9480", "0.358795357887", chiSquareSf(chi(520, 10_000, 0.05), 1)),
    pValue("chi-square p 9463/7681", "3.502192273048579e-42", chiSquareSf(chi(9463, 9463 + 7681, 0.5), 1)),
    value("ln e 5250", "10.072489233718", srmLogE(5250, 10_000, 0.5)),
    value("ln e 5100", "-0.329511901537", srmLogE(5100, 10_000, 0.5)),
    value("ln e 520", "-1.930695067199", srmLogE(520, 10_000, 0.05)),
  ];
}

function fixedSample(): ReferenceValue[] {
  const r = proportionsAtPlan(850, 1000, 900, 1000)!;
  const welch = welchAtPlan({ mean: 11.6, sd: 3.1, n: 400 }, { mean: 12, sd: 3, n: 380 })!;
  const control = [8.1, 9.4, 10.2, 7.7, 12.9, 11.0, 9.9, 8.8];
  const treatment = [7.2, 8.0, 9.1, 6.9, 10.4, 9.3, 8.4, 7.5];
  const u = mannWhitneyU(control, treatment);
  return [
    value("difference", "0.05", r.difference),
    value("se", "0.014747881203753", r.se),
    value("z", "3.390317518104", r.z),
    pValue("z p", "0.000698117146", r.p),
    value("Wilson 850 low", "0.826531341573", r.control.low),
    value("Wilson 850 high", "0.870789927487", r.control.high),
    value("Wilson 900 low", "0.879848036805", r.treatment.low),
    value("Wilson 900 high", "0.917090556407", r.treatment.high),
    value("Newcombe low", "0.021046197045", r.interval.low),
    value("Newcombe high", "0.079032138168", r.interval.high),
    value("Welch t", "-1.831297389351", welch.t),
    pValue("Welch p", "0.067438555228", welch.p),
    value("Mann-Whitney U", "49", u.u1),
    pValue("Mann-Whitney p", "0.083122936960", u.pAsymp),
    value("Hodges-Lehmann", "-1.25", hodgesLehmann(control, treatment)!),
    value("sample 0.85 +0.05", "683", sampleSizeProportions(0.85, 0.05)),
    value("sample 0.85 +0.02", "4722", sampleSizeProportions(0.85, 0.02)),
    value("sample 0.05 -0.02", "1504", sampleSizeProportions(0.05, -0.02)),
    value("sample 0.05 +0.03", "1057", sampleSizeProportions(0.05, 0.03)),
  ];
}

function watched(): ReferenceValue[] {
  const ns = [100, 500, 1000, 2000, 5000, 10_000, 50_000];
  const ratio = (nStar: number, n: number): number => mixtureHalfWidth(1, n, mixtureRho(nStar)) * Math.sqrt(n);
  const at5000 = ["6.694389", "3.855055", "3.363888", "3.123779", "3.035209", "3.061477", "3.241723"];
  const at2000 = ["4.718793", "3.264293", "3.083569", "3.035209", "3.079514", "3.153030", "3.368039"];
  const rho = mixtureRho(5000);
  // Both arms: n = 2000 and the standard deviation of one is se · √n.
  const { difference, se } = proportionsAtPlan(850, 1000, 900, 1000)!;
  const sd = se * Math.sqrt(2000);
  return [
    ...at5000.map((printed, i) => value(`half width / se, N* 5000, n ${ns[i]!}`, printed, ratio(5000, ns[i]!))),
    ...at2000.map((printed, i) => value(`half width / se, N* 2000, n ${ns[i]!}`, printed, ratio(2000, ns[i]!))),
    value("rho 5000", "0.039840066774", rho),
    value("rho 2000", "0.062992676566", mixtureRho(2000)),
    value("rho 500", "0.125985353131", mixtureRho(500)),
    value("half width of the example", "0.046069122951", mixtureHalfWidth(sd, 2000, rho)),
    pValue("always-valid p of the example", "0.025838257929", alwaysValidP(difference, sd, 2000, rho)),
  ];
}

function evidence(): ReferenceValue[] {
  const short = binaryEvidencePath([
    { share: 0.5, arm: 2, success: true },
    { share: 0.5, arm: 1, success: false },
    { share: 0.5, arm: 2, success: true },
    { share: 0.5, arm: 1, success: false },
    { share: 0.25, arm: 2, success: true },
    { share: 0.25, arm: 1, success: false },
  ]);
  const forty = binaryEvidencePath(Array.from({ length: 40 }, (_, i) => ({ share: 0.5, arm: i % 2 === 0 ? 2 : 1, success: i % 2 === 0 }) as const));
  const printed = ["0", "0.041220117", "0.110572848", "0.222134967", "0.401628205", "0.486923462"];
  return [
    ...printed.map((text, i) => value(`ln E after ${i + 1}`, text, short[i]!)),
    value("ln E after 10 alternating", "1.364267941", forty[9]!),
    value("ln E after 20 alternating", "4.291761516", forty[19]!),
    value("ln E after 40 alternating", "10.741606734", forty[39]!),
    value("first at ln 20", "16", forty.findIndex((ln) => ln >= Math.log(20)) + 1),
  ];
}

function bayes(): ReferenceValue[] {
  const [control, treatment] = [
    { n: 1000, mean: 0.85, variance: 0.85 * 0.15 },
    { n: 1000, mean: 0.9, variance: 0.9 * 0.1 },
  ];
  const flat = liftPosterior(control, treatment)!;
  const prior = liftPosterior(control, treatment, { mean: 0, sd: 0.3 })!;
  return [
    value("P(arm 2 better)", "0.999642362901", betaBetter({ a: 851, b: 151 }, { a: 901, b: 101 })),
    value("lift", "0.058823529412", flat.lift),
    value("lift sd", "0.017955777144", flat.sd),
    value("lift chance", "0.999473599081", flat.chanceBetter),
    value("lift low", "0.02363085", flat.low),
    value("lift high", "0.09401621", flat.high),
    value("lift with prior", "0.058613556159", prior.lift),
    value("lift sd with prior", "0.017923701514", prior.sd),
    value("lift chance with prior", "0.999462586203", prior.chanceBetter),
    value("expected loss", "2.502479686e-06", flat.expectedLoss),
  ];
}
