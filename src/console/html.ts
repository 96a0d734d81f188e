import escapeHtml from 'escape-html';

/** Markup that is right as it stands. Only `html` makes it: whatever else is put into a page is escaped. */
export class Html {
  constructor(readonly text: string) {}
}

/** What may stand in a page: text and numbers are escaped, lists are joined, and what is not there leaves nothing. */
export type Part = Html | string | number | null | undefined | false | readonly Part[];

/** A template of markup. Attributes that hold a part must stand in double quotes: text is escaped for there, too. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(strings.reduce((text, string, i) => text + render(parts[i - 1]) + string));
}

function render(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  if (part === null || part === undefined || part === false) return '';
  return part.map(render).join('');
}
