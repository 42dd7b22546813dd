/**
 * A terminal in memory, as far as the screens use one (ECMA-48): text, line feeds, cursor up, down and to the left,
 * erasing a line. Lines too long for it break, and break anew when the window is resized, as in most terminals.
 */
import { EventEmitter } from "node:events";

interface Row {
  text: string;
  /** Goes on in the next row: one line that was too long. */
  broken: boolean;
}

export class Terminal extends EventEmitter {
  readonly isTTY = true;
  columns: number;
  readonly rows = 40;
  /** Everything that was written, escape sequences and all. */
  raw = "";
  cursorHidden = false;
  #screen: Row[] = [{ text: "", broken: false }];
  #row = 0;
  #column = 0;

  constructor(columns = 80) {
    super();
    this.columns = columns;
  }

  /** What a person sees, without the empty rows at the end. */
  get picture(): readonly string[] {
    const rows = this.#screen.map(({ text }) => text.trimEnd());
    while (rows.at(-1) === "") rows.pop();
    return rows;
  }

  hasColors(): boolean {
    return true;
  }

  write(chunk: string | Uint8Array): boolean {
    const text = String(chunk);
    this.raw += text;
    for (const [part] of text.matchAll(/\u001b\[[0-9;?]*[A-Za-z]|[^\u001b]/gu)) {
      if (part.startsWith("\u001b")) this.#control(part);
      else if (part === "\n") this.#lineFeed(false);
      else this.#put(part);
    }
    return true;
  }

  resize(columns: number): void {
    const lines: string[] = [];
    let line = "";
    let cursorLine = 0;
    for (const [index, { text, broken }] of this.#screen.entries()) {
      line += text;
      if (index === this.#row) cursorLine = lines.length;
      if (broken) continue;
      lines.push(line);
      line = "";
    }
    this.columns = columns;
    this.#screen = [];
    for (const [index, whole] of lines.entries()) {
      if (index === cursorLine) this.#row = this.#screen.length;
      const parts = whole.match(new RegExp(`.{1,${columns}}`, "gu")) ?? [""];
      for (const [at, text] of parts.entries()) this.#screen.push({ text, broken: at < parts.length - 1 });
    }
    this.emit("resize");
  }

  #put(character: string): void {
    if (this.#column >= this.columns) this.#lineFeed(true);
    const row = this.#rowAt(this.#row);
    row.text = row.text.padEnd(this.#column).slice(0, this.#column) + character + row.text.slice(this.#column + 1);
    this.#column += 1;
  }

  #lineFeed(broken: boolean): void {
    this.#rowAt(this.#row).broken = broken;
    this.#row += 1;
    this.#column = 0;
    this.#rowAt(this.#row);
  }

  #rowAt(index: number): Row {
    while (this.#screen.length <= index) this.#screen.push({ text: "", broken: false });
    return this.#screen[index] as Row;
  }

  #control(sequence: string): void {
    const [, parameters = "", final = ""] = /^\u001b\[([0-9;?]*)([A-Za-z])$/.exec(sequence) ?? [];
    const count = Number(parameters || "1");
    const row = this.#rowAt(this.#row);
    if (final === "A") this.#row = Math.max(0, this.#row - count);
    else if (final === "B") this.#row += count;
    else if (final === "G") this.#column = 0;
    else if (final === "K" && parameters === "2") row.text = "";
    else if (final === "K") row.text = row.text.slice(0, this.#column);
    else if (parameters === "?25") this.cursorHidden = final === "l";
    else if (final !== "m" && parameters !== "?2026") throw new Error(`not known here: ${JSON.stringify(sequence)}`);
  }
}
