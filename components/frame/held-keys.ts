/**
 * Between the key that opens something and the moment its field has the focus, the code of it may still be on its way. What is
 * typed meanwhile is held and given to the field: text first, then the keys that are not text.
 */
const LONGEST_MS = 5_000;
const kept = new Set(["Enter", "Backspace", "ArrowDown", "ArrowUp"]);

let keys: string[] = [];
let stop: (() => void) | null = null;

/** Begins to hold. `onEscape`: it is not wanted any more. */
export function holdKeys(onEscape: () => void): void {
  stop?.();
  keys = [];
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      takeKeys();
      onEscape();
    }
    if (event.key.length !== 1 && !kept.has(event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    keys.push(event.key);
  };
  const timer = setTimeout(() => stop?.(), LONGEST_MS);
  addEventListener("keydown", press, true);
  stop = () => {
    removeEventListener("keydown", press, true);
    clearTimeout(timer);
    stop = null;
  };
}

/** Ends the holding. Text with its corrections made, and the other keys in their order. */
export function takeKeys(): { text: string; others: string[] } {
  stop?.();
  let text = "";
  const others: string[] = [];
  for (const key of keys) {
    if (key === "Backspace") text = text.slice(0, -1);
    else if (key.length === 1) text += key;
    else others.push(key);
  }
  keys = [];
  return { text, others };
}

/** When the field gets the focus: it takes over. `write` sets its text. */
export function giveHeldKeys(field: HTMLInputElement, write: (text: string) => void): void {
  const { text, others } = takeKeys();
  if (text !== "") write(text);
  if (others.length === 0) return;
  // After the text has been drawn, and with it what it finds.
  setTimeout(() => {
    for (const key of others) {
      const goesOn = field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      // What a real Enter does in a form.
      if (key === "Enter" && goesOn) field.form?.requestSubmit();
    }
  }, 50);
}
