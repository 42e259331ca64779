/** The links of the text part: numbered where they stand, listed at the end. */
export class LinkNotes {
  #numbers = new Map<string, number>();

  /** The sign to put behind a link's text, such as `[3]`; empty when the text says the address already. */
  mark(url: string, text: string): string {
    const address = url.replace(/^mailto:/, '').replace(/\/$/, '');
    const said = text.trim().replace(/\/$/, '');
    if (said === '' || said === address || said === url || safeDecode(said) === safeDecode(address)) return '';
    const number = this.#numbers.get(url) ?? this.#numbers.size + 1;
    this.#numbers.set(url, number);
    return `[${number}]`;
  }

  list(): string[] {
    return [...this.#numbers].map(([url, number]) => `[${number}] ${url}`);
  }
}

const safeDecode = (text: string): string => {
  try {
    return decodeURI(text);
  } catch {
    return text;
  }
};
