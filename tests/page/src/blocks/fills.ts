// What was typed into inputs of a message and not yet told to Slack. Typing is told when it pauses, and at the latest
// before a button of the same message acts, so that the app sees what stood there.

/** Milliseconds. */
const PAUSE = 400;

type Tell = () => Promise<unknown>;

export class Fills {
  private readonly waiting = new Map<string, { timer: ReturnType<typeof setTimeout>; tell: Tell }>();
  private readonly running = new Set<Promise<unknown>>();

  /** `tell` never rejects. A later one for the same input takes the place of an earlier one. */
  later(input: string, tell: Tell): void {
    const before = this.waiting.get(input);
    if (before) clearTimeout(before.timer);
    this.waiting.set(input, { tell, timer: setTimeout(() => this.now(input), PAUSE) });
  }

  /** Everything typed so far is told. */
  async flush(): Promise<void> {
    for (const input of [...this.waiting.keys()]) this.now(input);
    await Promise.all(this.running);
  }

  private now(input: string): void {
    const fill = this.waiting.get(input);
    if (!fill) return;
    clearTimeout(fill.timer);
    this.waiting.delete(input);
    const telling = fill.tell().finally(() => this.running.delete(telling));
    this.running.add(telling);
  }
}
