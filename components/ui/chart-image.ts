import { toBlob, toSvg } from "html-to-image";
import { download, fileName } from "./download";

/** Fonts are left to whoever opens the file: all subsets of ours would make it megabytes. */
const common = { skipFonts: true };
const PIXEL_RATIO = 2;

/** A figure as it stands on the screen, with its words, in the colours of the present theme. */
export async function downloadChart(figure: HTMLElement, title: string, format: "png" | "svg"): Promise<void> {
  const backgroundColor = getComputedStyle(figure.closest("section") ?? figure).backgroundColor;
  const options = { ...common, backgroundColor, style: { margin: "0" } };
  const name = fileName(title, new Date(), format);
  if (format === "svg") {
    const address = await toSvg(figure, options);
    download(name, new Blob([decodeURIComponent(address.slice(address.indexOf(",") + 1))], { type: "image/svg+xml;charset=utf-8" }));
    return;
  }
  const image = await toBlob(figure, { ...options, pixelRatio: PIXEL_RATIO });
  if (!image) throw new Error("the browser made no image of the chart");
  download(name, image);
}
