import { toBlob, toSvg } from "html-to-image";
import { download, fileName } from "./download";

const PIXEL_RATIO = 2;
const MARGIN_PX = 16;

/** A figure as it stands on the screen, with its words, in the colours of the present theme. */
export async function downloadChart(figure: HTMLElement, title: string, format: "png" | "svg"): Promise<void> {
  const backgroundColor = getComputedStyle(figure.closest("section") ?? figure).backgroundColor;
  const { offsetWidth, offsetHeight } = figure;
  // Fonts are left to whoever opens the file: all subsets of ours would make it megabytes.
  const options = { skipFonts: true, backgroundColor, width: offsetWidth + 2 * MARGIN_PX, height: offsetHeight + 2 * MARGIN_PX, style: { margin: "0", padding: `${MARGIN_PX}px`, boxSizing: "border-box" } };
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
