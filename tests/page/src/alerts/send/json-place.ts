// Where a text stops being JSON. JSON.parse says so in words that differ between browsers, and not always where.

export type Mistake = {
  /** Characters before it. */
  at: number;
  /** Both from 1. */
  line: number;
  column: number;
  /** What was expected there. */
  expected: string;
};

/** The first mistake of a text that is not JSON (RFC 8259); undefined if it is. */
export function mistakeIn(text: string): Mistake | undefined {
  const reader = new Reader(text);
  try {
    reader.document();
    return undefined;
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error;
    const before = text.slice(0, reader.at).split("\n");
    const column = (before.at(-1)?.length ?? 0) + 1;
    return { at: reader.at, line: before.length, column, expected: error.message };
  }
}

class Unexpected extends Error {}

const NUMBER = /-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
/** A string without its closing quote. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a string has none as they are.
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*/y;
const BLANK = /[ \t\r\n]*/y;
/** Deeper nesting is not looked at: nobody types it. */
const DEEPEST = 500;

class Reader {
  at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  document(): void {
    this.value("a value");
    if (this.at < this.text.length) throw new Unexpected("nothing more");
  }

  private value(expected: string): void {
    this.take(BLANK);
    const next = this.text[this.at];
    if (next === "{") this.list("}", () => this.member());
    else if (next === "[") this.list("]", () => this.value("a value"));
    else if (next === '"') this.string("a string");
    else if (!["true", "false", "null"].some((word) => this.word(word)) && !this.take(NUMBER)) {
      throw new Unexpected(expected);
    }
    this.take(BLANK);
  }

  private list(end: string, item: () => void): void {
    this.depth += 1;
    if (this.depth > DEEPEST) throw new Unexpected("less nesting");
    this.at += 1;
    this.take(BLANK);
    if (!this.word(end)) {
      do item();
      while (this.word(","));
      if (!this.word(end)) throw new Unexpected(`a comma or ${end}`);
    }
    this.depth -= 1;
  }

  private member(): void {
    this.take(BLANK);
    this.string("a name in double quotes");
    this.take(BLANK);
    if (!this.word(":")) throw new Unexpected("a colon");
    this.value("a value");
  }

  private string(expected: string): void {
    if (!this.take(STRING)) throw new Unexpected(expected);
    if (!this.word('"'))
      throw new Unexpected(this.text[this.at] === "\\" ? "a known escape" : "the string's end");
  }

  private word(word: string): boolean {
    const isThere = this.text.startsWith(word, this.at);
    if (isThere) this.at += word.length;
    return isThere;
  }

  private take(shape: RegExp): boolean {
    shape.lastIndex = this.at;
    const found = shape.exec(this.text)?.[0] ?? "";
    this.at += found.length;
    return found !== "";
  }
}
