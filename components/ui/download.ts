/** Hands something to the browser as a file. */
export function download(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

export const csvFile = (text: string): Blob => new Blob([text], { type: "text/csv;charset=utf-8" });

/** `evidencia_2026-03-02T1803Z.csv`: what it shows and when it was taken, sortable, allowed on every file system. */
export function fileName(title: string, at: Date, ending: string): string {
  const words = title
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return `${words}_${at.toISOString().slice(0, 16).replace(":", "")}Z.${ending}`;
}
